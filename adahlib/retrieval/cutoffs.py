"""Metrics of the first N ranks from distance histograms, when items tie: precision, recall, NDCG.

Rank N may cut a level of n tied items, r of them relevant, after m of them. The expected number of relevant ones among
the m is m · r / n; at best it is min(r, m), at worst m − (n − r), or none. Each position of a level is relevant with
probability r / n. ``ranked`` arguments are rankings without ties, 0/1 in ranked order.
"""

import numpy as np

from adahlib.retrieval.ties import divide_or_zero


def hits_at(items: np.ndarray, relevant: np.ndarray, rank: int, ties: str) -> np.ndarray:
    """Return the number of relevant items among the first ``rank``, float64 (n_query,).

    Args:
        items, relevant: (n_query, q + 1) counts by Hamming distance.
        rank: N, from 1 to the size of the database.
        ties: ``"expected"``, ``"optimistic"`` or ``"pessimistic"``.
    """
    before = items.cumsum(axis=1) - items
    taken = np.clip(rank - before, 0, items)
    if ties == "expected":
        # as floats: the product of two counts of 10¹⁰ items is no int64
        return (taken.astype(float) * relevant / np.maximum(items, 1)).sum(axis=1)
    if ties == "optimistic":
        return np.minimum(taken, relevant).sum(axis=1).astype(float)
    return np.maximum(taken - (items - relevant), 0).sum(axis=1).astype(float)


def discounts(size: int) -> np.ndarray:
    """Return the sums of 1 / log2(1 + rank) over the first 0..size ranks, float64 (size + 1,)."""
    return np.concatenate(([0.0], np.cumsum(1 / np.log2(np.arange(2, size + 2)))))


def gain_at(items: np.ndarray, relevant: np.ndarray, rank: int, ties: str) -> np.ndarray:
    """Return the discounted gain of the first ``rank`` ranks, (n_query,); arguments as in ``hits_at``."""
    table = discounts(rank)
    start = np.minimum(items.cumsum(axis=1) - items, rank)
    stop = np.minimum(items.cumsum(axis=1), rank)
    if ties == "expected":
        return ((table[stop] - table[start]) * relevant / np.maximum(items, 1)).sum(axis=1)
    if ties == "optimistic":
        return (table[np.minimum(start + relevant, stop)] - table[start]).sum(axis=1)
    last = np.minimum(items.cumsum(axis=1) - relevant, rank)  # where the level's relevant items begin
    return (table[stop] - table[last]).sum(axis=1)


def ideal_gain(relevant: np.ndarray, rank: int) -> np.ndarray:
    """Return the largest discounted gain of the first ``rank`` ranks, (n_query,)."""
    return discounts(rank)[np.minimum(relevant.sum(axis=1), rank)]


def ranked_hits(ranked: np.ndarray, rank: int) -> np.ndarray:
    """Return the number of relevant items among the first ``rank`` of rankings (b, n_database)."""
    return ranked[:, :rank].sum(axis=1, dtype=float)


def ranked_gain(ranked: np.ndarray, rank: int) -> np.ndarray:
    """Return the discounted gain of the first ``rank`` of rankings (b, n_database)."""
    return ranked[:, :rank] @ np.diff(discounts(min(rank, ranked.shape[1])))


def ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return part / whole per query, 0 where the whole is 0."""
    return divide_or_zero(part, np.asarray(whole, dtype=float))
