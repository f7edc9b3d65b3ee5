"""Hamming ranking without sorting: distances are integers 0..q, so histograms over distance suffice."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from adahlib.errors import AdahError
from adahlib.retrieval.codes import BinaryCodes, code_words
from adahlib.retrieval.inputs import label_words
from adahlib.retrieval.kernels import count_keys, count_pairs, rank_stably
from adahlib.retrieval.threads import in_blocks

QUERIES = 64  # in a block: a tile of the database is read once for all of them
RANKED_BYTES = 2**24  # largest stable ranking held by a thread


def distance_histograms(
    query: BinaryCodes,
    database: BinaryCodes,
    query_labels: ArrayLike,
    database_labels: ArrayLike,
    device: str | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return, for each query, how many items and how many relevant items lie at each Hamming distance.

    Args:
        query: n_query codes of q bits.
        database: n_database codes of q bits.
        query_labels: (n_query, c) of 0/1.
        database_labels: (n_database, c) of 0/1.
        device: a torch device that counts, ``"cuda"`` for a GPU; None for compiled code on the CPU's cores.

    Returns:
        ``(items, relevant)``, each int64 (n_query, q + 1); column d counts distance d.

    Raises:
        AdahError: if codes or labels are empty, disagree in length or number, or labels are not 0/1.

    Example:
        >>> from adahlib.retrieval import BinaryCodes, distance_histograms
        >>> query = BinaryCodes.from_signs([[1, 1]])
        >>> database = BinaryCodes.from_signs([[1, 1], [1, -1], [-1, 1]])
        >>> items, relevant = distance_histograms(query, database, [[1, 0]], [[1, 0], [0, 1], [1, 0]])
        >>> items.tolist(), relevant.tolist()
        ([[1, 2, 0]], [[1, 1, 0]])
    """
    sides = checked_words(query, database, query_labels, database_labels)
    if device is None:
        return split_keys(key_counts(*sides, query.bits))
    from adahlib.retrieval.torch_ranking import torch_key_counts

    return split_keys(torch_key_counts(query, database, query_labels, database_labels, device))


def key_counts(
    queries: np.ndarray, query_tags: np.ndarray, codes: np.ndarray, tags: np.ndarray, bits: int
) -> np.ndarray:
    """Return int64 (n_query, 2 · (bits + 1)): items by 2 · distance + relevance, from words of ``checked_words``."""
    counts = np.zeros((queries.shape[1], 2 * (bits + 1)), np.int64)
    count = count_pairs if pairs_pay(counts.shape[1], queries, query_tags, codes.shape[1]) else count_keys

    def work(block: slice) -> None:
        own = np.ascontiguousarray(queries[:, block]), np.ascontiguousarray(query_tags[:, block])
        count(*own, codes, tags, counts[block])

    in_blocks(work, queries.shape[1], QUERIES)
    return counts


def pairs_pay(kinds: int, queries: np.ndarray, query_tags: np.ndarray, items: int) -> bool:
    """Return whether pairs of keys are counted: one word each, and a table that is small against the database."""
    return len(queries) == len(query_tags) == 1 and kinds <= 255 and 2 * kinds**2 <= items


def split_keys(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return all items and relevant items by distance from counts by 2 · distance + relevance."""
    relevant = np.ascontiguousarray(counts[:, 1::2])
    return counts[:, 0::2] + relevant, relevant


def stable_scores(sides: tuple, score: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Return ``score`` of every query's ranking with ties in database order, as a stable sort leaves them.

    Args:
        sides: query, database, query_labels, database_labels.
        score: from the relevance in ranked order, uint8 (b, n_database), to an array with b rows.

    Returns:
        The rows of all queries, in their order.
    """
    query, database = sides[:2]
    queries, query_tags, codes, tags = checked_words(*sides)
    counts = key_counts(queries, query_tags, codes, tags, query.bits)
    found: dict[int, np.ndarray] = {}

    def work(block: slice) -> None:
        own = np.ascontiguousarray(queries[:, block]), np.ascontiguousarray(query_tags[:, block])
        ranked = np.empty((own[0].shape[1], len(database)), np.uint8)
        rank_stably(*own, codes, tags, counts[block], ranked)
        found[block.start] = score(ranked)

    in_blocks(work, len(query), max(1, RANKED_BYTES // len(database)))
    return np.concatenate([found[start] for start in sorted(found)])


def checked_words(
    query: BinaryCodes, database: BinaryCodes, query_labels: ArrayLike, database_labels: ArrayLike
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return query codes, query labels, database codes and database labels as words; raise if they do not fit."""
    queries, codes = code_words(query, database)
    query_tags, tags = label_words(query_labels, database_labels)
    for name, own, labels in (("query", queries, query_tags), ("database", codes, tags)):
        if own.shape[1] != labels.shape[1]:
            found = f"{own.shape[1]} codes and {labels.shape[1]} rows of labels"
            raise AdahError(f"{name} has {found}; give one row per code.")
    return queries, query_tags, codes, tags


def nearest(query: BinaryCodes, database: BinaryCodes, k: int) -> np.ndarray:
    """Return the positions of the nearest k items to the first query; ties in database order."""
    queries, codes = code_words(query[:1], database)
    distance = np.bitwise_count(queries ^ codes).sum(axis=0, dtype=np.int64)
    return np.argsort(distance, kind="stable")[:k]
