"""Table 1's differences with intervals: ADAH against the best other method and against ADAH without attention.

Average precisions are means over the seeds, query by query, of the codes of the runs. The best other method is the one
with the highest mean MAP of both directions among those that have a record of every seed.
"""

import numpy as np

from adahlib.experiments.analyses.kept import Inputs, write_analysis
from adahlib.experiments.evaluation import histograms
from adahlib.experiments.grid import METHODS, SEEDS, missing
from adahlib.experiments.spec import RunSpec
from adahlib.retrieval import average_precision, paired_bootstrap

DATASETS, BITS, SAMPLES, LEVEL = ("mirflickr25k", "emoji-scenes"), 32, 10_000, 0.95


def runs(dataset: str, method: str, attention: str = "") -> list[RunSpec]:
    """Return the runs of a method, one a seed."""
    return [RunSpec(dataset, method, BITS, seed, attention=attention) for seed in SEEDS]


def query_precisions(specs: list[RunSpec], inputs: Inputs) -> dict[str, np.ndarray]:
    """Return the average precision of each test query by task, means over the runs."""
    found = {"t2i": [], "i2t": []}
    for spec in specs:
        prepared, encoded = inputs.encoded(spec)
        split = prepared.data.split
        sides = prepared.data.pairs.labels, split.query, split.database
        for task, counts in histograms(encoded.images, encoded.texts, *sides).items():
            found[task].append(average_precision(*counts))
    return {task: np.mean(values, axis=0) for task, values in found.items()}


def differences(dataset: str, inputs: Inputs) -> list[dict]:
    """Return the rows of one data set: a row per other method and task."""
    ours = query_precisions(runs(dataset, "adah"), inputs)
    names = [name for name in METHODS if name not in ("adah", "label-scores") and not missing(runs(dataset, name))]
    others = {name: query_precisions(runs(dataset, name), inputs) for name in names}
    best = max(others, key=lambda name: np.mean([values.mean() for values in others[name].values()]))
    against = {best: others[best], "adah-none": query_precisions(runs(dataset, "adah", "none"), inputs)}
    rows = []
    for name, theirs in against.items():
        for task, values in theirs.items():
            difference, low, high = paired_bootstrap(ours[task], values, SAMPLES, LEVEL)
            found = {"difference": difference, "low": low, "high": high, "queries": len(values), "n": len(SEEDS)}
            about = {"dataset": dataset, "bits": BITS, "task": task, "against": name, "best_other": name == best}
            rows.append(about | found)
    return rows


def main() -> None:
    """Print and keep the intervals."""
    inputs, rows = Inputs(), []
    for dataset in DATASETS:
        rows += differences(dataset, inputs)
    for row in rows:
        print(row)
    measured = {"samples": SAMPLES, "level": LEVEL, "rows": rows}
    write_analysis("intervals", measured, runs(DATASETS[0], "adah")[0], inputs)
