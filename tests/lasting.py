"""What tests of the lasting index share: a dictionary as the oracle, an index that was begun, and changes to it."""

import numpy as np

from adahlib.retrieval import BinaryCodes, LastingIndex
from adahlib.retrieval.lasting_manifest import read_manifest
from tests.toys import random_codes

BITS = 12  # short codes, so that there are many ties


def check(index, model, bits=BITS):
    """Compare an index with a dictionary from id to packed code, by a sort of everything."""
    ids = np.array(sorted(model), np.int64)
    packed = np.array([model[name] for name in ids], np.uint8).reshape(-1, -(-bits // 8))
    assert len(index) == len(model) and index.ids.tolist() == ids.tolist()
    query, codes, k = random_codes(3, bits, seed=len(model)), BinaryCodes(packed, bits), len(model) // 2 + 3
    near, found = index.search(query, k)
    inside = index.search_radius(query, bits // 3)
    for row, signs in enumerate(query.signs()):
        distances = (codes.signs() != signs).sum(axis=1)
        order = np.lexsort((ids, distances))
        missing = [-1] * (k - min(k, len(model)))
        assert near[row].tolist() == distances[order][:k].tolist() + missing
        assert found[row].tolist() == ids[order][:k].tolist() + missing
        held = order[distances[order] <= bits // 3]
        assert [part.tolist() for part in inside[row]] == [distances[held].tolist(), ids[held].tolist()]


def put(model, codes, ids):
    """Return a model with some codes more."""
    return model | {int(name): tuple(code) for name, code in zip(ids, codes.packed.tolist(), strict=True)}


def only_files_of_the_state(folder):
    """Return whether a folder holds the files of its state, the manifest and the lock, and nothing else."""
    entries = read_manifest(folder).segments
    named = {file.name for entry in entries for file in entry.files} | {"manifest.json"}
    return {path.name for path in folder.iterdir()} - {".lock"} == named


CHANGES = {
    "append": lambda index: index.append(random_codes(6, BITS, seed=3), range(100, 106)),
    "replace": lambda index: index.append(random_codes(6, BITS, seed=3), range(7, 13), replace=True),
    "remove": lambda index: index.remove(range(7, 13)),
    "compact": lambda index: index.compact(),
}


def begun(folder):
    """Make an index of two segments with removed items."""
    index = LastingIndex.create(folder, BITS)
    index.append(random_codes(10, BITS), range(10))
    index.append(random_codes(10, BITS, seed=1), range(10, 20))
    index.remove([3, 15])
    return index


def content(index):
    """Return everything that an index holds: the ids, and what is found."""
    return [index.ids.tolist(), *(part.tolist() for part in index.search(random_codes(4, BITS, seed=9), 30))]
