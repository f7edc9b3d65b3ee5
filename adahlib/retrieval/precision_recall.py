"""Precision and recall over all query–database pairs within a Hamming radius (DCMH's curve; Fig. 5)."""

import numpy as np
from numpy.typing import ArrayLike

from adahlib.retrieval.codes import BinaryCodes
from adahlib.retrieval.ranking import distance_histograms


def precision_recall(
    query: BinaryCodes, database: BinaryCodes, query_labels: ArrayLike, database_labels: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """Return micro-averaged precision and recall within each Hamming radius r = 0..q, the curve of Fig. 5.

    All pairs within the radius count alike, whichever query they belong to.

    Args:
        query: n_query codes of q bits.
        database: n_database codes of q bits.
        query_labels: (n_query, c) of 0/1.
        database_labels: (n_database, c) of 0/1.

    Returns:
        ``(precision, recall)``, each float64 (q + 1,) in 0..1; precision is nan at a radius that retrieves
        nothing, recall is nan everywhere if no pair is relevant.

    Raises:
        AdahError: if codes or labels are empty, disagree in length or number, or labels are not 0/1.

    Example:
        >>> from adahlib.retrieval import BinaryCodes, precision_recall
        >>> query = BinaryCodes.from_signs([[1, 1]])
        >>> database = BinaryCodes.from_signs([[1, 1], [1, -1], [-1, -1]])
        >>> precision, recall = precision_recall(query, database, [[1, 0]], [[1, 0], [0, 1], [1, 0]])
        >>> precision.round(3).tolist(), recall.tolist()
        ([1.0, 0.5, 0.667], [0.5, 0.5, 1.0])
    """
    return pooled_precision_recall(*distance_histograms(query, database, query_labels, database_labels))


def pooled_precision_recall(items: np.ndarray, relevant: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return precision and recall within each Hamming radius from counts by distance, as ``precision_recall`` does.

    Args:
        items, relevant: (n_query, q + 1), as ``distance_histograms`` counts them.

    Returns:
        ``(precision, recall)``, each float64 (q + 1,) in 0..1, nan where nothing is retrieved or nothing is relevant.

    Example:
        >>> import numpy as np
        >>> from adahlib.retrieval import pooled_precision_recall
        >>> precision, recall = pooled_precision_recall(np.array([[1, 2, 1]]), np.array([[1, 1, 0]]))
        >>> precision.round(3).tolist(), recall.tolist()
        ([1.0, 0.667, 0.5], [0.5, 1.0, 1.0])
    """
    retrieved, hits = items.sum(axis=0).cumsum(), relevant.sum(axis=0).cumsum()
    return ratio_or_nan(hits, retrieved), ratio_or_nan(hits, np.full_like(hits, hits[-1]))


def ratio_or_nan(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return part / whole, nan where the whole is 0."""
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)
