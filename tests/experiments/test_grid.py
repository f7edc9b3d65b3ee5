"""Grids: the right runs, each once; two commands at once share them."""

import os
import subprocess
import sys

import pytest

from adahlib.cli import main
from adahlib.errors import AdahError
from adahlib.experiments.grid import ALTERNATIVES, GRIDS, grid, make_missing, missing, select
from adahlib.experiments.spec import RunSpec
from adahlib.methods.adah_options import AdahOptions

TINY = {"epochs": 1, "text_hidden": 8, "text_features": 8, "image_hidden": (8,), "image_adapter": 0}
RUNS = [RunSpec("emoji-scenes", "adah", 8, seed, attention="none", options=TINY) for seed in (0, 1)]


def test_table4_has_every_attention_bits_seed_and_data_set_once():
    runs = grid("table4")
    keys = {(run.dataset, run.attention, run.bits, run.seed) for run in runs}
    assert len(runs) == len(keys) == 2 * 4 * 3 * 3
    assert {run.record_path() for run in grid("table1")} <= {run.record_path() for run in runs}
    assert {run.record_path() for run in grid("all")} == {r.record_path() for name in GRIDS for r in grid(name)}


@pytest.mark.parametrize("options", ALTERNATIVES, ids=str)
def test_every_alternative_differs_from_the_choice(options):
    chosen = RunSpec("emoji-scenes", "adah", 16, profile="quick").hyperparameters()
    assert all(chosen.get(name, getattr(AdahOptions, name)) != value for name, value in options.items())


def test_no_run_of_the_decisions_repeats_the_choice():
    seen = [(spec.dataset, sorted(spec.hyperparameters().items())) for spec in grid("decisions")]
    assert len(seen) > 40 and all(seen.count(run) == 1 for run in seen)


def test_selection():
    runs = select("table4", ["emoji-scenes"], [16], [2])
    assert [(run.dataset, run.bits, run.seed) for run in runs] == [("emoji-scenes", 16, 2)] * 4
    with pytest.raises(AdahError, match="unknown grid 'tabel4'; did you mean 'table4'"):
        grid("tabel4")


def test_dry_run_lists_and_makes_nothing(results, capsys):
    assert main(["grid", "table1", "--dataset", "emoji-scenes", "--bits", "16", "--seeds", "0", "2", "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "table1: 2 runs, 0 done, 2 to do",
        "runs/emoji-scenes/adah-both/16-0.json",
        "runs/emoji-scenes/adah-both/16-2.json",
    ]
    assert not results.exists()


SHARE = """
from adahlib.experiments.grid import make_missing
from tests.experiments.test_grid import RUNS
print(len(list(make_missing(RUNS))))
"""


def test_two_commands_at_once_make_each_record_once(results):
    list(make_missing(RUNS[:1]))
    command = [sys.executable, "-c", SHARE]
    workers = [
        subprocess.Popen(command, cwd=pytest.PROJECT, env=os.environ, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    made = sorted(int(worker.communicate()[0]) for worker in workers)
    assert made == [0, 1] and missing(RUNS) == []
