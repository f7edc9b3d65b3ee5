"""Average precision of rankings too long for a table of harmonic numbers: from histograms of any number of items.

``ties`` looks harmonic numbers up in a table with an entry an item: 0.8 GB and as much again to make it for 10⁸ items.
Its formulas also take differences H_b − H_a of neighbouring entries times the rank, and with rounded entries the error
grows with the rank. Here H_n is computed where it is asked for, in NumPy's longest floats (64 bits of mantissa on
x86), and the weights of a cut level as sums of logarithms of ratios, not as differences of large log-gammas.
"""

import numpy as np

from adahlib.retrieval.first_relevant import cut_gain
from adahlib.retrieval.ties import divide_or_zero, level_gain

TABLE = 2**24  # items; up to as many, the numbers come from a table of 128 MiB, as in ``mean_average_precision``
EXACT = 64  # first harmonic numbers, which are summed; behind them the series is exact to the last bit
EULER = np.longdouble("0.577215664901532860606512090082402431")


class HarmonicNumbers:
    """H_n at any n >= 0, indexed as a table is: ``harmonic[n]`` for whole numbers or arrays of them.

    Example:
        >>> float(HarmonicNumbers()[4])
        2.0833333333333335
    """

    def __init__(self):
        self.first = np.concatenate(([np.longdouble(0)], np.cumsum(1 / np.arange(1, EXACT + 1, dtype=np.longdouble))))

    def __getitem__(self, n: np.ndarray | int) -> np.ndarray:
        """Return H_n = ln n + γ + 1/2n − 1/12n² + 1/120n⁴ − 1/252n⁶ + 1/240n⁸ − …, and sums for small n."""
        n = np.asarray(n)
        large = np.maximum(n, EXACT).astype(np.longdouble)
        square = 1 / large**2
        series = square * (1 / np.longdouble(120) - square * (1 / np.longdouble(252) - square / 240))
        value = np.log(large) + EULER + 1 / (2 * large) - square * (1 / np.longdouble(12) - series)
        return np.where(n <= EXACT, self.first[np.minimum(n, EXACT)], value)


def long_scores(items: np.ndarray, relevant: np.ndarray, top: int | None, convention: str, ties: str) -> np.ndarray:
    """Return average precision per query, float64 (n_query,), as ``average_precision.histogram_scores`` does.

    Args:
        items, relevant: int64 (n_query, q + 1) counts by Hamming distance.
        top, convention, ties: as in ``mean_average_precision``; all ties but stable ones.
    """
    before = items.cumsum(axis=1) - items, relevant.cumsum(axis=1) - relevant
    harmonic, found = HarmonicNumbers(), relevant.sum(axis=1)
    gains = level_gain(*before, items, relevant, harmonic, ties)
    if convention == "all":
        return divide_or_zero(gains.sum(axis=1), found).astype(float)
    top = min(int(top), int(items[0].sum()))
    rows = zip(*before, items, relevant, gains, strict=True)
    if convention == "first-k-relevant":
        return divide_or_zero(np.array([first_gain(*row, top, ties) for row in rows]), np.minimum(found, top))
    limits = np.minimum(found, top)
    return np.array([
        top_score(*row, top, None if convention == "top-R-retrieved" else limit, harmonic, ties)
        for row, limit in zip(rows, limits, strict=True)
    ])  # fmt: skip


def first_gain(n0, r0, items, relevant, gains, k: int, ties: str) -> float:
    """Return one query's sum of precisions at the first k relevant items; arguments are rows by distance."""
    total = gains[r0 + relevant <= k].sum()
    for level in np.flatnonzero((r0 < k) & (r0 + relevant > k)):  # one level at most
        total += cut_gain(n0[level], r0[level], items[level], relevant[level], int(k - r0[level]), ties)
    return float(total)


def top_score(n0, r0, items, relevant, gains, top: int, limit: int | None, harmonic, ties: str) -> float:
    """Return one query's average precision inside R ranks; ``limit`` divides, or the relevant items inside (None)."""
    level = int((n0 + items >= top).argmax())
    n, r, taken = items[level], relevant[level], top - n0[level]
    k = np.arange(max(0, taken - (n - r)), min(r, taken) + 1)
    gain = gains[:level].sum() + level_gain(n0[level], r0[level], taken, k, harmonic, ties)
    scores = divide_or_zero(gain, r0[level] + k if limit is None else limit)
    if ties != "expected":
        return float(scores.max() if ties == "optimistic" else scores.min())
    return float(np.average(scores, weights=cut_weights(n, r, taken, k)))


def cut_weights(n: int, r: int, taken: int, k: np.ndarray) -> np.ndarray:
    """Return weights of k = kmin..kmax relevant items among ``taken`` of n tied ones, r of them relevant."""
    k = k.astype(np.longdouble)
    ratios = (r - k[:-1]) * (taken - k[:-1]) / (k[1:] * (n - r - taken + k[1:]))
    logs = np.concatenate(([np.longdouble(0)], np.cumsum(np.log(ratios))))
    return np.exp(logs - logs.max())
