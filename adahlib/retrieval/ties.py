"""Average precision from distance histograms when items tie: expected, best and worst over all tie orders.

One level of a ranking holds the items at one Hamming distance, which tie. With n0 items and r0 relevant ones
before the level, the j-th relevant item of the level at the level's position m adds (r0 + j) / (n0 + m).
Sums of such terms reduce to harmonic numbers H, so no level is ever expanded.
"""

import numpy as np
from scipy.special import gammaln


def harmonic_numbers(n: int) -> np.ndarray:
    """Return H_0..H_n, float64 (n + 1,)."""
    return np.concatenate(([0.0], np.cumsum(1.0 / np.arange(1, n + 1))))


def level_gain(
    n0: np.ndarray, r0: np.ndarray, items: np.ndarray, relevant: np.ndarray, harmonic: np.ndarray, ties: str
) -> np.ndarray:
    """Return the sum of precisions at the relevant items of a level, elementwise over integer arrays.

    Args:
        n0: items before the level.
        r0: relevant items before the level.
        items: n, items of the level.
        relevant: r <= n, relevant items of the level.
        harmonic: harmonic numbers up to the largest rank.
        ties: ``"expected"`` (mean), ``"optimistic"`` (relevant first) or ``"pessimistic"`` (last).
    """
    if ties == "optimistic":
        return relevant + (r0 - n0) * (harmonic[n0 + relevant] - harmonic[n0])
    if ties == "pessimistic":
        first = n0 + items - relevant
        return relevant + (r0 - first) * (harmonic[n0 + items] - harmonic[first])
    # position m is relevant with probability r/n, and then expects r0 + 1 + (m - 1) * others
    others = (relevant - 1) / np.maximum(items - 1, 1)
    total = items * others + (r0 + 1 - others * (n0 + 1)) * (harmonic[n0 + items] - harmonic[n0])
    return relevant / np.maximum(items, 1) * total


def divide_or_zero(gain: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Return gain / count, and 0 where the count is 0: nothing relevant counts as 0 (DCMH)."""
    return np.where(count > 0, gain / np.maximum(count, 1), 0.0)


def whole_ranking(items: np.ndarray, relevant: np.ndarray, ties: str) -> np.ndarray:
    """Return average precision over the whole database ÷ relevant items, (n_query,), from histograms."""
    n0, r0 = items.cumsum(axis=1) - items, relevant.cumsum(axis=1) - relevant
    gain = level_gain(n0, r0, items, relevant, harmonic_numbers(int(items[0].sum())), ties)
    return divide_or_zero(gain.sum(axis=1), relevant.sum(axis=1))


def top_ranking(
    items: np.ndarray, relevant: np.ndarray, top: int, by_retrieved: bool, ties: str
) -> np.ndarray:
    """Return average precision inside the first R ranks, (n_query,), from histograms (n_query, q + 1).

    Rank R may cut a level of n tied items, r of them relevant, after M < n. The number k of relevant ones
    among the M is then hypergeometric, and given k every arrangement of the M is equally likely. So the ratio
    is exact for each k even where its divisor depends on k: the expectation weighs the k, the bounds take
    the best or worst k.

    Args:
        items: items at each distance.
        relevant: relevant items at each distance.
        top: R, from 1 to the size of the database.
        by_retrieved: divide by the relevant items inside R, else by min(R, relevant items).
        ties: ``"expected"``, ``"optimistic"`` (maximum over tie orders) or ``"pessimistic"`` (minimum).
    """
    n0, r0 = items.cumsum(axis=1) - items, relevant.cumsum(axis=1) - relevant
    harmonic = harmonic_numbers(int(items[0].sum()))
    gain_before = np.cumsum(level_gain(n0, r0, items, relevant, harmonic, ties), axis=1)
    cut = (n0 + items >= top).argmax(axis=1)
    limit = np.minimum(top, relevant.sum(axis=1))
    scores = np.empty(len(items))
    for i, level in enumerate(cut):
        n, r, taken = items[i, level], relevant[i, level], top - n0[i, level]
        k = np.arange(max(0, taken - (n - r)), min(r, taken) + 1)
        gain = level_gain(n0[i, level], r0[i, level], taken, k, harmonic, ties)
        before = gain_before[i, level - 1] if level else 0.0
        divisor = r0[i, level] + k if by_retrieved else limit[i]
        scores[i] = over_cuts(divide_or_zero(before + gain, divisor), k, (n, r, taken), ties)
    return scores


def over_cuts(scores: np.ndarray, k: np.ndarray, level: tuple[int, int, int], ties: str) -> float:
    """Return the mean, maximum or minimum of the scores for each k relevant items kept by the cut."""
    if ties == "optimistic":
        return scores.max()
    if ties == "pessimistic":
        return scores.min()
    n, r, taken = level
    log_ways = log_choose(r, k) + log_choose(n - r, taken - k)
    return np.average(scores, weights=np.exp(log_ways - log_ways.max()))


def log_choose(n: int | np.integer | np.ndarray, k: int | np.integer | np.ndarray) -> np.ndarray:
    """Return log of n over k for integers 0 <= k <= n."""
    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
