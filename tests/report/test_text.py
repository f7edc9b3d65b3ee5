"""Numbers as the text of a cell: decimals, signs, dashes and daggers."""

import pandas as pd

from adahlib.report.text import difference, mean_and_std, seeds_of, signed, stale_mark, three_decimals


def test_numbers_as_text():
    assert mean_and_std(pd.Series({"mean": 0.78512, "std": 0.0034})) == "0.785\u00a0±\u00a00.003"
    assert mean_and_std(pd.Series({"mean": 0.7, "std": float("nan")})) == "0.700"
    assert mean_and_std(None) == "–"
    assert [signed(v) for v in (0.0124, -0.0126, -0.0001, None)] == ["+0.012", "−0.013", "+0.000", "–"]
    assert [three_decimals(v) for v in (0.5, -0.0374, float("nan"))] == ["0.500", "−0.037", "–"]
    assert seeds_of(pd.Series({"n": 3}), None, pd.Series({"n": 2})) == "2/3" and seeds_of(None) == "–"


def test_a_dagger_after_what_is_not_current():
    row = pd.Series({"mean": 0.785, "std": 0.0034, "stale": True})
    assert mean_and_std(row) == "0.785\u00a0±\u00a00.003†" and difference(row, 0.78) == "+0.005†"
    assert difference(row.replace(True, False), 0.78) == "+0.005" and difference(None, 0.78) == "–"
    assert stale_mark(pd.DataFrame({"stale": ["", "losses.triplet changed"]})) == "†"
    assert stale_mark(pd.DataFrame({"stale": ["", ""]})) == stale_mark(pd.DataFrame({"seed": [0]})) == ""
