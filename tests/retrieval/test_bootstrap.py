"""The paired bootstrap: against a loop, against the normal interval, and its coverage."""

import numpy as np
import pytest

from adahlib.errors import AdahError
from adahlib.retrieval import paired_bootstrap


def test_equals_a_loop_over_resamples():
    draw = np.random.default_rng(1)
    first, second = draw.random(20), draw.random(20)
    found = paired_bootstrap(first, second, samples=50, level=0.9, seed=4)
    positions = np.random.default_rng(4).integers(20, size=(50, 20))
    means = [np.mean([first[i] - second[i] for i in sample]) for sample in positions]
    assert found == pytest.approx((np.mean(first - second), np.quantile(means, 0.05), np.quantile(means, 0.95)))


def test_is_the_normal_interval_of_the_mean_difference_where_queries_are_many():
    draw = np.random.default_rng(2)
    shared = draw.random(2000)  # queries differ far more than methods do, which pairing takes out
    first, second = shared + 0.02 + 0.1 * draw.normal(size=2000), shared
    difference, low, high = paired_bootstrap(first, second)
    error = (first - second).std(ddof=1) / np.sqrt(2000)
    assert (low, high) == pytest.approx((difference - 1.96 * error, difference + 1.96 * error), abs=3e-4)


def test_covers_the_true_difference_about_as_often_as_it_says():
    draw = np.random.default_rng(3)
    covered = 0
    for seed in range(200):
        first = 0.1 + draw.normal(size=200)
        _, low, high = paired_bootstrap(first, np.zeros(200), samples=500, seed=seed)
        covered += low <= 0.1 <= high
    assert 0.90 < covered / 200 < 0.99


@pytest.mark.parametrize(
    ("first", "second", "options", "message"),
    [
        ([0.1, 0.2], [0.1], {}, r"shapes \(2,\) and \(1,\); give one value a query"),
        ([], [], {}, "give one value a query"),
        ([0.1, np.nan], [0.1, 0.2], {}, "hold NaN"),
        ([0.1], [0.2], {"level": 1.0}, "level=1.0 must lie between 0 and 1"),
        ([0.1], [0.2], {"samples": 0}, "samples=0 must be a whole number, at least 1"),
    ],
)
def test_bad_input(first, second, options, message):
    with pytest.raises(AdahError, match=message):
        paired_bootstrap(np.array(first), np.array(second), **options)
