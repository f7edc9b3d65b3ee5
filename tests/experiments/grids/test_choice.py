"""What the random search chose: the best mean of validation pairs, never of test queries; what the package keeps."""

import dataclasses

import pytest

from adahlib.errors import AdahError
from adahlib.experiments import RunSpec
from adahlib.experiments.chosen import arm_name, chosen_draws, chosen_options
from adahlib.experiments.draws import ARMS, DRAWS, drawn_options
from adahlib.experiments.grids import choice, image_choice
from adahlib.experiments.grids.choice import choose, draw_scores
from adahlib.experiments.grids.lists import grid
from adahlib.experiments.grids.random_search import draw_runs
from adahlib.experiments.grids.usual import DATASETS
from adahlib.experiments.profiles import profile_options
from adahlib.experiments.records.store import write_record
from tests.made_up import made_up_record


def test_the_score_is_the_mean_of_directions_and_seeds_on_validation_pairs(tmp_path):
    runs = [draw_runs("emoji-scenes", "dcmh", "", draw) for draw in range(DRAWS)]
    for draw, specs in enumerate(runs):
        for spec, shift in zip(specs, (0.0, 0.02), strict=True):
            record = made_up_record(spec, 0.9 - 0.01 * draw, 0.9)  # test queries say the opposite
            record["metrics"]["validation"] = {"map_t2i": 0.4 + 0.01 * draw + shift, "map_i2t": 0.5}
            write_record(record, tmp_path / spec.record_path())
    scores = draw_scores("emoji-scenes", "dcmh", "", tmp_path)
    assert scores == pytest.approx([0.455 + 0.005 * draw for draw in range(DRAWS)])
    (tmp_path / runs[3][1].record_path()).unlink()
    with pytest.raises(AdahError, match="32-1.json is missing or stale; `adah grid random-search` makes"):
        draw_scores("emoji-scenes", "dcmh", "", tmp_path)


@pytest.mark.parametrize("module", [choice, image_choice])
def test_without_records_the_command_is_one_sentence_and_writes_nothing(results, tmp_path, monkeypatch, module, capsys):
    monkeypatch.setattr(module, "FILE", tmp_path / "chosen.json")
    assert module.main() == 2
    error = capsys.readouterr().err
    assert error.startswith(f"{module.__name__.rpartition('.')[2]}: ") and "` makes what is missing.\n" in error
    assert error.count("\n") == 1 and not (tmp_path / "chosen.json").exists()


def test_the_package_keeps_what_the_committed_records_choose():
    assert choose() == chosen_draws()


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize(("method", "attention"), ARMS)
def test_the_profile_has_the_options_of_the_chosen_draw(dataset, method, attention):
    draw = drawn_options(method, attention, chosen_draws()[dataset][arm_name(method, attention)])
    resolved = RunSpec(dataset, method, 32, attention=attention, profile="chosen").resolved_options()
    assert draw.items() <= resolved.items()
    by_hand = profile_options("cpu", dataset, method)
    assert {name: resolved[name] for name in by_hand if name not in draw} == {
        name: value for name, value in by_hand.items() if name not in draw
    }


def test_what_was_not_searched_takes_what_is_nearest():
    assert chosen_options("emoji-scenes", "adah", "textual") == chosen_options("emoji-scenes", "adah", "both")
    assert chosen_options("photos.h5", "dcmh", "") == chosen_options("mirflickr25k", "dcmh", "")
    with pytest.raises(AdahError, match="the random search has no arm of cca"):
        chosen_options("emoji-scenes", "cca", "")
    assert RunSpec("emoji-scenes", "cca", 16, profile="chosen") == RunSpec("emoji-scenes", "cca", 16)


def test_the_tables_have_five_seeds_of_the_two_arms_and_three_of_the_others():
    specs = [spec for name in ("table1", "table2", "table4") for spec in grid(name)]
    seeds = {}
    for spec in specs:
        seeds.setdefault((spec.dataset, spec.method, spec.attention, spec.bits, spec.protocol), set()).add(spec.seed)
    counts = {key[2] in ("none", "both"): len(found) for key, found in seeds.items()}
    assert counts == {True: 5, False: 3}
    assert {spec.profile for spec in specs if not spec.shallow()} == {"chosen"}


def test_the_rows_by_hand_are_the_same_runs_with_the_other_profile():
    assert {spec.profile for spec in grid("by-hand")} == {"cpu"}
    of_tables = {
        dataclasses.replace(spec, profile="cpu")
        for spec in grid("table1") + grid("table4")
        if spec.profile == "chosen" and spec.seed < 3
    }
    assert set(grid("by-hand")) == of_tables
