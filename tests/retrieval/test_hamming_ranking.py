"""HammingRanking against loops over sorted ranks and over all permutations of the ties, on random and odd inputs."""

import math
from itertools import permutations

import numpy as np
import pytest

from adahlib.errors import AdahError
from adahlib.retrieval import (
    BinaryCodes,
    HammingRanking,
    chance_level,
    mean_average_precision,
    queries_without_relevant,
)
from tests.toys import SMALL_RANKINGS, levels_of, one_query, random_sides

RANKS = (1, 2, 3, 5, 9)


def precision_by_loop(ranked, rank):
    return sum(ranked[:rank]) / min(rank, len(ranked))


def recall_by_loop(ranked, rank):
    return sum(ranked[:rank]) / sum(ranked) if any(ranked) else 0.0


def ndcg_by_loop(ranked, rank):
    def gain(order):
        return sum(hit / math.log2(place + 1) for place, hit in enumerate(order[:rank], start=1))

    return gain(ranked) / gain(sorted(ranked, reverse=True)) if any(ranked) else 0.0


METRICS = {"precision_at": precision_by_loop, "recall_at": recall_by_loop, "ndcg_at": ndcg_by_loop}


@pytest.mark.parametrize("case", SMALL_RANKINGS)
@pytest.mark.parametrize("name", METRICS)
def test_ties_equal_the_mean_and_the_extremes_over_all_permutations(case, name):
    distances, relevant = SMALL_RANKINGS[case]
    ranking = HammingRanking(*one_query(distances, relevant, bits=3))
    for rank in RANKS:
        scores = []
        for order in permutations(range(len(distances))):
            ranked = sorted(order, key=lambda item: distances[item])
            scores.append(METRICS[name]([relevant[item] for item in ranked], rank))
        found = {ties: getattr(ranking, name)(rank, ties)[0] for ties in ("expected", "optimistic", "pessimistic")}
        expected = {"expected": np.mean(scores), "optimistic": max(scores), "pessimistic": min(scores)}
        assert found == pytest.approx(expected, abs=1e-12), rank
        assert getattr(ranking, name)(rank, "stable")[0] == pytest.approx(scores[0], abs=1e-12)


ODD = {
    "random": random_sides(),
    "long codes": random_sides(bits=1024, n_database=70),
    "one bit": random_sides(bits=1),
    "one item": random_sides(n_database=1),
    "more than a tile": random_sides(bits=6, n_query=3, n_database=4500),
}
CONSTANT = BinaryCodes.from_signs(np.ones((40, 7)))
ODD["duplicates"] = (CONSTANT[:5], CONSTANT, *random_sides(n_query=5, n_database=40)[2:])


@pytest.mark.parametrize("case", ODD)
@pytest.mark.parametrize("name", METRICS)
def test_stable_equals_a_loop_over_a_stable_sort(case, name):
    ranking = HammingRanking(*ODD[case])
    for rank in (1, 7, 100, 10_000):
        expected = []
        for distances, relevant in levels_of(*ODD[case]):
            ranked = [int(relevant[i]) for i in np.argsort(distances, kind="stable")]
            expected.append(METRICS[name](ranked, rank))
        np.testing.assert_allclose(getattr(ranking, name)(rank, "stable"), expected, atol=1e-12)


@pytest.mark.parametrize("case", ODD)
def test_bounds_enclose_expected_and_stable(case):
    ranking = HammingRanking(*ODD[case])
    for name in METRICS:
        low, middle, given, high = (
            getattr(ranking, name)(9, ties) for ties in ("pessimistic", "expected", "stable", "optimistic")
        )
        for values in (middle, given):
            assert (low <= values + 1e-12).all() and (values <= high + 1e-12).all()


@pytest.mark.parametrize("case", ODD)
def test_one_ranking_gives_what_the_functions_give(case):
    sides, ranking = ODD[case], HammingRanking(*ODD[case])
    for ties in ("expected", "stable"):
        expected = mean_average_precision(*sides, ties=ties, return_per_query=True)
        np.testing.assert_array_equal(ranking.average_precision(ties=ties), expected)
    assert ranking.chance == pytest.approx(chance_level(*sides[2:]))
    assert ranking.queries_without_relevant == queries_without_relevant(*sides[2:])
    on_torch = HammingRanking(*sides, device="cpu")
    np.testing.assert_array_equal(on_torch.items, ranking.items)
    np.testing.assert_array_equal(on_torch.relevant, ranking.relevant)


