"""The rule of verdicts: intervals over seeds, sides, cells, and what one seed can say."""

import numpy as np
import pytest
from scipy import stats

from adahlib.report.claims.verdict import (
    CONTRADICTED,
    NOT_SUPPORTED,
    SUPPORTED,
    interval,
    of_closeness,
    of_difference,
    student,
)


def test_the_interval_is_students_over_the_means_of_seeds():
    values = np.array([[0.02, 0.04], [0.03, 0.05], [0.01, 0.06]])
    expected = stats.ttest_1samp(values.mean(axis=1), 0).confidence_interval(0.95)
    assert interval(values) == pytest.approx((expected.low, expected.high))
    assert interval(values[:1]) is None
    assert student(3) == pytest.approx(4.3027, abs=1e-4)


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ([[0.03], [0.031], [0.029]], SUPPORTED),
        ([[-0.03], [-0.031], [-0.029]], CONTRADICTED),
        ([[0.03], [-0.02], [0.01]], NOT_SUPPORTED),
        ([[0.0], [0.0], [0.0]], NOT_SUPPORTED),
        ([[0.5]], NOT_SUPPORTED),  # one seed
        ([[0.06, -0.01], [0.061, -0.01], [0.059, -0.01]], NOT_SUPPORTED),  # one cell is on the other side
        ([[0.06, 0.01], [0.061, 0.01], [0.059, 0.01]], SUPPORTED),
    ],
)
def test_a_difference_is_supported_where_interval_and_cells_lie_on_its_side(values, state):
    assert of_difference(np.array(values)) == state


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ([[0.001], [0.002], [-0.001]], SUPPORTED),
        ([[0.03], [0.031], [0.029]], CONTRADICTED),
        ([[-0.03], [-0.031], [-0.029]], CONTRADICTED),
        ([[0.009], [0.012], [0.008]], NOT_SUPPORTED),
        ([[0.001]], NOT_SUPPORTED),
    ],
)
def test_something_is_small_where_the_interval_lies_inside_the_bound(values, state):
    assert of_closeness(np.array(values), 0.01) == state
