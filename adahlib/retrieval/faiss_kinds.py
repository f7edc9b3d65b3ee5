"""The kinds of FAISS indexes behind ``HammingIndex``: how each is built, and where it keeps the codes."""

import math
from typing import Any

import numpy as np

from adahlib.errors import check_whole, unknown_name
from adahlib.extras import extra

with extra("index"):
    import faiss

# kind → its settings and their defaults; 0 stands for a default that depends on the codes
KINDS = {
    "flat": {},
    "ivf": {"lists": 0, "probes": 8},
    "hnsw": {"links": 32, "effort": 64},
    "multihash": {"tables": 4, "table_bits": 0, "flips": 2},
}
# what FAISS takes; outside of it, it ends the process or does not come back
SMALLEST = {"links": 2}
MOST = 2**31 - 1
LARGEST = {"links": 1024, "tables": 1024, "table_bits": 32, "flips": 8}
CLASSES = {
    "flat": faiss.IndexBinaryFlat,
    "ivf": faiss.IndexBinaryIVF,
    "hnsw": faiss.IndexBinaryHNSW,
    "multihash": faiss.IndexBinaryMultiHash,
}


def check_setting(kind: str, name: str, value: int) -> int:
    """Return a setting as an int; raise AdahError unless it is one of the kind's, a whole number and in range."""
    if name not in KINDS[kind]:
        raise unknown_name(f"setting of {kind}", name, KINDS[kind])
    return check_whole(f"{kind}: {name}", value, SMALLEST.get(name, 1), LARGEST.get(name, MOST))


def build(kind: str, packed: np.ndarray, settings: dict[str, int]) -> Any:
    """Return a FAISS index of packed codes, uint8 (n, bytes); the same codes give the same index."""
    chosen = KINDS[kind] | settings
    bits = 8 * packed.shape[1]
    index: Any  # each kind has settings of its own, and FAISS's hints miss some
    if kind == "flat":
        index = faiss.IndexBinaryFlat(bits)
    elif kind == "ivf":
        lists = min(chosen["lists"] or math.isqrt(len(packed)) or 1, len(packed))
        index = faiss.IndexBinaryIVF(faiss.IndexBinaryFlat(bits), bits, lists)
        index.nprobe = chosen["probes"]
        index.cp.min_points_per_centroid = 1  # FAISS warns of few points; so do the measured recalls
        index.train(packed)
        index.make_direct_map()
    elif kind == "hnsw":
        index = faiss.IndexBinaryHNSW(bits, chosen["links"])
        index.hnsw.efSearch = chosen["effort"]
    else:
        tables = min(chosen["tables"], bits)
        width = chosen["table_bits"] or max(1, min(bits // tables, int(math.log2(len(packed) + 1))))
        width = min(width, bits // tables)
        index = faiss.IndexBinaryMultiHash(bits, tables, width)
        index.nflip = min(chosen["flips"], width)  # more flips than bits would be enumerated for hours
    index.add(packed)
    return index


def stored_codes(index: Any, kind: str) -> np.ndarray:
    """Return the packed codes of an index, uint8 (n, bytes), in the order in which they were added."""
    size = index.code_size
    if kind == "ivf":
        return np.stack([index.reconstruct(i) for i in range(index.ntotal)]) if index.ntotal else np.empty((0, size))
    flat: Any = index if kind == "flat" else faiss.downcast_IndexBinary(index.storage)
    return faiss.rev_swig_ptr(flat.xb.data(), index.ntotal * size).reshape(index.ntotal, size)
