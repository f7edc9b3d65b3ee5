"""Alternatives beside their choices: what a run sets, differences seed by seed, and runs that did not learn."""

import numpy as np
import pytest

from adahlib.experiments import RunSpec
from adahlib.report.alternatives import (
    alternative_cells,
    long_form,
    measured_alternatives,
    setting_of,
    values_in_words,
    what_it_sets,
)
from adahlib.report.records import find_records
from adahlib.report.setting_box import setting_box

SCENES = "emoji-scenes"


@pytest.fixture
def rows(results):
    for seed, t2i in ((0, 0.60), (1, 0.70)):
        results(RunSpec("emoji-scenes", "adah", 16, seed), t2i, gap=0.5)
    results(RunSpec("emoji-scenes", "adah", 16, 1, options={"margin": 2.0}), 0.75, gap=0.4)
    results(RunSpec("emoji-scenes", "adah", 16, 0, options={"margin": 2.0, "head": "pool"}), 0.5, gap=0.3)
    results(RunSpec("emoji-scenes", "adah", 16, 0, options={"attention_learning_rate": 1e-05}), 0.55, gap=0.1)
    results(RunSpec("emoji-scenes", "adah", 16, 0, profile="quick"), 0.1)
    results(RunSpec("emoji-scenes", "adah", 16, 0, protocol="top-500"), 0.95)
    results(RunSpec("emoji-scenes", "adah", 32, 0), 0.9)
    return measured_alternatives(["emoji-scenes"])


def test_what_a_run_sets_is_what_differs_from_its_profile(results):
    specs = {
        "": RunSpec("mirflickr25k", "adah", 16, profile="quick"),
        "margin 2": RunSpec("mirflickr25k", "adah", 16, profile="quick", options={"margin": 2.0}),
        "backbone EfficientNet-Lite0": RunSpec(
            "mirflickr25k", "adah", 16, profile="quick", backbone="efficientnet_lite0"
        ),
        "image size 160; text threshold mean": RunSpec(
            "mirflickr25k", "adah", 16, profile="quick", image_size=160, options={"text_threshold": "mean"}
        ),
    }
    for setting, spec in specs.items():
        results(spec)
        (record,) = find_records([spec])["record"]
        assert setting_of(what_it_sets(record["spec"]), record) == setting


def test_values_in_words(rows):
    record = rows["record"][0]
    values = {"standardise": False, "fine_tune": True, "image_hidden": [1024, 512], "learning_rate": 5e-4, "epochs": 20}
    assert setting_of(values, record) == (
        "standardise off; fine tune on; image hidden 1024 and 512; learning rate 0.0005; epochs 20"
    )
    assert setting_of({"image_size": 0}, record) == "image size 128"  # 0 stands for the backbone's own
    assert values_in_words({"margin": 0.5, "image_size": 0}, record) == "0.5, 128"


def test_an_alternative_is_compared_over_common_seeds_only(rows):
    cells = alternative_cells(rows)
    own = cells[(cells["options"].map(list).map(str) == "['margin']") & (cells["task"] == "t2i")].set_index("values")
    assert list(own.index) == ["1", "2"] and list(own["chosen"]) == [True, False]
    assert own.loc["2", "difference"] == pytest.approx(0.05) and own.loc["2", "n"] == 1  # the seed 1 of both
    assert own.loc["1", "map"] == pytest.approx(0.64) and own.loc["1", "n"] == 2  # a hundredth below the test MAP
    assert own["gap"].tolist() == pytest.approx([0.5, 0.4])


def test_differences_are_those_of_a_naive_loop(results):
    measured = {(0, 1.0): 0.50, (1, 1.0): 0.52, (2, 1.0): 0.57, (0, 2.0): 0.53, (1, 2.0): 0.51, (2, 2.0): 0.63}
    for (seed, margin), t2i in measured.items():
        results(RunSpec(SCENES, "adah", 16, seed, options={} if margin == 1.0 else {"margin": margin}), t2i)
    cells = alternative_cells(measured_alternatives([SCENES]))
    (own,) = cells[~cells["chosen"] & (cells["task"] == "t2i")].to_dict("records")
    pairs = [measured[seed, 2.0] - measured[seed, 1.0] for seed in range(3)]
    assert own["difference"] == pytest.approx(sum(pairs) / 3) and own["n"] == 3
    assert own["std"] == pytest.approx((sum((pair - sum(pairs) / 3) ** 2 for pair in pairs) / 2) ** 0.5)


