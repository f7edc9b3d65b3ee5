"""Where attention pays: MAP on the database items that trained and on those that did not, from the kept codes.

The items that trained are more than half of a database under the protocol, and their codes are learnt by heart with or
without attention. Reads the codes that the runs of Table 4 left in the cache; trains nothing.
"""

from collections import defaultdict

import numpy as np

from adahlib.errors import AdahError
from adahlib.experiments.fingerprint import pairs_and_split
from adahlib.experiments.grid import table4
from adahlib.experiments.run import encoded_path
from adahlib.experiments.train import load_encoded
from adahlib.retrieval import mean_average_precision
from benchmarks.store import save


def parts(spec) -> dict[tuple, float]:
    """Return MAP by task and part of the database (trained, unseen) of one run."""
    path = encoded_path(spec)
    if not path.exists():
        raise AdahError(f"the codes of {spec.record_path()} are not in the cache; make them with `adah grid table4`.")
    encoded, (pairs, split) = load_encoded(path), pairs_and_split(spec.dataset, spec.split_seed)
    ask = {"t2i": (encoded.texts, encoded.images), "i2t": (encoded.images, encoded.texts)}
    places = {"trained": split.train, "unseen": np.setdiff1d(split.database, split.train)}
    labels, query = pairs.labels, split.query
    return {
        (task, part): mean_average_precision(asked[query], stored[place], labels[query], labels[place])
        for task, (asked, stored) in ask.items()
        for part, place in places.items()
    }


def main() -> None:
    """Print and keep the means over seeds."""
    found = defaultdict(list)
    for spec in table4():
        for (task, part), value in parts(spec).items():
            found[spec.dataset, spec.bits, spec.attention, task, part].append(value)
    names = ("dataset", "bits", "attention", "task", "part")
    rows = [dict(zip(names, key, strict=True), map=float(np.mean(v)), n=len(v)) for key, v in found.items()]
    for row in rows:
        print(row)
    save("unseen", {"rows": rows})