@pytest.mark.parametrize("radius", [0, 2, 9])
def test_within_a_radius_equals_a_loop(radius):
    precision, recall = HammingRanking(*ODD["random"]).within_radius(radius)
    for i, (distances, relevant) in enumerate(levels_of(*ODD["random"])):
        inside = relevant[distances <= radius]
        assert precision[i] == pytest.approx(inside.mean() if len(inside) else 0.0)
        assert recall[i] == pytest.approx(inside.sum() / max(relevant.sum(), 1))


def test_precision_and_recall_by_rank_are_means_over_queries():
    ranking = HammingRanking(*ODD["random"])
    precision, recall = ranking.precision_recall_by_rank([1, 50, 120], "pessimistic")
    for place, rank in enumerate((1, 50, 120)):
        assert precision[place] == pytest.approx(ranking.precision_at(rank, "pessimistic").mean())
        assert recall[place] == pytest.approx(ranking.recall_at(rank, "pessimistic").mean())
    assert precision[-1] == pytest.approx(ranking.chance)
    micro, _ = ranking.precision_recall_by_radius()
    assert micro[-1] == pytest.approx(ranking.chance)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda ranking: ranking.precision_at(0), "k=0 must be a whole number, at least 1."),
        (lambda ranking: ranking.ndcg_at(2.5), "k=2.5 must be a whole number, at least 1."),
        (lambda ranking: ranking.recall_at(3, "expectd"), "did you mean 'expected'"),
        (lambda ranking: ranking.within_radius(-1), "radius=-1 must be a whole number, at least 0."),
    ],
)
def test_bad_choices_are_refused(call, message):
    with pytest.raises(AdahError, match=message.replace("?", r"\?")):
        call(HammingRanking(*ODD["random"]))


def test_histograms_of_parts_make_the_ranking_of_the_whole():
    query, database, query_labels, labels = ODD["random"]
    parts = [HammingRanking(query, database[rows], query_labels, labels[rows]) for rows in (slice(40), slice(40, None))]
    summed = HammingRanking.from_histograms(sum(part.items for part in parts), sum(part.relevant for part in parts))
    np.testing.assert_array_equal(summed.average_precision(), HammingRanking(*ODD["random"]).average_precision())
    assert summed.size == len(database)


@pytest.mark.parametrize(
    ("items", "relevant", "message"),
    [
        ([1, 2], [0, 1], r"items and relevant are int64 \(2,\) and int64 \(2,\)"),
        ([[1, 2]], [[0, 1, 1]], r"int64 \(1, 2\) and int64 \(1, 3\); give counts \(n_query, q \+ 1\)"),
        ([[1.5, 2]], [[0, 1]], r"are float64 \(1, 2\)"),
        ([[1, 2]], [[2, 0]], "relevant at most items"),
        ([[1, 2]], [[-1, 0]], "relevant at most items"),
        ([[1, 2], [1, 1]], [[0, 0], [0, 0]], "queries count from 2 to 3 items; give each all of one database"),
        ([[0, 0]], [[0, 0]], "queries count from 0 to 0 items"),
        (np.zeros((0, 2), int), np.zeros((0, 2), int), r"int64 \(0, 2\)"),
    ],
)
def test_what_is_no_histogram_is_refused(items, relevant, message):
    with pytest.raises(AdahError, match=message):
        HammingRanking.from_histograms(items, relevant)


def test_products_of_large_counts_do_not_overflow():
    """Half of ten billion items at each of two distances, half of those relevant."""
    half = 5 * 10**9
    ranking = HammingRanking.from_histograms([[half, half]], [[half // 2, half // 2]])
    assert ranking.precision_at(half).tolist() == [0.5]
    assert ranking.recall_at(2 * half - 2).tolist() == pytest.approx([1.0])
    assert ranking.average_precision() == pytest.approx([0.5], abs=1e-8)
