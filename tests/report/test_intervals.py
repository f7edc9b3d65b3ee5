"""The table of differences with intervals, from rows as the benchmark keeps them."""

from adahlib.report.intervals import interval_table


def test_a_row_a_comparison_of_the_asked_data_sets():
    row = {"dataset": "mirflickr25k", "bits": 32, "task": "t2i", "queries": 2000, "n": 3}
    rows = [
        row | {"against": "dcmh", "best_other": True, "difference": 0.0124, "low": -0.001, "high": 0.0251},
        row | {"against": "adah-none", "best_other": False, "difference": -0.002, "low": -0.004, "high": 0.0},
        row | {"dataset": "emoji-scenes", "against": "scm", "best_other": True, "difference": 0, "low": 0, "high": 0},
    ]
    table = interval_table({"rows": rows}, ["mirflickr25k"])
    assert list(table["ADAH less"]) == ["DCMH, the best other", "ADAH, attention none"]
    assert list(table["Difference"]) == ["+0.0124", "−0.0020"]
    assert list(table["Interval"]) == ["−0.0010 to +0.0251", "−0.0040 to +0.0000"]
