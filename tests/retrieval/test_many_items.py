"""Rankings of billions of items: against the table of harmonic numbers where one fits, and against sums by loops."""

import doctest
import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from adahlib.retrieval import HammingRanking, hamming_ranking, many_items
from adahlib.retrieval.average_precision import histogram_scores
from adahlib.retrieval.first_relevant import cut_gain
from adahlib.retrieval.many_items import HarmonicNumbers, cut_weights, expected_cut, long_scores
from adahlib.retrieval.ties import harmonic_numbers

TIES = ("expected", "optimistic", "pessimistic")
CONVENTIONS = ("all", "top-R-retrieved", "top-R-min", "first-k-relevant")
HUGE = 10**10


def test_the_examples_run():
    found = doctest.testmod(many_items)
    assert found.attempted and not found.failed


def test_harmonic_numbers_are_those_of_the_table():
    found = HarmonicNumbers()[np.arange(5001)]
    np.testing.assert_allclose(found.astype(float), harmonic_numbers(5000), rtol=1e-14)
    exact = itertools.accumulate((Fraction(1, n) for n in range(1, 300)), initial=Fraction(0))
    np.testing.assert_array_equal(found[:300].astype(float), [float(value) for value in exact])


@pytest.mark.parametrize("start", [63, 64, 1000, 10**6, HUGE])
def test_differences_of_neighbours_are_exact_however_large_the_rank(start):
    """The rank times a difference is near 1; rounded entries of a table are off by 10⁻⁵ at 10¹⁰ items."""
    found = start * (HarmonicNumbers()[start + 1] - HarmonicNumbers()[start])
    assert float(found) == pytest.approx(start / (start + 1), abs=2e-8)


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("ties", TIES)
def test_scores_are_those_of_the_table(convention, ties):
    draw = np.random.default_rng(0)
    relevant = draw.integers(0, 30, (40, 9)) * (draw.random((40, 9)) < 0.6)
    relevant[0] = 0
    items = relevant + draw.integers(0, 50, (40, 9)) * (draw.random((40, 9)) < 0.8)
    items[:, -1] += items.sum(axis=1).max() - items.sum(axis=1) + 1
    for top in (None,) if convention == "all" else (1, 2, 9, 70, 10**6):
        found = long_scores(items, relevant, top, convention, ties)
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, histogram_scores(items, relevant, top, convention, ties), rtol=1e-10)


def gain_by_loop(n0, r0, n, r, ties):
    """Sum the precisions at the relevant items of one level, term by term."""
    if ties == "optimistic":
        return math.fsum((r0 + j) / (n0 + j) for j in range(1, r + 1))
    if ties == "pessimistic":
        return math.fsum((r0 + j) / (n0 + n - r + j) for j in range(1, r + 1))
    others = (r - 1) / max(n - 1, 1)
    return r / n * math.fsum((r0 + 1 + (m - 1) * others) / (n0 + m) for m in range(1, n + 1))


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("levels", [[(2, 2), (1, 1)], [(700, 3), (50, 50)], [(1, 1), (1000, 400)], [(5000, 1)]])
def test_relevant_items_behind_ten_billion_others(levels, ties):
    """The hardest place: their precision is 10⁻¹⁰, and a table would miss it by 10⁻⁵."""
    items, relevant = np.array([(HUGE, 0), *levels]).T[:, None]
    gain, n0, r0 = 0.0, HUGE, 0
    for n, r in levels:
        gain, n0, r0 = gain + gain_by_loop(n0, r0, n, r, ties), n0 + n, r0 + r
    found = HammingRanking.from_histograms(items, relevant).average_precision(ties=ties)
    assert found == pytest.approx([gain / r0], abs=2e-8)


@pytest.mark.parametrize("ties", TIES)
def test_the_first_ranks_of_a_level_of_a_billion(ties):
    """With as many items, the kept ones are as if drawn with replacement: the mean precision is known."""
    ranking = HammingRanking.from_histograms([[10**9, 10**9]], [[2 * 10**8, 0]])
    expected = {"optimistic": 1.0, "pessimistic": 0.0}.get(ties)
    if expected is None:  # of 3 ranks, each relevant with probability p, without the queries that find none
        p = 0.2
        precision = {1: (1 + 1 / 2 + 1 / 3) / 3, 2: (1 + (1 + 2 / 3) / 2 + (1 / 2 + 2 / 3) / 2) / 3, 3: 1}
        expected = sum(math.comb(3, k) * p**k * (1 - p) ** (3 - k) * value for k, value in precision.items())
    assert ranking.average_precision(3, "top-R-retrieved", ties) == pytest.approx([expected], abs=1e-8)


@pytest.mark.parametrize(("n", "r", "taken"), [(9, 4, 5), (9, 9, 5), (9, 0, 3), (30, 11, 30), (12, 3, 1)])
def test_weights_of_a_cut_are_hypergeometric(n, r, taken):
    k = np.arange(max(0, taken - (n - r)), min(r, taken) + 1)
    expected = np.array([math.comb(r, j) * math.comb(n - r, taken - j) for j in k.tolist()], float)
    found = cut_weights(n, r, taken, k).astype(float)
    np.testing.assert_allclose(found / found.sum(), expected / expected.sum(), rtol=1e-13)


@pytest.mark.parametrize(
    ("n0", "r0", "n", "r", "kept"),
    [(0, 0, 9, 4, 3), (5, 2, 30, 29, 7), (3, 0, 40, 2, 1), (0, 0, 7, 6, 5), (1, 1, 4, 4, 2)],
)
@pytest.mark.parametrize("places", [1, 4, 1000])
def test_first_relevant_items_of_a_level_by_blocks_of_its_places(n0, r0, n, r, kept, places, monkeypatch):
    monkeypatch.setattr(many_items, "PLACES", places)
    expected = cut_gain(n0, r0, n, r, kept, "expected")
    assert expected_cut(n0, r0, n, r, kept) == pytest.approx(expected, rel=1e-11)


def test_first_relevant_items_of_a_level_of_a_billion():
    """One relevant item in ten: the places are as if drawn with replacement, and few of them count."""
    p, n = 0.1, 10**9
    first = -p * math.log(p) / (1 - p)  # E[1 / m] of a geometric distribution
    assert expected_cut(0, 0, n, n // 10, 1) == pytest.approx(first, abs=1e-8)


def test_a_table_is_used_as_long_as_it_fits(monkeypatch):
    ranking = HammingRanking.from_histograms([[30, 70]], [[10, 5]])
    table = ranking.average_precision()
    monkeypatch.setattr(hamming_ranking, "TABLE", 99)
    monkeypatch.setattr(hamming_ranking, "histogram_scores", None)
    np.testing.assert_allclose(ranking.average_precision(), table, rtol=1e-14)
