"""Costs and spreads of the page "Reproduce it" are those of the records."""

import pandas as pd

from adahlib.experiments import RunSpec
from adahlib.report.pages.reproduce import cost_table, own_page, result_pages, spread, time_taken, total_cost
from adahlib.report.records import find_records
from adahlib.report.text import EMPTY


def test_every_grid_of_a_page_stands_once_with_its_command():
    table = cost_table()
    commands = list(table["Command"])
    assert len(set(commands)) == len(commands)
    listed = {name for page in result_pages() for name in page.grids} - {"all"}
    assert {f"`adah grid {name}`" for name in listed} == set(commands)
    assert "{doc}`intro`" not in set(table["Page"])


def test_a_grid_stands_with_the_page_that_it_is_called_after():
    pages = {name: own_page(name).stem for name in ("table1", "table4", "image-supervision", "why-share", "database")}
    assert list(pages.values()) == [
        "table1_map",
        "table4_attention",
        "image_supervision",
        "why_attention",
        "table1_map",
    ]


def test_the_cost_of_all_runs_is_their_sum(results):
    specs = [RunSpec("emoji-scenes", "cca", 16, seed) for seed in range(10)]
    for spec in specs:
        results(spec)
    assert total_cost(find_records(specs)) == "All 10 runs together took 2 min, – of it on a GPU."


def test_durations_are_in_seconds_minutes_or_hours():
    assert [time_taken(seconds) for seconds in (0, 20, 600, 5400)] == [EMPTY, "20 s", "10 min", "1.5 h"]


def test_the_spread_is_over_seeds_of_one_setting(results):
    specs = [RunSpec("emoji-scenes", "cca", bits, seed) for bits in (16, 32) for seed in (0, 1)]
    for spec in specs:
        results(spec)
    records = find_records(specs)
    deviations = [records[records["bits"] == b][f"map_{t}"].std() for b in (16, 32) for t in ("t2i", "i2t")]
    expected = f"{pd.Series(deviations).median():.3f}, {max(deviations):.3f}"
    assert spread(records) == expected
    assert spread(records[records["seed"] == 0]) == EMPTY and spread(records.head(0)) == EMPTY
