"""The history of the scenes: tables of a small summary, and the committed one against the repository's own commits."""

import subprocess

import pytest

from adahlib.errors import AdahError
from adahlib.paths import PROJECT
from adahlib.report.history import dropped_table, event_table, scene_history, state_table
from benchmarks.history import STATES, summary

ABOUT = {"commit": "abc1234", "date": "2026-01-02 03:04", "subject": "More scenes"}
ROWS = [
    {"bits": bits, "task": task, "seeds": 3, "none": 0.5, "both": 0.5 + gain}
    for bits in (16, 32)
    for task, gain in (("t2i", 0.02), ("i2t", -0.01))
]


def is_whole_clone():
    """Return whether the commits that the history is read from are here."""
    commands = (["git", "cat-file", "-e", f"{commit}^{{commit}}"] for commit in STATES)
    return all(subprocess.run(each, cwd=PROJECT, capture_output=True).returncode == 0 for each in commands)


def test_a_state_is_a_row_with_its_gains():
    state = ABOUT | {"counts": {"pairs": 6000, "train": 3000}, "options": {"epochs": 20}, "rows": ROWS}
    (row,) = state_table({"states": [state]}).to_dict("records")
    assert row["Commit"] == "abc1234, 2026-01-02 03:04" and (row["Scenes"], row["Train"]) == ("6,000", "3,000")
    assert row["16 bits"] == row["32 bits"] == "+0.020 / −0.010" and row["What was set"] == "epochs 20"


def test_words_of_the_time_are_in_the_order_of_time():
    quote = ABOUT | {"date": "2026-01-01 00:00", "page": "intro", "quote": "It costs MAP"}
    table = event_table({"events": [ABOUT], "quotes": [quote]})
    assert table["Where"].tolist() == ["page intro", "log"]
    assert table["What"].tolist() == ["It costs MAP", "More scenes"]


def test_alternatives_that_were_measured_again_are_not_lost(tmp_path):
    names = ["adah-both~quick~margin=9.0", "adah-both~quick~margin=0.5"]
    (tmp_path / "runs" / "emoji-scenes" / names[1]).mkdir(parents=True)
    (row,) = dropped_table({"dropped": [ABOUT | {"records": names}]}, tmp_path).to_dict("records")
    assert row["Alternatives without a record"] == "margin 9.0"
    assert dropped_table({"dropped": [ABOUT | {"records": names[1:]}]}, tmp_path).empty


def test_a_history_that_is_not_there_names_its_command(tmp_path):
    with pytest.raises(AdahError, match=r"make it with `python -m benchmarks.history`"):
        scene_history(tmp_path)


@pytest.mark.skipif(not is_whole_clone(), reason="this clone has not the commits that the history is read from")
def test_the_committed_history_is_the_repositorys():
    assert {name: part for name, part in scene_history().items() if name != "digest"} == summary()
