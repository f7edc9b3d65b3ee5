"""Where attention pays: MAP on the database items that trained and on those that did not, from the kept codes.

The codes of the items that trained, a part of the database, are learnt by heart with or without attention. Reads the
codes that the runs of Table 4 left in the cache, and trains what is not there.
"""

from collections import defaultdict

import numpy as np

from adahlib.experiments.evaluate import histograms
from adahlib.experiments.fingerprint import pairs_and_split
from adahlib.experiments.grid import table4
from adahlib.experiments.run import encoded_pairs
from adahlib.retrieval import average_precision
from benchmarks.store import save

DATASET, BITS = "emoji-scenes", 32


def parts(spec) -> dict[tuple, float]:
    """Return MAP by task and part of the database (trained, unseen) of one run."""
    encoded, (pairs, split) = encoded_pairs(spec), pairs_and_split(spec.dataset, spec.split_seed)
    places = {"trained": split.train, "unseen": np.setdiff1d(split.database, split.train)}
    return {
        (task, part): float(average_precision(*counts).mean())
        for part, place in places.items()
        for task, counts in histograms(encoded.images, encoded.texts, pairs.labels, split.query, place).items()
    }


def main() -> None:
    """Print and keep the means over seeds."""
    found = defaultdict(list)
    for spec in (s for s in table4() if s.dataset == DATASET and s.bits == BITS and s.attention in ("none", "both")):
        for (task, part), value in parts(spec).items():
            found[spec.dataset, spec.bits, spec.attention, task, part].append(value)
    names = ("dataset", "bits", "attention", "task", "part")
    rows = [dict(zip(names, key, strict=True), map=float(np.mean(v)), n=len(v)) for key, v in found.items()]
    for row in rows:
        print(row)
    save("unseen", {"rows": rows})
