"""Relevance: a database item is relevant to a query if the two share at least one label."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from adahlib.errors import AdahError
from adahlib.progress import progress
from adahlib.retrieval.arrays import as_words, as_zero_one

# pairs held at once: a few megabytes, which stay in cache and do not grow with the number of queries
PAIRS_PER_BLOCK = 2**19


def label_words(query_labels: ArrayLike, database_labels: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return the checked labels, packed as (words, n_query) and (words, n_database).

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
    return as_words(np.packbits(query, axis=1)), as_words(np.packbits(database, axis=1))


def query_blocks(n_query: int, n_database: int) -> Iterator[slice]:
    """Yield slices of queries whose pairs with the whole database fit in one block; shows progress."""
    step = max(1, PAIRS_PER_BLOCK // n_database)
    for start in progress(range(0, n_query, step), desc="ranking", unit="block"):
        yield slice(start, min(start + step, n_query))


def share_a_label(query_words: np.ndarray, database_words: np.ndarray) -> np.ndarray:
    """Return bool (n_query, n_database): whether any label is common."""
    common = query_words[0][:, None] & database_words[0]
    for query, database in zip(query_words[1:], database_words[1:], strict=True):
        common |= query[:, None] & database
    return common != 0


def relevant_counts(query_labels: ArrayLike, database_labels: ArrayLike) -> np.ndarray:
    """Return int64 (n_query,): how many database items are relevant to each query."""
    query, database = label_words(query_labels, database_labels)
    blocks = query_blocks(query.shape[1], database.shape[1])
    return np.concatenate([np.count_nonzero(share_a_label(query[:, b], database), axis=1) for b in blocks])


def chance_level(query_labels: ArrayLike, database_labels: ArrayLike) -> float:
    """Return the share of relevant pairs among all pairs: the expected precision of a random ranking.

    Args:
        query_labels: (n_query, c) of 0/1.
        database_labels: (n_database, c) of 0/1.

    Returns:
        A number in 0..1.

    Raises:
        AdahError: if labels are empty, not 0/1, or disagree in the number of columns.
    """
    counts = relevant_counts(query_labels, database_labels)
    return float(counts.mean() / len(database_labels))


def queries_without_relevant(query_labels: ArrayLike, database_labels: ArrayLike) -> int:
    """Return how many queries have no relevant database item; mean average precision counts each as 0."""
    return int((relevant_counts(query_labels, database_labels) == 0).sum())
