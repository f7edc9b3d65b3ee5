"""What arrives from outside (arrays, tensors, lists) as checked NumPy arrays, and as words for the compiled loops.

A word is 64 bits of a row. Words lie word by word, (words, n), so that each XOR or AND runs over contiguous memory.
"""

import numpy as np
from numpy.typing import ArrayLike

from adahlib.errors import AdahError

WORD = 8  # bytes


def as_numbers(values: ArrayLike, name: str) -> np.ndarray:
    """Return ``values`` as a NumPy array of real numbers or booleans; tensors may be on any device.

    Raises:
        AdahError: if ``values`` is ragged or holds anything but real numbers.
    """
    if hasattr(values, "detach"):
        # float64 holds the sign of every torch type; NumPy has no bfloat16
        values = values.detach().cpu().double().numpy()
    try:
        array = np.asarray(values)
    except ValueError as ragged:
        raise AdahError(f"{name} has rows of different lengths; give one rectangular array.") from ragged
    if array.dtype.kind not in "biuf":
        raise AdahError(f"{name} holds {array.dtype} values; give a dense array of real numbers.")
    return array


def as_zero_one(values: ArrayLike, name: str, dimensions: int) -> np.ndarray:
    """Return ``values`` as a bool array with that many dimensions.

    Raises:
        AdahError: if the number of dimensions differs, or a value is neither 0 nor 1.
    """
    array = as_numbers(values, name)
    if array.ndim != dimensions:
        raise AdahError(f"{name} has shape {array.shape} where {dimensions} dimensions are needed.")
    if array.dtype != bool and not ((array == 0) | (array == 1)).all():
        raise AdahError(f"{name} holds values other than 0 and 1; give only those.")
    return array.astype(bool, copy=False)


def words_of(packed: np.ndarray) -> np.ndarray:
    """Return packed rows, uint8 (n, bytes), as uint64 (words, n); missing bytes are zero."""
    n, used = packed.shape
    words = -(-used // WORD)
    padded = np.zeros((n, words * WORD), dtype=np.uint8)
    padded[:, :used] = packed
    return np.ascontiguousarray(padded.view(np.uint64).T)


def label_words(query_labels: ArrayLike, database_labels: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return both sides' labels, checked, (words, n_query) and (words, n_database).

    Raises:
        AdahError: if a side is empty, not (n, c), not 0/1, or the two have different numbers of labels.
    """
    query = as_zero_one(query_labels, "query labels", dimensions=2)
    database = as_zero_one(database_labels, "database labels", dimensions=2)
    if not len(query) or not len(database):
        raise AdahError(f"{len(query)} queries and {len(database)} database items; both need at least one.")
    if query.shape[1] != database.shape[1] or not query.shape[1]:
        raise AdahError(
            f"query labels have {query.shape[1]} columns and database labels {database.shape[1]}; "
            "both need the same labels, at least one."
        )
    return words_of(np.packbits(query, axis=1)), words_of(np.packbits(database, axis=1))
