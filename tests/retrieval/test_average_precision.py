"""Mean average precision against sorted ranks and against all permutations of the ties."""

from itertools import permutations

import numpy as np
import pytest

from adahlib.errors import AdahError
from adahlib.retrieval import (
    CONVENTIONS,
    TIES,
    BinaryCodes,
    average_precision,
    distance_histograms,
    mean_average_precision,
)
from tests.toys import SMALL_RANKINGS, levels_of, one_query, random_sides


def ap_by_loop(ranked, top, convention):
    """Average precision of a list of 0/1 in ranked order."""
    if convention == "first-k-relevant":
        ranks = [rank for rank, relevant in enumerate(ranked, start=1) if relevant][:top]
        return sum(hits / rank for hits, rank in enumerate(ranks, start=1)) / max(len(ranks), 1)
    hits, gain = 0, 0.0
    for rank, relevant in enumerate(ranked[:top], start=1):
        if relevant:
            hits += 1
            gain += hits / rank
    total = sum(ranked)
    size = len(ranked) if top is None else top
    divisor = {"all": total, "top-R-retrieved": hits, "top-R-min": min(size, total)}[convention]
    return gain / divisor if divisor else 0.0


def ap_of_all_orders(distances, relevant, top, convention):
    """AP under every permutation of the items: each order of the ties appears equally often."""
    for order in permutations(range(len(distances))):
        yield ap_of_stable_sort(order, distances, relevant, top, convention)


def ap_of_stable_sort(order, distances, relevant, top, convention):
    ranked = sorted(order, key=lambda item: distances[item])
    return ap_by_loop([relevant[item] for item in ranked], top, convention)


@pytest.mark.parametrize("case", SMALL_RANKINGS)
@pytest.mark.parametrize(
    ("convention", "tops"),
    [
        ("all", [None]),
        ("top-R-retrieved", range(1, 8)),
        ("top-R-min", range(1, 8)),
        ("first-k-relevant", range(1, 8)),
    ],
)
def test_ties_equal_the_mean_and_the_extremes_over_all_permutations(case, convention, tops):
    distances, relevant = SMALL_RANKINGS[case]
    sides = one_query(distances, relevant, bits=3)
    for top in tops:
        orders = list(ap_of_all_orders(distances, relevant, top, convention))
        expected = {"expected": np.mean(orders), "optimistic": max(orders), "pessimistic": min(orders)}
        in_database_order = range(len(distances))
        expected["stable"] = ap_of_stable_sort(in_database_order, distances, relevant, top, convention)
        found = {ties: mean_average_precision(*sides, top, convention, ties) for ties in TIES}
        assert found == pytest.approx(expected, abs=1e-12), (case, top)


# relevant-first is no bound where the divisor counts what was retrieved: the permutations test that case
SORTED = [(ties, None, "all") for ties in ("stable", "optimistic", "pessimistic")]
SORTED += [
    (ties, top, "top-R-min") for ties in ("stable", "optimistic", "pessimistic") for top in (1, 40, 500)
]
SORTED += [("stable", top, "top-R-retrieved") for top in (1, 40, 500)]
SORTED += [(ties, k, "first-k-relevant") for ties in ("stable", "optimistic", "pessimistic") for k in (1, 10, 500)]


@pytest.mark.parametrize(("ties", "top", "convention"), SORTED)
def test_rankings_equal_a_loop_over_sorted_ranks(ties, top, convention):
    sides = random_sides()
    key = {"stable": 0, "optimistic": -1, "pessimistic": 1}[ties]
    expected = []
    for distances, relevant in levels_of(*sides):
        ranked = sorted(range(len(distances)), key=lambda i: (distances[i], key * relevant[i]))
        size = None if top is None else min(top, len(ranked))
        expected.append(ap_by_loop([relevant[i] for i in ranked], size, convention))
    found = mean_average_precision(*sides, top, convention, ties, return_per_query=True)
    assert found.shape == (9,) and found[0] == 0
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert mean_average_precision(*sides, top, convention, ties) == pytest.approx(np.mean(expected))


