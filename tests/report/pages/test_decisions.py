"""The page of decisions: alternatives against the choice, paired by seed, on validation MAP; and attention's gains."""

import pandas as pd
import pytest

from adahlib.experiments import RunSpec
from adahlib.report.pages.decisions import (
    decision,
    decision_table,
    length_table,
    measured_alternatives,
    rate_table,
    rates_of_attention,
    setting_of,
    trade_figure,
    true_mask_table,
    unseen_table,
    what_it_sets,
)
from adahlib.report.records import find_records
from adahlib.report.setting_box import setting_box


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


def test_an_alternative_is_compared_over_common_seeds_only(rows):
    table = decision_table(rows, "margin")
    assert list(table["Setting"]) == ["as set: margin 1", "margin 2"] and set(table["Attention"]) == {"both"}
    assert list(table["T→I"]) == ["0.640", "0.740"]  # validation: a hundredth below the test MAP
    assert list(table["T→I diff."]) == ["–", "+0.050"] and list(table["n"]) == [2, 1]
    assert list(table["Mask gap"]) == ["0.500", "0.400"]


def test_a_profile_stands_in_the_caption_and_in_no_cell(results):
    for options in ({}, {"margin": 2.0}):
        results(RunSpec("emoji-scenes", "adah", 16, profile="quick", options=options))
    shown = decision(measured_alternatives(["emoji-scenes"], profile="quick"), "x", "margin").data
    caption, *cells = shown.splitlines()
    assert "at 16 bits, profile quick." in caption
    assert "| both | as set: margin 1 |" in "\n".join(cells) and "| both | margin 2 |" in "\n".join(cells)
    assert not [cell for cell in cells if "quick" in cell or "~" in cell or "=" in cell]


def test_alternatives_are_in_the_order_of_their_values(results):
    for margin in (None, 10.0, 2.0, 0.5):
        results(RunSpec("emoji-scenes", "adah", 16, options={} if margin is None else {"margin": margin}))
    table = decision_table(measured_alternatives(["emoji-scenes"]), "margin")
    assert list(table["Setting"][1:]) == ["margin 0.5", "margin 2", "margin 10"]


def test_combinations_stand_where_all_their_options_are_asked_for(rows):
    shown = decision_table(rows, "margin", "head")["Setting"]
    assert list(shown) == ["as set: margin 1", "head pool; margin 2", "margin 2"]  # made-up records have no head
    assert len(decision_table(rows)) == 1 + 3


def test_what_was_not_measured_says_how_to(rows):
    assert "No alternative has been measured yet" in decision(rows, "x", "beta1").data
    assert "--set beta1=" in decision(rows, "x", "beta1").data
    assert decision(rows, "x", "margin").data.startswith(":::{table} Alternatives for margin at 16 bits")


def test_no_record_at_all(results):
    rows = measured_alternatives(["emoji-scenes"])
    assert "No alternative" in decision(rows, "x", "margin").data
    assert rate_table(rates_of_attention(rows, "emoji-scenes")).empty


def test_a_stale_alternative_is_marked(results):
    results(RunSpec("mirflickr25k", "adah", 16))
    results(RunSpec("mirflickr25k", "adah", 16, options={"margin": 2.0}), changed="adahlib.training")
    rows = measured_alternatives(["mirflickr25k"])
    text = decision(rows, "name", "margin").data
    assert "0.590†" in text and "0.590 |" in text
    assert "1 of 2 (†)" in setting_box(rows).facts["Stale records"]


def test_rates_of_attention(rows):
    for record, sets in zip(rows["record"], rows["sets"], strict=True):
        if not sets:
            record["options"]["attention_learning_rate"] = 0.001
    table = rate_table(rates_of_attention(rows, "emoji-scenes"))
    assert list(table["Rate of G"]) == ["1e-05", "0.001"] and list(table["n"]) == [1, 2]
    assert list(table["T→I validation"]) == ["0.540", "0.640"]


