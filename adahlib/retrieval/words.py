"""Codes and labels as 64-bit words, word by word, which the compiled loops read."""

import numpy as np
from numpy.typing import ArrayLike

from adahlib.errors import AdahError
from adahlib.retrieval.arrays import as_zero_one
from adahlib.retrieval.codes import BinaryCodes

WORD = 8  # bytes


def words_of(packed: np.ndarray) -> np.ndarray:
    """Return packed rows, uint8 (n, bytes), as uint64 (words, n); missing bytes are zero."""
    n, used = packed.shape
    words = -(-used // WORD)
    padded = np.zeros((n, words * WORD), dtype=np.uint8)
    padded[:, :used] = packed
    return np.ascontiguousarray(padded.view(np.uint64).T)


def code_words(query: BinaryCodes, database: BinaryCodes) -> tuple[np.ndarray, np.ndarray]:
    """Return both sides' codes, (words, n_query) and (words, n_database).

    Raises:
        AdahError: unless both sides are non-empty ``BinaryCodes`` of one length.
    """
    for name, codes in (("query", query), ("database", database)):
        if not isinstance(codes, BinaryCodes):
            raise AdahError(f"{name} is a {type(codes).__name__}; use BinaryCodes.from_signs(real).")
        if not len(codes):
            raise AdahError(f"{name} holds no codes; at least one is needed.")
    if query.bits != database.bits:
        lengths = f"{query.bits} bits and database codes {database.bits}"
        raise AdahError(f"query codes have {lengths}; both need one length.")
    return words_of(query.packed), words_of(database.packed)


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
