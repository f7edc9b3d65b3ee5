"""Hamming ranking without sorting: distances are integers 0..q, so histograms over distance suffice."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from adahlib.errors import AdahError
from adahlib.retrieval.arrays import as_words
from adahlib.retrieval.codes import BinaryCodes
from adahlib.retrieval.relevance import label_words, query_blocks, share_a_label


def distance_histograms(
    query: BinaryCodes, database: BinaryCodes, query_labels: ArrayLike, database_labels: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """Return, per query, how many items and how many relevant items lie at each Hamming distance.

    Args:
        query: n_query codes of q bits.
        database: n_database codes of q bits.
        query_labels: (n_query, c) of 0/1.
        database_labels: (n_database, c) of 0/1.

    Returns:
        ``(items, relevant)``, each int64 (n_query, q + 1); column d counts distance d.

    Raises:
        AdahError: if codes or labels are empty, disagree in length or number, or labels are not 0/1.
    """
    items = np.empty((len(query), query.bits + 1), dtype=np.int64)
    relevant = np.empty_like(items)
    for block, distance, shared in ranked_blocks(query, database, query_labels, database_labels):
        # one count serves both histograms: 2d for an irrelevant item, 2d + 1 for a relevant one
        keys = 2 * distance + shared
        counts = np.stack([np.bincount(row, minlength=2 * (query.bits + 1)) for row in keys])
        relevant[block] = counts[:, 1::2]
        items[block] = counts[:, 0::2] + relevant[block]
    return items, relevant


def ranked_blocks(
    query: BinaryCodes, database: BinaryCodes, query_labels: ArrayLike, database_labels: ArrayLike
) -> Iterator[tuple[slice, np.ndarray, np.ndarray]]:
    """Yield blocks of queries with uint16 distances and bool relevance, both (block, n_database)."""
    check_pair(query, database)
    query_label_words, database_label_words = label_words(query_labels, database_labels)
    check_rows("query", query, query_label_words)
    check_rows("database", database, database_label_words)
    query_words, database_words = as_words(query.packed), as_words(database.packed)
    for block in query_blocks(len(query), len(database)):
        distance = hamming_distance(query_words[:, block], database_words)
        yield block, distance, share_a_label(query_label_words[:, block], database_label_words)


def hamming_distance(query_words: np.ndarray, database_words: np.ndarray) -> np.ndarray:
    """Return uint16 (n_query, n_database): the number of differing bits of packed words (words, n)."""
    distance = np.zeros((query_words.shape[1], database_words.shape[1]), dtype=np.uint16)
    for query, database in zip(query_words, database_words, strict=True):
        distance += np.bitwise_count(query[:, None] ^ database)
    return distance


def check_pair(query: BinaryCodes, database: BinaryCodes) -> None:
    """Raise AdahError unless both sides are non-empty BinaryCodes of one length."""
    for name, codes in (("query", query), ("database", database)):
        if not isinstance(codes, BinaryCodes):
            raise AdahError(f"{name} is a {type(codes).__name__}; use BinaryCodes.from_signs(real).")
        if not len(codes):
            raise AdahError(f"{name} holds no codes; at least one is needed.")
    if query.bits != database.bits:
        lengths = f"{query.bits} bits and database codes {database.bits}"
        raise AdahError(f"query codes have {lengths}; both need one length.")


def check_rows(name: str, codes: BinaryCodes, words: np.ndarray) -> None:
    """Raise AdahError unless there is one row of labels (words, n) for every code."""
    if words.shape[1] != len(codes):
        found = f"{len(codes)} codes and {words.shape[1]} rows of labels"
        raise AdahError(f"{name} has {found}; give one row per code.")
