"""The page of decisions: alternatives against the choice, paired by seed, on validation MAP."""

import pytest

from adahlib.experiments import RunSpec
from adahlib.report.decisions import (
    decision,
    decision_table,
    measured_alternatives,
    parse_label,
    rate_table,
    rates_of_attention,
)


@pytest.fixture
def rows(results):
    for seed, t2i in ((0, 0.60), (1, 0.70)):
        results(RunSpec("emoji-scenes", "adah", 16, seed), t2i, gap=0.5)
    results(RunSpec("emoji-scenes", "adah", 16, 1, options={"margin": 2.0}), 0.75, gap=0.4)
    results(RunSpec("emoji-scenes", "adah", 16, 0, options={"margin": 2.0, "head": "pool"}), 0.5, gap=0.3)
    results(RunSpec("emoji-scenes", "adah", 16, 0, options={"attention_learning_rate": 1e-05}), 0.55, gap=0.1)
    results(RunSpec("emoji-scenes", "adah", 16, 0, profile="quick"), 0.1)
    results(RunSpec("emoji-scenes", "adah", 32, 0), 0.9)
    return measured_alternatives(["emoji-scenes"])


def test_labels():
    assert parse_label("adah-both") == ("adah-both", {})
    assert parse_label("adah-both~quick~head=pool~margin=2.0") == ("adah-both~quick", {"head": "pool", "margin": "2.0"})


def test_an_alternative_is_compared_over_common_seeds_only(rows):
    table = decision_table(rows, "margin")
    assert list(table["Setting"]) == ["chosen; margin = 1.0", "margin = 2.0"]
    assert list(table["T→I"]) == ["0.640", "0.740"]  # validation: a hundredth below the test MAP
    assert list(table["T→I diff."]) == ["–", "+0.050"] and list(table["n"]) == [2, 1]
    assert list(table["Mask gap"]) == ["0.500", "0.400"]


def test_combinations_stand_where_all_their_options_are_asked_for(rows):
    assert list(decision_table(rows, "margin", "head")["Setting"][1:]) == ["head = pool; margin = 2.0", "margin = 2.0"]
    assert len(decision_table(rows)) == 1 + 3


def test_what_was_not_measured_says_how_to(rows):
    assert "No alternative has been measured yet" in decision(rows, "x", "beta1").data
    assert "--set beta1=" in decision(rows, "x", "beta1").data
    assert decision(rows, "x", "margin").data.startswith(":::{table} Alternatives for margin at 16 bits")


def test_no_record_at_all(results):
    rows = measured_alternatives(["emoji-scenes"])
    assert "No alternative" in decision(rows, "x", "margin").data
    assert rate_table(rates_of_attention(rows, "emoji-scenes")).empty


def test_rates_of_attention(rows):
    for record, options in zip(rows["record"], rows["options"], strict=True):
        if not options:
            record["options"]["attention_learning_rate"] = 0.001
    table = rate_table(rates_of_attention(rows, "emoji-scenes"))
    assert list(table["Rate of G"]) == ["1e-05", "0.001"] and list(table["n"]) == [1, 2]
    assert list(table["T→I validation"]) == ["0.540", "0.640"]


def test_rates_of_a_profile_that_is_not_the_default(results):
    for rate, t2i in ((0.01, 0.6), (0.02, 0.5)):
        results(RunSpec("emoji-scenes", "adah", 16, profile="quick", options={"attention_learning_rate": rate}), t2i)
    table = rates_of_attention(measured_alternatives(["emoji-scenes"], profile="quick"), "emoji-scenes")
    assert len(table) == 2