def test_expected_ap_equals_a_sum_over_the_positions_of_each_level():
    sides = random_sides()
    for found, (distances, relevant) in zip(
        mean_average_precision(*sides, return_per_query=True), levels_of(*sides), strict=True
    ):
        gain = 0.0
        for distance in sorted(set(distances)):
            before, level = distances < distance, distances == distance
            n, r = level.sum(), relevant[level].sum()
            for m in range(1, n + 1):
                others = (m - 1) * (r - 1) / (n - 1) if n > 1 else 0.0
                gain += r / n * (relevant[before].sum() + 1 + others) / (before.sum() + m)
        assert found == pytest.approx(gain / max(relevant.sum(), 1), abs=1e-12)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_bounds_enclose_expected_and_stable(convention):
    sides, top = random_sides(bits=13), None if convention == "all" else 25
    score = {
        ties: mean_average_precision(*sides, top, convention, ties, return_per_query=True) for ties in TIES
    }
    for ties in ("expected", "stable"):
        assert (score["pessimistic"] <= score[ties] + 1e-12).all()
        assert (score[ties] <= score["optimistic"] + 1e-12).all()
    assert (score["pessimistic"] < score["optimistic"]).any()


@pytest.mark.parametrize("convention", ["top-R-retrieved", "top-R-min"])
@pytest.mark.parametrize("ties", TIES)
def test_top_beyond_the_database_means_all_of_it(convention, ties):
    sides = random_sides()
    everything = mean_average_precision(*sides, ties=ties)
    assert mean_average_precision(*sides, 10**9, convention, ties) == pytest.approx(everything)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"convention": "top-R"}, "unknown convention 'top-R'"),
        ({"ties": "expectd"}, "did you mean 'expected'"),
        ({"k": 5}, "name another one"),
        ({"convention": "top-R-min"}, "k=None"),
        ({"convention": "top-R-min", "k": 0}, "at least 1"),
        ({"convention": "top-R-retrieved", "k": -3}, "at least 1"),
        ({"convention": "top-R-retrieved", "k": 2.5}, "at least 1"),
        ({"convention": "top-R-retrieved", "k": True}, "at least 1"),
    ],
)
def test_bad_choices_are_refused(options, message):
    with pytest.raises(AdahError, match=message):
        mean_average_precision(*random_sides(), **options)


@pytest.mark.parametrize("ties", TIES)
def test_bad_sides_are_refused_whatever_the_ties(ties):
    query, database, query_labels, database_labels = random_sides()
    with pytest.raises(AdahError, match="database has 119 codes and 120 rows"):
        mean_average_precision(query, database[:-1], query_labels, database_labels, ties=ties)


@pytest.mark.parametrize("ties", ["expected", "optimistic", "pessimistic"])
def test_from_histograms_equals_from_codes(ties):
    rng = np.random.default_rng(0)
    sides = (
        BinaryCodes.from_signs(rng.standard_normal((9, 6))), BinaryCodes.from_signs(rng.standard_normal((40, 6))),
        rng.integers(0, 2, (9, 3)), rng.integers(0, 2, (40, 3)),
    )  # fmt: skip
    scores = average_precision(*distance_histograms(*sides), ties)
    assert scores.tolist() == mean_average_precision(*sides, ties=ties, return_per_query=True).tolist()


@pytest.mark.parametrize("ties", [name for name in TIES if name != "stable"])
def test_histograms_of_any_whole_type_are_taken_and_impossible_ones_refused(ties):
    counts = distance_histograms(*random_sides())
    narrow = [part.astype(np.uint32) for part in counts]
    np.testing.assert_array_equal(average_precision(*narrow, ties), average_precision(*counts, ties))
    for wrong in ((counts[1], counts[0]), (counts[0], counts[1][:, :-1]), ([[1, 2], [3, 4]], [[0, 0], [0, 0]])):
        with pytest.raises(AdahError, match="not histograms of one database"):
            average_precision(*wrong, ties)


def test_histograms_do_not_know_the_order_of_the_database():
    with pytest.raises(AdahError, match="unknown handling of ties 'stable'; known: expected, optimistic"):
        average_precision(np.ones((1, 3), int), np.ones((1, 3), int), "stable")
