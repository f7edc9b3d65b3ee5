"""Makes FAISS's exact search deterministic: of items tied at the k-th distance, the first in the database are kept."""

import numpy as np
from numba import njit

from adahlib.retrieval.kernels import popcount


@njit(nogil=True, cache=True)
def resolve_ties(queries: np.ndarray, codes: np.ndarray, distances: np.ndarray, places: np.ndarray) -> None:
    """Replace the items at each query's largest distance by the first ones in the database at that distance.

    Args:
        queries: uint8 (n_query, bytes), packed.
        codes: uint8 (n, bytes), packed, the whole database.
        distances: int32 (n_query, k), ascending, and places: int64 (n_query, k), changed in place.
    """
    k = distances.shape[1]
    for row in range(len(queries)):
        farthest = distances[row, k - 1]
        number = 0
        while number < k and distances[row, number] < farthest:
            number += 1
        item = 0
        while number < k:
            distance = 0
            for byte in range(codes.shape[1]):
                distance += popcount(np.uint64(queries[row, byte] ^ codes[item, byte]))
            if distance == farthest:
                places[row, number] = item
                number += 1
            item += 1
