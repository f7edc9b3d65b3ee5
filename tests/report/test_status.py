"""The status page's tables: each record's commit, date, machine, seconds and state; each page's command."""

from adahlib.experiments import RunSpec
from adahlib.experiments.grids.lists import grid
from adahlib.paths import PROJECT
from adahlib.report.status import PAGES, all_records, page_table, record_table, summary_sentence


def test_each_record_has_a_row_that_says_whether_it_is_current(results):
    results(RunSpec("emoji-scenes", "adah", 16))
    root = results(RunSpec("emoji-scenes", "adah", 32, seed=1), changed="adahlib.training")
    ((name, title, rows),) = all_records(["emoji-scenes", "mirflickr25k"], root)
    table = record_table(rows)
    assert (name, title) == ("emoji-scenes", "emoji-scenes") and len(table) == 2
    first, second = table.to_dict("records")
    assert first == {
        "Method": "adah-both", "Bits": 16, "Seed": 0, "Commit": "cccccccc", "Date": "2026-01-02",
        "Machine": "CPU, abacus, 1 thread", "Seconds": "12", "State": "current",
    }  # fmt: skip
    assert second["State"] == "stale: training changed"
    assert "2 are there, 1 of them stale" in summary_sentence(root)


def test_every_page_on_records_is_listed_with_its_commands(results):
    table = page_table().set_index("Page")
    for page in PAGES:
        assert (PROJECT / "book" / f"{page}.ipynb").is_file()
        assert table.loc[f"{{doc}}`{page}`", "Made by"].startswith("`adah grid ")
    asked = {spec.record_path() for name in PAGES["table1_map"] for spec in grid(name)}
    assert table.loc["{doc}`table1_map`", "Records"] == f"0 of {len(asked)}"
