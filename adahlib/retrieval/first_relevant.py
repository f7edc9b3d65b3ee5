"""The convention *first-k-relevant*: precision averaged over the first k relevant items, wherever they rank.

It is a mistake that several repositories share, under the name of MAP@k: it looks at the whole ranking, not at its
first k ranks. It is here to compare with their tables, and by its own name only.
"""

import numpy as np

from adahlib.retrieval.ties import divide_or_zero, harmonic_numbers, level_gain, log_choose


def first_relevant_ranking(items: np.ndarray, relevant: np.ndarray, k: int, ties: str) -> np.ndarray:
    """Return the mean precision at the first k relevant items, (n_query,), from histograms (n_query, q + 1).

    Args:
        items, relevant: counts by Hamming distance.
        k: relevant items that count; a query with fewer of them counts those it has, with none it counts 0.
        ties: ``"expected"``, ``"optimistic"`` or ``"pessimistic"``.
    """
    n0, r0 = items.cumsum(axis=1) - items, relevant.cumsum(axis=1) - relevant
    harmonic = harmonic_numbers(int(items[0].sum()))
    whole = np.where(r0 + relevant <= k, level_gain(n0, r0, items, relevant, harmonic, ties), 0.0).sum(axis=1)
    cut = (r0 < k) & (r0 + relevant > k)
    for query, level in np.argwhere(cut):
        found = n0[query, level], r0[query, level], items[query, level], relevant[query, level]
        whole[query] += cut_gain(*found, int(k - r0[query, level]), ties)
    return divide_or_zero(whole, np.minimum(relevant.sum(axis=1), k))


def cut_gain(n0: int, r0: int, n: int, r: int, kept: int, ties: str) -> float:
    """Return the sum of precisions at the first ``kept`` of a level's r relevant items among n tied ones."""
    j = np.arange(1, kept + 1)
    if ties != "expected":
        place = j if ties == "optimistic" else n - r + j
        return float(((r0 + j) / (n0 + place)).sum())
    total = 0.0
    for number in j:  # the number-th relevant item stands at place m with probability C(m-1, j-1) C(n-m, r-j) / C(n, r)
        m = np.arange(number, n - r + number + 1)
        log_ways = log_choose(m - 1, number - 1) + log_choose(n - m, r - number) - log_choose(n, r)
        total += (np.exp(log_ways) * (r0 + number) / (n0 + m)).sum()
    return float(total)


def ranked_first(ranked: np.ndarray, k: int) -> np.ndarray:
    """Return the mean precision at the first k relevant items of rankings without ties, (b, n_database) of 0/1."""
    hits = ranked.cumsum(axis=1, dtype=np.int64)
    counted = ranked.astype(bool) & (hits <= k)
    gain = np.where(counted, hits / np.arange(1, hits.shape[1] + 1), 0.0).sum(axis=1)
    return divide_or_zero(gain, np.minimum(hits[:, -1], k))
