"""Tables of results: each number where it belongs, the paper's once above all of ours, the best of each kind bold."""

import numpy as np
import pandas as pd
import pytest

from adahlib.report.results_table import column_title, grid_table, result_cells, results_table


@pytest.fixture
def cells():
    """Two rows at two lengths in both directions; the second row has no printed number."""
    rows = [("CCA", 0.9), ("ADAH", np.nan)]
    return pd.DataFrame(
        {"row": row, "task": task, "bits": bits, "ours": 0.5 + 0.1 * place + bits / 1000, "std": np.nan}
        | {"n": 1 + place, "stale": False, "paper": paper}
        for place, (row, paper) in enumerate(rows)
        for task in ("t2i", "i2t")
        for bits in (16, 32)
    )


def test_every_number_stands_in_its_row_and_column(cells):
    table = results_table(cells, "Method", titles={"CCA": "CCA (old)"}).set_index(["Method", "Whose"])
    names = {"CCA": "CCA (old)", "ADAH": "ADAH"}
    for _, cell in cells.iterrows():
        shown = table.loc[(names[cell["row"]], "ours"), column_title(cell["task"], cell["bits"])]
        assert shown.strip("*") == f"{cell['ours']:.3f}"
    assert ("ADAH", "paper") not in table.index and table.loc[("CCA (old)", "paper"), "T→I 16"] == "0.9000"
    assert table["n"].tolist() == ["–", "1", "2"]


def test_several_of_ours_share_the_papers_line_and_each_has_its_own_best(cells):
    other = cells.assign(ours=1 - cells["ours"])
    table = grid_table({"photos": cells, "scenes": other}, "Method", "Data", "IAPR TC-12", decimals=2)
    assert table[["Method", "Data", "T→I 16"]].to_numpy().tolist() == [
        ["CCA", "IAPR TC-12", "0.90"],
        ["CCA", "photos", "0.516"],
        ["CCA", "scenes", "**0.484**"],
        ["ADAH", "photos", "**0.616**"],
        ["ADAH", "scenes", "0.384"],
    ]


def test_a_star_is_at_the_marked_cell_of_ours_alone(cells):
    table = results_table(cells, "Method", {("CCA", "t2i", 32)}).set_index(["Method", "Whose"])
    starred = [(line, column) for line, row in table.iterrows() for column in table if "\\*" in row[column]]
    assert starred == [(("CCA", "ours"), "T→I 32")]


def test_numbers_of_seeds_that_differ_are_both_there(cells):
    part = cells.assign(n=[10, 3, 0, 3, 2, 2, 2, 2])
    assert results_table(part, "Method")["n"].tolist() == ["–", "3 or 10", "2"]


def test_one_direction_needs_no_arrow():
    ours = pd.DataFrame({"variant": ["ar"], "bits": [12], "task": "map", "mean": 0.5, "std": 0.1, "n": 3})
    ours = ours.assign(stale=False)
    paper = pd.DataFrame({"variant": ["ar"], "bits": [12], "task": "map", "map": 0.8})
    cells = result_cells(ours, paper, "variant", {"ar": "ar"}, [12], ("map",))
    assert cells.to_dict("records") == [
        {"row": "ar", "task": "map", "bits": 12, "ours": 0.5, "std": 0.1, "n": 3, "stale": False, "paper": 0.8}
    ]
    assert list(grid_table({"ours": cells}, "Variant").columns) == ["Variant", "Whose", "12 bits", "n"]
