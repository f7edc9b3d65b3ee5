"""MAP on the database items that trained and on those that did not, with and without attention.

The codes of the items that trained, a part of the database, are learnt by heart with or without attention.
"""

from collections import defaultdict
from pathlib import Path

import numpy as np

from adahlib.experiments.analyses.kept import Inputs, write_analysis
from adahlib.experiments.evaluation import histograms
from adahlib.experiments.grids.lists import table4
from adahlib.experiments.spec import RunSpec
from adahlib.retrieval import average_precision

DATASET, BITS = "emoji-scenes", 32


def runs() -> list[RunSpec]:
    """Return the runs of Table 4 that are compared."""
    return [s for s in table4() if s.dataset == DATASET and s.bits == BITS and s.attention in ("none", "both")]


def map_by_part(spec: RunSpec, inputs: Inputs) -> dict[tuple[str, str], float]:
    """Return MAP by task and part of the database (trained, unseen) of one run."""
    prepared, encoded = inputs.encoded(spec)
    labels, split = prepared.data.pairs.labels, prepared.data.split
    places = {"trained": split.train, "unseen": np.setdiff1d(split.database, split.train)}
    return {
        (task, part): float(average_precision(*counts).mean())
        for part, place in places.items()
        for task, counts in histograms(encoded.images, encoded.texts, labels, split.query, place).items()  # type: ignore[union-attr]  # of pairs
    }


def main() -> Path:
    """Print and keep the means over seeds; return their file."""
    inputs, found = Inputs(), defaultdict(list)
    for spec in runs():
        for (task, part), value in map_by_part(spec, inputs).items():
            found[spec.dataset, spec.bits, spec.attention, task, part].append(value)
    names = ("dataset", "bits", "attention", "task", "part")
    rows = [dict(zip(names, key, strict=True), map=float(np.mean(v)), n=len(v)) for key, v in found.items()]
    for row in rows:
        print(row)
    return write_analysis("unseen", {"rows": rows}, runs()[0], inputs)
