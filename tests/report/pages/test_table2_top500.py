"""Table 2: the paper's rows beside ours on other data, and ADAH minus each other method."""

from adahlib.experiments import RunSpec
from adahlib.report.pages.table2_top500 import ahead_cells, top_cells
from adahlib.report.records import find_records
from adahlib.report.results_table import grid_table
from adahlib.report.setting_box import setting_box


def rows_of(results):
    specs = [RunSpec("emoji-scenes", m, 16, s, protocol="top-500") for m in ("adah", "dcmh") for s in (0, 1)]
    for spec, t2i in zip(specs[:3], (0.6, 0.7, 0.5), strict=True):
        results(spec, t2i, 0.4)
    return find_records(specs)


def test_ours_stand_below_the_papers_rows_on_its_own_data(results):
    cells = top_cells(rows_of(results), [16, 32])
    table = grid_table({"emoji-scenes": cells}, "Method", "Data", "IAPR TC-12").set_index(["Method", "Data"])
    assert list(table.index) == [
        ("DVSH", "IAPR TC-12"),
        ("DCMH-I", "IAPR TC-12"),
        ("DCMH-I", "emoji-scenes"),
        ("ADAH", "IAPR TC-12"),
        ("ADAH", "emoji-scenes"),
    ]
    assert table.loc[("DVSH", "IAPR TC-12"), "T→I 32"] == "0.6395"
    assert table.loc[("DCMH-I", "IAPR TC-12"), "I→T 16"] == "0.5780"
    assert table.loc[("ADAH", "emoji-scenes"), "T→I 16"] == "**0.650\u00a0±\u00a00.071**"
    assert table.loc[("ADAH", "emoji-scenes"), "T→I 32"] == "–"
    assert table["n"].tolist() == ["–", "–", "1", "–", "2"]


def test_the_box_names_the_protocol(results):
    told = setting_box(rows_of(results)).facts["MAP"]
    assert "MAP inside the first 500 ranks, divided by the relevant items among them" in told


def test_adah_less_the_others_in_the_paper_and_here(results):
    cells = ahead_cells(rows_of(results), [16]).query("task == 't2i'").set_index("row")
    assert list(cells.index) == ["minus DVSH, emoji-scenes", "minus DCMH-I, emoji-scenes"]
    assert cells["paper"].round(4).tolist() == [0.0981, 0.0424]  # .7018 − .6037 and − .6594
    assert cells["n"].tolist() == [0, 1] and round(cells["ours"].iloc[1], 3) == 0.1  # the seed that both have