def test_a_dagger_at_the_rate_that_is_stale(results):
    for rate, changed in ((0.01, None), (0.02, "adahlib.training")):
        spec = RunSpec("emoji-scenes", "adah", 16, profile="quick", options={"attention_learning_rate": rate})
        results(spec, changed=changed)
    rates = rates_of_attention(measured_alternatives(["emoji-scenes"], profile="quick"), "emoji-scenes")
    assert list(rate_table(rates)["Rate of G"]) == ["0.01", "0.02†"]


def test_the_trade_is_drawn_against_the_rate_in_its_order():
    rates = pd.DataFrame({"rate": [1e-3, 1e-4], "map_t2i": [0.6, 0.5], "map_i2t": [0.8, 0.7], "gap": [0.2, 0.1]})
    maps, gaps = trade_figure(rates).axes
    drawn = {line.get_label(): (list(line.get_xdata()), list(line.get_ydata())) for line in maps.lines}
    assert drawn == {"T→I": ([1e-4, 1e-3], [0.5, 0.6]), "I→T": ([1e-4, 1e-3], [0.7, 0.8])}
    assert [list(line.get_ydata()) for line in gaps.lines] == [[0.1, 0.2]]
    assert maps.get_xscale() == gaps.get_xscale() == "log"  # shared
    assert (maps.get_ylabel(), gaps.get_ylabel()) == ("validation MAP", "mask gap")
    assert maps.get_xlabel() == gaps.get_xlabel() == "learning rate of G"


def test_gains_by_length_of_training(results):
    for attention, t2i in (("none", 0.5), ("both", 0.53)):
        results(RunSpec("emoji-scenes", "adah", 16, attention=attention), t2i, 0.4)
    (row,) = length_table(find_records()).to_dict("records")
    assert (row["Epochs"], row["T→I none"], row["T→I both"], row["T→I gain"]) == ("3", "0.490", "0.520", "+0.030")


def test_a_dagger_at_the_length_that_is_stale(one_stale):
    assert list(length_table(one_stale[one_stale["seed"] == 1])["Epochs"]) == ["3†"]
    assert list(length_table(one_stale[one_stale["seed"] == 0])["Epochs"]) == ["3"]


def test_gain_by_part_of_the_database():
    values = {"trained": (0.8, 0.79), "unseen": (0.6, 0.63)}
    same = {"dataset": "emoji-scenes", "bits": 16, "n": 3}
    rows = [
        same | {"attention": attention, "task": task, "part": part, "map": value}
        for part, pair in values.items()
        for attention, value in zip(("none", "both"), pair, strict=True)
        for task in ("t2i", "i2t")
    ]
    table = unseen_table({"rows": rows})
    assert list(table["Database"]) == ["trained", "unseen"] and list(table["n"]) == [3, 3]
    assert list(table["T→I none"]) == ["0.800", "0.600"]
    assert list(table["I→T both − none"]) == ["−0.010", "+0.030"]
    marked = unseen_table({"rows": rows}, "triplet changed")
    assert list(marked["T→I none"]) == ["0.800†", "0.600†"]
    assert list(marked["I→T both − none"]) == ["−0.010†", "+0.030†"]


def test_masks_that_are_true_beside_those_that_are_learnt(results):
    specs = [RunSpec("emoji-scenes", "adah", 16, attention=attention) for attention in ("none", "visual")]
    for spec, t2i in zip(specs, (0.6, 0.62), strict=True):
        results(spec, t2i, 0.5)
    rows = [{"dataset": "emoji-scenes", "bits": 16, "seed": s, "map_t2i": 0.7, "map_i2t": 0.8} for s in (0, 1)]
    table = true_mask_table({"share": 0.3, "rows": rows}, "", find_records(specs))
    assert list(table["T→I"]) == ["0.600", "0.620", "0.700\u00a0±\u00a00.000"]
    assert list(table["n"]) == ["1", "1", "2"] and "30%" in table.iloc[2]["Masks of images"]
    marked = true_mask_table({"share": 0.3, "rows": rows}, "triplet changed", find_records(specs))
    assert ["†" in cell for cell in marked["T→I"]] == [False, False, True]


