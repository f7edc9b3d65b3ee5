"""The page of decisions: grids of alternatives, the spread of seeds beside them, and attention's gains."""

import pandas as pd
import pytest

from adahlib.experiments import RunSpec
from adahlib.report.alternatives import alternative_cells, measured_alternatives
from adahlib.report.pages.decisions import (
    alternatives_of_adah,
    alternatives_of_others,
    decision,
    decision_grid,
    length_table,
    rates_of_attention,
    seed_spread,
    trade_figure,
    true_mask_table,
    true_masks_in_words,
    unseen_table,
)
from adahlib.report.records import find_records


def cells(datasets=("emoji-scenes",)):
    return alternative_cells(measured_alternatives(datasets))


def test_a_grid_has_the_map_of_the_choice_and_differences_below_it(results):
    for dataset, t2i in (("mirflickr25k", 0.7), ("emoji-scenes", 0.6)):
        results(RunSpec(dataset, "adah", 16), t2i, 0.5, gap=0.4 if dataset == "emoji-scenes" else None)
    results(RunSpec("emoji-scenes", "adah", 16, options={"margin": 10.0}), 0.65, 0.5, gap=0.3)
    results(RunSpec("emoji-scenes", "adah", 16, options={"margin": 2.0}), 0.55, 0.26)
    results(RunSpec("mirflickr25k", "adah", 16, options={"margin": 2.0}), 0.73, 0.5, changed="adahlib.training")
    grid = decision_grid(cells(["mirflickr25k", "emoji-scenes"])).set_index("Setting")
    assert list(grid.index) == ["as set", "margin 2", "margin 10"]  # numbers by their size
    assert list(grid["photos T→I"]) == ["0.690", "+0.030†", "–"]  # validation: a hundredth below the test MAP
    assert list(grid["scenes T→I"]) == ["0.590", "did not learn", "+0.050"]
    assert list(grid["scenes mask gap"]) == ["0.400", "–", "0.300"] and "photos mask gap" not in grid


def test_a_table_shows_combinations_where_all_their_options_are_asked_for(results):
    for options in ({}, {"margin": 2.0}, {"margin": 2.0, "head": "pool"}, {"head": "pool"}):
        results(RunSpec("emoji-scenes", "adah", 16, options=options))
    results(RunSpec("emoji-scenes", "prdh", 16, options={"head": "pool"}))
    shown = decision(cells(), "x", "About", "margin", "head")
    assert list(shown.frame["Setting"]) == ["as set", "head pool", "head pool; margin 2", "margin 2"]
    assert list(decision(cells(), "x", "About", "margin").frame["Setting"]) == ["as set", "margin 2"]
    assert shown.caption.startswith("About: validation MAP") and "n = 1." in shown.caption


def test_what_was_not_measured_says_how_to(results):
    assert "No alternative has been measured yet" in decision(cells(), "x", "About", "beta1").data
    results(RunSpec("emoji-scenes", "adah", 16))
    assert "--set beta1=" in decision(cells(), "x", "About", "beta1").data


def test_every_alternative_is_in_one_figure(results):
    for options in ({}, {"margin": 2.0}, {"hash_steps": 1}, {"hash_steps": 1, "margin": 2.0}):
        results(RunSpec("emoji-scenes", "adah", 16, options=options))
    for options in ({}, {"word_dropout": 0.5}):
        results(RunSpec("emoji-scenes", "prdh", 16, options=options))
    every = cells()
    first, second = (alternatives_of_adah(every, of_attention) for of_attention in (True, False))
    assert set(first["options"]) == {("hash_steps",), ("hash_steps", "margin")}
    assert set(second["options"]) == {("margin",)} and set(second["method"]) == {"ADAH"}
    others = alternatives_of_others(every)
    assert set(others["options"]) == {("PRDH word dropout",)} and len(first) + len(second) + len(others) == len(every)


def test_spread_of_seeds_is_that_of_a_difference_of_two_trainings():
    records = pd.DataFrame({"dataset": ["a", "a", "b"], "validation_map_t2i": [0.1, 0.3, 0.5]})
    records["validation_map_i2t"] = [0.2, 0.2, 0.5]
    variances = (0.02, 0.0)  # of (.1, .3) and of (.2, .2)
    assert seed_spread(records) == {"a": pytest.approx((2 * sum(variances) / 2) ** 0.5)}


def test_rates_of_attention(results):
    for rate, t2i, seed in ((1e-5, 0.55, 0), (1e-3, 0.6, 0), (1e-3, 0.7, 1)):
        options = {"attention_learning_rate": rate}
        results(RunSpec("emoji-scenes", "adah", 16, seed, options=options), t2i, gap=0.1)
    rates = rates_of_attention(measured_alternatives(["emoji-scenes"]), "emoji-scenes")
    assert list(rates["rate"]) == [1e-5, 1e-3] and list(rates["n"]) == [1, 2]
    assert [round(value, 3) for value in rates["map_t2i"]] == [0.54, 0.64]


def test_the_trade_is_drawn_against_the_rate_in_its_order():
    rates = pd.DataFrame({"rate": [1e-3, 1e-4], "map_t2i": [0.6, 0.5], "map_i2t": [0.8, 0.7], "gap": [0.2, 0.1]})
    maps, gaps = trade_figure(rates).axes
    drawn = {line.get_label(): (list(line.get_xdata()), list(line.get_ydata())) for line in maps.lines}
    assert drawn == {"T→I": ([1e-4, 1e-3], [0.5, 0.6]), "I→T": ([1e-4, 1e-3], [0.7, 0.8])}
    assert [list(line.get_ydata()) for line in gaps.lines] == [[0.1, 0.2]]
    assert maps.get_xscale() == gaps.get_xscale() == "log"  # shared
    assert (maps.get_ylabel(), gaps.get_ylabel()) == ("validation MAP", "mask gap")
    assert maps.get_xlabel() == gaps.get_xlabel() == "learning rate of G"
    assert trade_figure(rates).alt == (
        "T→I MAP is highest, 0.600, at a rate of 0.001; I→T MAP is highest, 0.800, at a rate of 0.001; "
        "the mask gap is highest, 0.200, at a rate of 0.001."
    )


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


def test_what_masks_add_is_said_once_all_are_measured():
    records = pd.DataFrame({"attention": ["none", "visual"], "map_t2i": [0.5, 0.6], "map_i2t": [0.3, 0.3]})
    given = {"rows": [{"map_t2i": 0.7, "map_i2t": 0.4}]}
    said = "learned masks add +0.050 to the MAP without masks, true ones add +0.100 more."
    assert true_masks_in_words(given, records) == f"In the mean of both directions {said}"
    assert true_masks_in_words({"rows": []}, records) == "Not all of these masks are measured yet."


def test_a_rate_of_zero_has_no_place_on_a_logarithmic_axis():
    rates = pd.DataFrame({"rate": [0.0, 1e-4], "map_t2i": [0.6, 0.5], "map_i2t": [0.8, 0.7], "gap": [0.2, 0.1]})
    assert [list(line.get_xdata()) for axis in trade_figure(rates).axes for line in axis.lines] == [[1e-4]] * 3
