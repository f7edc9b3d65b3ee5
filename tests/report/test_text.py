"""Numbers as the text of a cell: decimals, signs, dashes and daggers."""

import pandas as pd

from adahlib.report.text import (
    counts_in_words,
    counts_of_rows,
    difference,
    mean_and_std,
    signed,
    stale_mark,
    three_decimals,
)


def test_numbers_as_text():
    assert mean_and_std(pd.Series({"mean": 0.78512, "std": 0.0034})) == "0.785\u00a0±\u00a00.003"
    assert mean_and_std(pd.Series({"mean": 0.7, "std": float("nan")})) == "0.700"
    assert mean_and_std(None) == "–"
    assert [signed(v) for v in (0.0124, -0.0126, -0.0001, None)] == ["+0.012", "−0.013", "−0.000", "–"]
    assert [three_decimals(v) for v in (0.5, -0.0374, float("nan"))] == ["0.500", "−0.037", "–"]
    assert counts_of_rows(pd.Series({"n": 3}), None, pd.Series({"n": 2})) == "2 or 3" and counts_of_rows(None) == "–"
    assert [counts_in_words(n) for n in ([3, 3], [3, 0, 1], [2, 1, 3], [])] == ["3", "1 or 3", "1 to 3", "–"]


def test_a_dagger_after_what_is_not_current():
    row = pd.Series({"mean": 0.785, "std": 0.0034, "stale": True})
    assert mean_and_std(row) == "0.785\u00a0±\u00a00.003†" and difference(row, 0.78) == "+0.005†"
    assert difference(row.replace(True, False), 0.78) == "+0.005" and difference(None, 0.78) == "–"
    assert stale_mark(pd.DataFrame({"stale": ["", "losses.triplet changed"]})) == "†"
    assert stale_mark(pd.DataFrame({"stale": ["", ""]})) == stale_mark(pd.DataFrame({"seed": [0]})) == ""
