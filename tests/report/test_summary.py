"""Means over seeds against a loop, and the records of each data set."""

import pandas as pd
import pytest

from adahlib.experiments import RunSpec
from adahlib.report.records import find_records
from adahlib.report.summary import lookup, of_datasets, summary


def test_summary_against_a_loop(ablation):
    specs = [RunSpec("mirflickr25k", "adah", 16, s, attention=a) for a in ("none", "both") for s in (0, 1)]
    records = find_records(specs)
    for row in summary(records, ["attention"]).itertuples():
        values = [r[f"map_{row.task}"] for _, r in records.iterrows() if r["attention"] == row.attention]
        mean = sum(values) / len(values)
        assert (row.mean, row.n) == (pytest.approx(mean), 2)
        assert row.std == pytest.approx((sum((v - mean) ** 2 for v in values) / (len(values) - 1)) ** 0.5)


def test_one_row_or_a_cell_of_it_or_none():
    frame = pd.DataFrame({"bits": [16, 32], "task": ["t2i", "t2i"], "mean": [0.5, 0.6]})
    assert lookup(frame, "mean", bits=32, task="t2i") == 0.6
    assert lookup(frame, bits=16)["mean"] == 0.5
    assert lookup(frame, bits=64) is None


def test_records_by_data_set_in_their_order_or_in_the_one_asked_for():
    records = pd.DataFrame({"dataset": ["b", "a", "b"], "seed": [0, 1, 2]})
    assert [(name, list(group["seed"])) for name, group in of_datasets(records)] == [("b", [0, 2]), ("a", [1])]
    assert [name for name, _ in of_datasets(records, ["a", "c", "b"])] == ["a", "b"]  # c has no record
    assert of_datasets(records.head(0)) == []
