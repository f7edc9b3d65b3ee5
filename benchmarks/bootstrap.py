"""Table 1's differences with intervals: ADAH against the best other method and against ADAH without attention.

Average precisions are means over the seeds, query by query, of the codes that the runs left in the cache; what is not
there is trained. The best other method is the one with the highest mean MAP of both directions among those that have a
record of every seed.
"""

import numpy as np

from adahlib.experiments import RunSpec
from adahlib.experiments.evaluate import histograms
from adahlib.experiments.fingerprint import pairs_and_split
from adahlib.experiments.grid import METHODS, SEEDS, missing
from adahlib.experiments.run import encoded_pairs
from adahlib.retrieval import average_precision, paired_bootstrap
from benchmarks.store import save

DATASETS, BITS, SAMPLES = ("mirflickr25k", "emoji-scenes"), 32, 10_000


def runs(dataset: str, method: str, attention: str = "") -> list[RunSpec]:
    """Return the runs of a method, one a seed."""
    return [RunSpec(dataset, method, BITS, seed, attention=attention) for seed in SEEDS]


def query_precisions(dataset: str, method: str, attention: str = "") -> dict[str, np.ndarray]:
    """Return the average precision of each test query by task, means over the seeds."""
    found = {"t2i": [], "i2t": []}
    for spec in runs(dataset, method, attention):
        encoded, (pairs, split) = encoded_pairs(spec), pairs_and_split(dataset, spec.split_seed)
        counted = histograms(encoded.images, encoded.texts, pairs.labels, split.query, split.database)
        for task, counts in counted.items():
            found[task].append(average_precision(*counts))
    return {task: np.mean(values, axis=0) for task, values in found.items()}


def main() -> None:
    """Print and keep the intervals."""
    rows = []
    for dataset in DATASETS:
        ours = query_precisions(dataset, "adah")
        names = [name for name in METHODS if name not in ("adah", "label-scores") and not missing(runs(dataset, name))]
        others = {name: query_precisions(dataset, name) for name in names}
        best = max(others, key=lambda name: np.mean([values.mean() for values in others[name].values()]))
        against = {best: others[best], "adah-none": query_precisions(dataset, "adah", "none")}
        for name, theirs in against.items():
            for task, values in theirs.items():
                difference, low, high = paired_bootstrap(ours[task], values, SAMPLES)
                rows.append(
                    {
                        "dataset": dataset, "bits": BITS, "task": task, "against": name, "best_other": name == best,
                        "difference": difference, "low": low, "high": high, "queries": len(values), "n": len(SEEDS),
                    }
                )  # fmt: skip
                print(rows[-1], flush=True)
    save("bootstrap", {"samples": SAMPLES, "level": 0.95, "rows": rows})
