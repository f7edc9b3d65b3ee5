"""Relevance: a database item is relevant to a query if the two share at least one label."""

import numpy as np
from numpy.typing import ArrayLike

from adahlib.retrieval.inputs import label_words
from adahlib.retrieval.ranking import key_counts


def relevant_counts(query_labels: ArrayLike, database_labels: ArrayLike) -> np.ndarray:
    """Return int64 (n_query,): how many database items are relevant to each query."""
    query, database = label_words(query_labels, database_labels)
    no_codes = (np.zeros((1, side.shape[1]), np.uint64) for side in (query, database))
    queries, codes = no_codes
    return key_counts(queries, query, codes, database, bits=0)[:, 1]


def chance_level(query_labels: ArrayLike, database_labels: ArrayLike) -> float:
    """Return the share of relevant pairs among all pairs, which is the expected precision of a random ranking.

    Args:
        query_labels: (n_query, c) of 0/1.
        database_labels: (n_database, c) of 0/1.

    Returns:
        A number in 0..1.

    Raises:
        AdahError: if labels are empty, not 0/1, or disagree in the number of columns.

    Example:
        >>> from adahlib.retrieval import chance_level
        >>> chance_level([[1, 0], [0, 1]], [[1, 0], [1, 1], [1, 0], [0, 1]])
        0.625
    """
    counts = relevant_counts(query_labels, database_labels)
    return float(counts.mean() / len(database_labels))  # type: ignore[arg-type]  # checked by relevant_counts


def queries_without_relevant(query_labels: ArrayLike, database_labels: ArrayLike) -> int:
    """Return how many queries have no relevant item in the database; mean average precision counts each as 0.

    Args:
        query_labels: (n_query, c) of 0/1.
        database_labels: (n_database, c) of 0/1.

    Raises:
        AdahError: if labels are empty, not 0/1, or disagree in the number of columns.

    Example:
        >>> from adahlib.retrieval import queries_without_relevant
        >>> queries_without_relevant([[1, 0], [0, 1]], [[1, 0], [1, 0]])
        1
    """
    return int((relevant_counts(query_labels, database_labels) == 0).sum())
