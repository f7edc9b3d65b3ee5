"""The paper's numbers, against cells and rows copied a second time from the paper."""

import pandas as pd
import pytest

from adahlib.report.paper import paper_results

PAPER = paper_results()


def cell(table, dataset, task, bits, **row):
    found = PAPER.query("table == @table and dataset == @dataset and task == @task and bits == @bits")
    for name, value in row.items():
        found = found[found[name] == value]
    assert len(found) == 1
    return found["map"].iloc[0]


def test_every_cell_is_there_once():
    assert PAPER["table"].value_counts().to_dict() == {1: 8 * 9 * 2, 2: 3 * 3 * 2, 3: 2 * 3 * 2, 4: 4 * 9 * 2}
    assert not PAPER.drop(columns="map").duplicated().any()
    assert PAPER["map"].between(0.3, 0.81).all()


@pytest.mark.parametrize(
    ("table", "dataset", "task", "bits", "row", "value"),
    [
        (1, "iapr-tc12", "t2i", 16, {"method": "cca"}, 0.3493),
        (1, "mirflickr25k", "t2i", 32, {"method": "adah"}, 0.8062),
        (1, "nus-wide", "i2t", 64, {"method": "dcmh"}, 0.6093),
        (1, "iapr-tc12", "i2t", 64, {"method": "prdh"}, 0.5135),
        (2, "iapr-tc12", "i2t", 64, {"method": "dvsh"}, 0.6964),
        (3, "iapr-tc12", "t2i", 32, {"backbone": "cnn_f"}, 0.5459),
        (4, "mirflickr25k", "t2i", 16, {"attention": "none"}, 0.7758),
        (4, "mirflickr25k", "i2t", 64, {"attention": "textual"}, 0.7717),
        (4, "nus-wide", "i2t", 32, {"attention": "none"}, 0.6178),
    ],
)
def test_cells(table, dataset, task, bits, row, value):
    assert cell(table, dataset, task, bits, **row) == value


def test_the_full_method_is_the_same_in_tables_1_3_and_4():
    keys = ["dataset", "task", "bits"]
    table_1 = PAPER.query("table == 1 and method == 'adah'").set_index(keys)["map"].sort_index()
    table_4 = PAPER.query("table == 4 and attention == 'both'").set_index(keys)["map"].sort_index()
    pd.testing.assert_series_equal(table_1, table_4)
    table_3 = PAPER.query("table == 3 and backbone == 'vgg19'").set_index(keys)["map"]
    assert (table_3 == table_1[table_3.index]).all()


def test_sums_of_rows_added_up_by_hand():
    total = PAPER.query("table == 1 and task == 't2i' and method == 'seph'")["map"].sum()
    assert total == pytest.approx(0.4423 + 0.4562 + 0.4648 + 0.7216 + 0.7261 + 0.7319 + 0.5983 + 0.6025 + 0.6109)
    total = PAPER.query("table == 4 and task == 'i2t' and attention == 'visual'")["map"].sum()
    assert total == pytest.approx(0.5267 + 0.5173 + 0.5285 + 0.7466 + 0.7601 + 0.7584 + 0.6314 + 0.6260 + 0.6425)
