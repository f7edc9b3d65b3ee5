"""The kinds of FAISS indexes behind ``HammingIndex``: how each is built, and where it keeps the codes."""

import math

import faiss
import numpy as np

# kind → its settings and their defaults; 0 stands for a default that depends on the codes
KINDS = {
    "flat": {},
    "ivf": {"lists": 0, "probes": 8},
    "hnsw": {"links": 32, "effort": 64},
    "multihash": {"tables": 4, "table_bits": 0, "flips": 2},
}


def build(kind: str, packed: np.ndarray, settings: dict[str, int]) -> faiss.IndexBinary:
    """Return a FAISS index of packed codes, uint8 (n, bytes); the same codes give the same index."""
    chosen = KINDS[kind] | settings
    bits = 8 * packed.shape[1]
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
        index = faiss.IndexBinaryMultiHash(bits, tables, min(width, bits // tables))
        index.nflip = chosen["flips"]
    index.add(packed)
    return index


def stored_codes(index: faiss.IndexBinary, kind: str) -> np.ndarray:
    """Return the packed codes of an index, uint8 (n, bytes), in the order in which they were added."""
    size = index.code_size
    if kind == "ivf":
        return np.stack([index.reconstruct(i) for i in range(index.ntotal)]) if index.ntotal else np.empty((0, size))
    flat = index if kind == "flat" else faiss.downcast_IndexBinary(index.storage)
    return faiss.rev_swig_ptr(flat.xb.data(), index.ntotal * size).reshape(index.ntotal, size)
