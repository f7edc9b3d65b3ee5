"""Intervals over seeds and queries: closed forms where one of them has no spread, coverage, and families."""

import numpy as np
import pytest
from scipy import stats

from adahlib.errors import AdahError
from adahlib.retrieval import hierarchical_bootstrap, paired_bootstrap


def simulated(rng, seeds=3, queries=120, by_seed=0.02, by_query=0.05, noise=0.05, truth=0.0):
    """Differences (S, n) with an effect of each seed, one of each query, and noise of both together."""
    parts = by_seed * rng.normal(size=(seeds, 1)) + by_query * rng.normal(size=(1, queries))
    return truth + parts + noise * rng.normal(size=(seeds, queries))


def half(interval):
    return (interval[1] - interval[0]) / 2


def test_equal_seeds_leave_the_interval_of_the_queries():
    values = np.random.default_rng(0).normal(0.01, 0.1, 2000)
    (found,) = hierarchical_bootstrap([np.tile(values, (3, 1))])
    difference, low, high = paired_bootstrap(values, np.zeros(2000))
    assert found.value == pytest.approx(difference)
    assert found.alone == pytest.approx((low, high), abs=2e-4)
    assert half(found.alone) == pytest.approx(1.96 * values.std(ddof=1) / np.sqrt(2000), rel=0.03)


@pytest.mark.parametrize("seeds", [5, 12])
def test_equal_queries_leave_students_interval_of_the_seeds(seeds):
    values = np.random.default_rng(1).normal(0.02, 0.01, seeds)
    (found,) = hierarchical_bootstrap([np.tile(values[:, None], (1, 50))], samples=40_000)
    expected = stats.t.ppf(0.975, seeds - 1) * values.std(ddof=1) / np.sqrt(seeds)
    assert found.value == pytest.approx(values.mean())
    assert half(found.alone) == pytest.approx(expected, rel=0.08)


def test_one_comparison_needs_no_correction_and_more_need_one():
    rng = np.random.default_rng(2)
    tables = [simulated(rng, seeds=5) for _ in range(10)]
    (single,) = hierarchical_bootstrap(tables[:1])
    assert single.family == pytest.approx(single.alone, rel=1e-9)
    for found in hierarchical_bootstrap(tables):
        assert half(found.family) > 1.3 * half(found.alone)


def test_copies_of_a_comparison_cost_less_than_others_as_many():
    """Queries are drawn once for all of them: ten copies without spread over seeds are one comparison."""
    values = np.random.default_rng(3).normal(size=(1, 300))
    copies = hierarchical_bootstrap([np.tile(values, (3, 1))] * 10)
    assert half(copies[0].family) == pytest.approx(half(copies[0].alone), rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize(("seeds", "by_seed"), [(3, 0.0), (3, 0.005), (3, 0.03), (5, 0.03)])
def test_covers_the_true_difference_at_least_as_often_as_it_says(seeds, by_seed):
    rng = np.random.default_rng(4)
    covered = 0
    for trial in range(300):
        table = simulated(rng, seeds, by_seed=by_seed, truth=0.1)
        (found,) = hierarchical_bootstrap([table], samples=1000, seed=trial)
        covered += found.alone[0] <= 0.1 <= found.alone[1]
    assert covered / 300 > 0.93


@pytest.mark.slow
def test_queries_alone_cover_too_seldom_where_seeds_differ():
    """Why this module is there: the interval of the queries takes the seeds of the runs for all there are."""
    rng = np.random.default_rng(5)
    covered = 0
    for trial in range(200):
        means = simulated(rng, by_seed=0.03).mean(axis=0)
        _, low, high = paired_bootstrap(means, np.zeros(len(means)), samples=500, seed=trial)
        covered += low <= 0 <= high
    assert covered / 200 < 0.7


@pytest.mark.slow
def test_a_family_covers_all_its_differences_at_once():
    rng = np.random.default_rng(6)
    alone, family = 0, 0
    for trial in range(200):
        tables = [simulated(rng, seeds=5, by_seed=0.01) for _ in range(12)]
        found = hierarchical_bootstrap(tables, samples=1000, seed=trial)
        alone += all(each.alone[0] <= 0 <= each.alone[1] for each in found)
        family += all(each.family[0] <= 0 <= each.family[1] for each in found)
    assert family / 200 > 0.93 and alone < family - 20


def test_comparisons_may_have_other_numbers_of_seeds_and_queries_and_no_difference_at_all():
    rng = np.random.default_rng(7)
    tables = [simulated(rng, 3, 40), simulated(rng, 5, 60), np.zeros((3, 40))]
    first, _, nothing = hierarchical_bootstrap(tables, samples=2500)
    assert first.alone[0] < first.value < first.alone[1] and np.isfinite(first.family).all()
    assert nothing.value == 0 and nothing.alone == nothing.family == (0, 0)
    again = hierarchical_bootstrap(tables, samples=2500)[0]
    assert again == first != hierarchical_bootstrap(tables, samples=2500, seed=1)[0]


@pytest.mark.parametrize(
    ("tables", "options", "message"),
    [
        ([], {}, "no differences"),
        ([np.zeros((3, 4)), np.zeros((1, 4))], {}, r"comparison 1 has shape \(1, 4\); give a row for each"),
        ([np.zeros(4)], {}, r"comparison 0 has shape \(4,\)"),
        ([np.zeros((3, 0))], {}, r"comparison 0 has shape \(3, 0\)"),
        ([np.full((2, 2), np.nan)], {}, "comparison 0 holds NaN"),
        ([np.zeros((2, 2))], {"level": 0}, "level=0 must lie between 0 and 1"),
        ([np.zeros((2, 2))], {"samples": 0}, "samples=0 must be a whole number, at least 1"),
    ],
)
def test_bad_input(tables, options, message):
    with pytest.raises(AdahError, match=message):
        hierarchical_bootstrap(tables, **options)