def test_a_choice_stands_once_beside_each_group_of_options(rows):
    cells = alternative_cells(rows)
    groups = cells.groupby("options")
    assert len(groups) == 3 and (groups["chosen"].sum() == 2).all()  # a direction each
    assert cells[cells["chosen"]]["difference"].eq(0).all()


def test_a_run_that_did_not_learn_has_no_difference(results):
    """Made-up records have chance .25 and validation MAP a hundredth below the MAP that they are given."""
    results(RunSpec(SCENES, "adah", 16), 0.6, 0.5)
    results(RunSpec(SCENES, "adah", 16, options={"margin": 2.0}), 0.26, 0.4)
    results(RunSpec(SCENES, "adah", 16, options={"margin": 0.5}), 0.29, 0.4)
    rows = measured_alternatives([SCENES])
    cells = alternative_cells(rows).query("task == 't2i'").set_index("values")
    assert cells.loc["2", "unlearned"] == "did not learn" and np.isnan(cells.loc["2", "difference"])
    assert cells.loc["2", "map"] == pytest.approx(0.25)
    assert cells.loc["0.5", "unlearned"] == "" and cells.loc["0.5", "difference"] == pytest.approx(-0.31)
    told = setting_box(rows).facts["Runs that did not learn"]
    assert told == "1 of 3 runs (ADAH, 16 bits, seed 0): a direction of retrieval stayed at chance"


def test_some_seeds_that_did_not_learn_are_counted(results):
    for seed, t2i in ((0, 0.6), (1, 0.26)):
        results(RunSpec(SCENES, "adah", 16, seed), 0.6, 0.5)
        results(RunSpec(SCENES, "adah", 16, seed, options={"margin": 2.0}), t2i, 0.5)
    cells = alternative_cells(measured_alternatives([SCENES]))
    assert set(cells[~cells["chosen"]]["unlearned"]) == {"1 of 2 did not learn"}


def test_nothing_is_compared_with_a_choice_that_did_not_learn(results):
    results(RunSpec(SCENES, "adah", 16), 0.25, 0.25)
    results(RunSpec(SCENES, "adah", 16, options={"margin": 2.0}), 0.6, 0.5)
    cells = alternative_cells(measured_alternatives([SCENES]))
    assert set(cells["unlearned"]) == {"did not learn"} and cells["difference"].isna().all()


def test_without_a_choice_there_is_no_difference(results):
    results(RunSpec(SCENES, "adah", 16, options={"margin": 2.0}), 0.6, 0.5)
    cells = alternative_cells(measured_alternatives([SCENES]))
    assert list(cells["chosen"]) == [False, False] and cells["difference"].isna().all() and set(cells["n"]) == {0}
    assert alternative_cells(measured_alternatives(["mirflickr25k"])).empty


def test_the_choice_of_another_method_is_its_row_of_table1(results):
    own = {"database_codes": "per-modality"}
    for options, t2i in ((own, 0.6), (own | {"penalty": "kernel"}, 0.63), ({}, 0.9)):
        results(RunSpec("mirflickr25k", "seph", 16, options=options), t2i, 0.5)
    cells = alternative_cells(measured_alternatives(["mirflickr25k"])).query("task == 't2i' and not chosen")
    found = cells.set_index("setting")["difference"].round(3).to_dict()
    assert found == {"database codes unified": 0.3, "penalty kernel": 0.03}


def test_a_stale_alternative_is_told(results):
    results(RunSpec(SCENES, "adah", 16))
    results(RunSpec(SCENES, "adah", 16, options={"margin": 2.0}), changed="adahlib.training")
    cells = alternative_cells(measured_alternatives([SCENES]))
    assert list(cells.groupby("values")["stale"].any()) == [False, True]


def test_data_sets_are_in_the_order_that_is_wished(results):
    for dataset in (SCENES, "mirflickr25k"):
        results(RunSpec(dataset, "adah", 16))
    assert list(measured_alternatives(["mirflickr25k", SCENES])["dataset"]) == ["mirflickr25k", SCENES]
    assert list(measured_alternatives([SCENES, "mirflickr25k"])["dataset"]) == [SCENES, "mirflickr25k"]


def test_the_download_has_settings_in_words_and_rounded_numbers(results):
    for options, t2i in (({}, 0.6), ({"margin": 2.0}, 0.612345)):
        results(RunSpec(SCENES, "adah", 16, options=options), t2i)
    frame = long_form(alternative_cells(measured_alternatives([SCENES]))).query("task == 't2i'").set_index("setting")
    assert frame["difference"].to_dict() == {"margin 1": 0.0, "margin 2": 0.0123}
    assert not {"options", "values", "order"} & set(frame)