def test_a_run_that_did_not_learn_is_marked_and_has_no_difference(results):
    """Made-up records have chance .25 and validation MAP a hundredth below the MAP that they are given."""
    results(RunSpec("emoji-scenes", "adah", 16), 0.6, 0.5)
    results(RunSpec("emoji-scenes", "adah", 16, options={"margin": 2.0}), 0.26, 0.4)
    results(RunSpec("emoji-scenes", "adah", 16, options={"margin": 0.5}), 0.29, 0.4)
    rows = measured_alternatives(["emoji-scenes"])
    shown = decision_table(rows, "margin").set_index("Setting")
    assert list(shown["T→I diff."]) == ["–", "−0.310", "did not learn"]
    assert list(shown["I→T diff."]) == ["–", "−0.100", "did not learn"]
    assert shown.loc["margin 2", "T→I"] == "0.250"
    told = setting_box(rows).facts["Runs that did not learn"]
    assert told == "1 of 3 runs (ADAH, 16 bits, seed 0): a direction of retrieval stayed at chance"


def test_some_seeds_that_did_not_learn_are_counted(results):
    for seed, t2i in ((0, 0.6), (1, 0.26)):
        results(RunSpec("emoji-scenes", "adah", 16, seed), 0.6, 0.5)
        results(RunSpec("emoji-scenes", "adah", 16, seed, options={"margin": 2.0}), t2i, 0.5)
    shown = decision_table(measured_alternatives(["emoji-scenes"]), "margin")
    assert list(shown["T→I diff."]) == ["–", "1 of 2 did not learn"]


def test_nothing_is_compared_with_a_choice_that_did_not_learn(results):
    results(RunSpec("emoji-scenes", "adah", 16), 0.25, 0.25)
    results(RunSpec("emoji-scenes", "adah", 16, options={"margin": 2.0}), 0.6, 0.5)
    assert list(decision_table(measured_alternatives(["emoji-scenes"]), "margin")["T→I diff."]) == ["did not learn"] * 2


def test_rates_and_lengths_leave_out_what_did_not_learn(results):
    for rate, t2i in ((0.01, 0.6), (0.02, 0.25)):
        options = {"attention_learning_rate": rate}
        results(RunSpec("emoji-scenes", "adah", 16, profile="quick", options=options), t2i, 0.5)
    rates = rates_of_attention(measured_alternatives(["emoji-scenes"], profile="quick"), "emoji-scenes")
    assert list(rates["rate"]) == [0.01]
    for attention, t2i in (("none", 0.5), ("both", 0.25)):
        results(RunSpec("emoji-scenes", "adah", 16, attention=attention), t2i, 0.4)
    specs = [RunSpec("emoji-scenes", "adah", 16, attention=attention) for attention in ("none", "both")]
    (row,) = length_table(find_records(specs)).to_dict("records")
    assert row["T→I gain"] == row["I→T gain"] == "1 of 2 did not learn"


def test_the_choice_of_another_method_is_its_row_of_table1(results):
    own = {"database_codes": "per-modality"}
    for options, t2i in ((own, 0.6), (own | {"penalty": "kernel"}, 0.63), ({}, 0.9)):
        results(RunSpec("mirflickr25k", "seph", 16, options=options), t2i, 0.5)
    shown = decision_table(measured_alternatives(["mirflickr25k"]))
    assert shown[["Setting", "T→I", "T→I diff."]].to_numpy().tolist() == [
        ["as set", "0.590", "–"],
        ["database codes unified", "0.890", "+0.300"],
        ["penalty kernel", "0.620", "+0.030"],
    ]
