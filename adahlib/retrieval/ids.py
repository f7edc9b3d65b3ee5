"""The ids of codes in indexes and shards: different whole numbers."""

import numpy as np
from numpy.typing import ArrayLike

from adahlib.errors import AdahError

LARGEST_ID = 2**63 - 1


def new_answers(n_query: int, k: int, distance: int, id: int) -> tuple[np.ndarray, np.ndarray]:
    """Return distances int32 and ids int64, both (n_query, k), that are all the given ones as yet.

    Raises:
        AdahError: there is no memory for so many.
    """
    try:
        return np.full((n_query, k), distance, np.int32), np.full((n_query, k), id, np.int64)
    except MemoryError as error:
        raise AdahError(f"{k:,} answers to each of {n_query:,} queries do not fit in memory; take fewer.") from error


def checked_ids(ids: ArrayLike, count: int) -> np.ndarray:
    """Return ids as int64 (count,); raise unless they are that many different whole numbers of at least 0."""
    try:
        array = np.asarray(ids).reshape(-1)
    except ValueError as ragged:
        raise AdahError("ids are of different shapes; give one whole number a code.") from ragged
    if array.dtype.kind not in "iu" and len(array):
        raise AdahError(f"ids are {array.dtype}; give whole numbers below 2⁶³.")
    if len(array) and int(array.max()) > LARGEST_ID:
        raise AdahError(f"id {array.max()} is too large; give whole numbers below 2⁶³.")
    if len(array) != count:
        raise AdahError(f"there are {len(array)} ids for {count} codes; give one a code.")
    if (array < 0).any():
        raise AdahError(f"id {array.min()} is below 0; give whole numbers of at least 0.")
    numbers, times = np.unique(array, return_counts=True)
    if len(numbers) != count:
        raise AdahError(f"id {numbers[times > 1][0]} is given {times.max()} times; ids are different numbers.")
    return array.astype(np.int64)
