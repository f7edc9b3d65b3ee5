"""Average precision of rankings too long for a table of harmonic numbers: from histograms of any number of items.

``ties`` looks harmonic numbers up in a table with an entry an item: 0.8 GB and as much again to make it for 10⁸ items.
Its formulas also take differences H_b − H_a of neighbouring entries times the rank, and with rounded entries the error
grows with the rank. Here H_n is computed where it is asked for, in NumPy's longest floats (64 bits of mantissa on
x86), and the weights of a cut level as sums of logarithms of ratios, not as differences of large log-gammas.
"""

import functools

import numpy as np

from adahlib.retrieval.first_relevant import cut_gain
from adahlib.retrieval.ties import divide_or_zero, level_gain

TABLE = 2**24  # items; up to as many, the numbers come from a table of 128 MiB, as in ``mean_average_precision``
EXACT = 64  # first harmonic numbers, which are summed; behind them the series is exact to the last bit
PLACES, NEGLIGIBLE = 2**18, 1e-13  # places of a level at a time; a probability that is left out
EULER = np.longdouble("0.577215664901532860606512090082402431")

Row = np.ndarray  # (q + 1,), by distance


class HarmonicNumbers:
    """H_n at any n >= 0, indexed as a table is: ``harmonic[n]`` for whole numbers or arrays of them.

    Example:
        >>> float(HarmonicNumbers()[4])
        2.0833333333333335
    """

    def __init__(self) -> None:
        self.first = np.concatenate(([np.longdouble(0)], np.cumsum(1 / np.arange(1, EXACT + 1, dtype=np.longdouble))))

    def __getitem__(self, n: np.ndarray | int) -> np.ndarray:
        """Return H_n = ln n + γ + 1/2n − 1/12n² + 1/120n⁴ − 1/252n⁶ + 1/240n⁸ − …, and sums for small n."""
        n = np.asarray(n)
        large = np.maximum(n, EXACT).astype(np.longdouble)
        square = 1 / large**2
        series = square * (1 / np.longdouble(120) - square * (1 / np.longdouble(252) - square / 240))
        value = np.log(large) + EULER + 1 / (2 * large) - square * (1 / np.longdouble(12) - series)
        return np.where(n <= EXACT, self.first[np.minimum(n, EXACT)], value)


def long_scores(items: np.ndarray, relevant: np.ndarray, k: int | None, convention: str, ties: str) -> np.ndarray:
    """Return average precision per query, float64 (n_query,), as ``average_precision.histogram_scores`` does.

    Args:
        items, relevant: int64 (n_query, q + 1) counts by Hamming distance.
        k, convention, ties: as in ``mean_average_precision``; all ties but stable ones.
    """
    before = items.cumsum(axis=1) - items, relevant.cumsum(axis=1) - relevant
    harmonic, found = HarmonicNumbers(), relevant.sum(axis=1)
    gains = level_gain(*before, items, relevant, harmonic, ties)  # type: ignore[arg-type]  # indexed as an array is
    if convention == "all":
        return divide_or_zero(gains.sum(axis=1), found).astype(float)
    k = min(int(k), int(items[0].sum()))  # type: ignore[arg-type]  # see check_choice
    rows = zip(*before, items, relevant, gains, strict=True)
    if convention == "first-k-relevant":
        return divide_or_zero(np.array([first_gain(*row, k, ties) for row in rows]), np.minimum(found, k))
    limits = np.minimum(found, k)
    return np.array([
        top_score(*row, k, None if convention == "top-R-retrieved" else limit, harmonic, ties)
        for row, limit in zip(rows, limits, strict=True)
    ])  # fmt: skip


def first_gain(
    n0: Row, r0: Row, items: Row, relevant: Row, gains: Row, k: int, ties: str
) -> float:
    """Return one query's sum of precisions at the first k relevant items; arguments are rows by distance."""
    total = gains[r0 + relevant <= k].sum()
    for level in np.flatnonzero((r0 < k) & (r0 + relevant > k)):  # one level at most
        cut = expected_cut if ties == "expected" else functools.partial(cut_gain, ties=ties)
        total += cut(n0[level], r0[level], items[level], relevant[level], int(k - r0[level]))
    return float(total)


def expected_cut(n0: int, r0: int, n: int, r: int, kept: int) -> float:
    """Return the expected sum of precisions at the first ``kept`` of r relevant items among n tied ones, kept < r.

    The j-th of them stands at place m with probability C(m−1, j−1) C(n−m, r−j) / C(n, r). The places are gone through
    block by block, each probability from the one before, until what is left of them cannot be seen in the sum.
    """
    total, first = 0.0, np.longdouble(0)  # the logarithm of the probability that j stands at place j
    for j in range(1, kept + 1):
        first += np.log(np.longdouble(r - j + 1) / (n - j + 1))
        logarithm, seen, start, last = first, 0.0, j, n - r + j
        while start <= last and seen < 1 - NEGLIGIBLE:
            m = np.arange(start, min(start + PLACES, last + 1), dtype=np.longdouble)
            steps = np.log(m * (n - m - r + j) / ((m - j + 1) * (n - m)), where=m < last, out=np.zeros_like(m))
            logs = logarithm + np.concatenate(([np.longdouble(0)], np.cumsum(steps)))
            chances = np.exp(logs[:-1])
            total, seen = total + float((chances * (r0 + j) / (n0 + m)).sum()), seen + float(chances.sum())
            logarithm, start = logs[-1], start + PLACES
    return total


def top_score(
    n0: Row,
    r0: Row,
    items: Row,
    relevant: Row,
    gains: Row,
    top: int,
    limit: int | None,
    harmonic: "HarmonicNumbers",
    ties: str,
) -> float:
    """Return one query's average precision inside R ranks; ``limit`` divides, or the relevant items inside (None)."""
    level = int((n0 + items >= top).argmax())
    n, r, taken = items[level], relevant[level], top - n0[level]
    k = np.arange(max(0, taken - (n - r)), min(r, taken) + 1)
    gain = gains[:level].sum() + level_gain(n0[level], r0[level], taken, k, harmonic, ties)  # type: ignore[arg-type]
    scores = divide_or_zero(gain, np.asarray(r0[level] + k if limit is None else limit))
    if ties != "expected":
        return float(scores.max() if ties == "optimistic" else scores.min())
    return float(np.average(scores, weights=cut_weights(n, r, taken, k)))


def cut_weights(n: int, r: int, taken: int, k: np.ndarray) -> np.ndarray:
    """Return weights of k = kmin..kmax relevant items among ``taken`` of n tied ones, r of them relevant."""
    k = k.astype(np.longdouble)
    ratios = (r - k[:-1]) * (taken - k[:-1]) / (k[1:] * (n - r - taken + k[1:]))
    logs = np.concatenate(([np.longdouble(0)], np.cumsum(np.log(ratios))))
    return np.exp(logs - logs.max())
