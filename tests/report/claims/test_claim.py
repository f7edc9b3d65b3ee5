"""Claims on made-up records: what they need, what they count, and that other records are another verdict."""

import numpy as np
import pytest

from adahlib.experiments import RunSpec
from adahlib.report.claims import Evidence
from adahlib.report.claims.attention import ATTENTION
from adahlib.report.claims.claim import Claim, always_above, each_within, near_zero, ordered_as, positive, with_order
from adahlib.report.claims.evidence import AREAS, T2I, arm, less, measured, printed
from adahlib.report.claims.shown import interval_in_words, row_of

SCENES = "emoji-scenes"
BOTH, NONE = (arm(SCENES, attention=attention) for attention in ("both", "none"))
GAIN = less(measured(BOTH, (16,)), measured(NONE, (16,)))


def claim(judge, sentence="Both are ahead by {effect}."):
    return Claim("made-up", sentence, ("intro",), "this book", judge)


@pytest.fixture
def gains(results):
    """A function that writes none at .60 / .50 and both by these gains above it, a pair a seed."""

    def write(*pairs, changed=None):
        for seed, (t2i, i2t) in enumerate(pairs):
            results(RunSpec(SCENES, "adah", 16, seed, attention="none"), 0.6, 0.5)
            results(RunSpec(SCENES, "adah", 16, seed, attention="both"), 0.6 + t2i, 0.5 + i2t, changed=changed)
        return Evidence()

    return write


def test_a_verdict_follows_the_records(gains):
    made = claim(positive(GAIN))
    verdict = made.verdict(gains((0.03, 0.04), (0.031, 0.042), (0.029, 0.04)))
    assert (verdict.state, verdict.effect, verdict.seeds) == ("supported", "+0.035", 3)
    assert made.filled(verdict) == "Both are ahead by +0.035."
    assert made.verdict(gains((0.03, 0.04), (0.031, 0.042), (-0.05, 0.01))).state == "not supported"
    assert made.verdict(gains((-0.03, -0.04), (-0.031, -0.042), (-0.03, -0.04))).state == "contradicted"


def test_what_is_missing_or_stale_is_not_measured(gains):
    made = claim(positive(GAIN))
    verdict = made.verdict(gains((0.03, 0.04), (0.03, 0.04)))
    assert (verdict.state, verdict.why) == ("not measured", "1 of 3 records missing, of ADAH")
    assert made.filled(verdict) == "Both are ahead by –."
    verdict = made.verdict(gains((0.03, 0.04), (0.03, 0.04), (0.03, 0.04), changed="adahlib.losses.triplet"))
    assert (verdict.state, verdict.why) == ("not measured", "3 of 3 records stale, of ADAH")


def test_an_analysis_that_is_not_there_is_not_measured(results):
    by_name = {each.name: each for each in ATTENTION}
    assert {each.verdict(Evidence()).state for each in by_name.values()} == {"not measured"}


def test_one_seed_supports_nothing(gains):
    one = less(measured(BOTH, (16,), seeds=(0,)), measured(NONE, (16,), seeds=(0,)))
    verdict = claim(positive(one)).verdict(gains((0.3, 0.4)))
    assert (verdict.state, verdict.why) == ("not supported", "one seed has no interval")
    assert row_of(claim(positive(one)), verdict)["Verdict"] == "**not supported** (one seed has no interval)"


def test_rows_in_an_order_in_each_cell(gains):
    above = always_above([(measured(BOTH, (16,)), measured(NONE, (16,)))])
    made = claim(above, "It holds in {cells} cells.")
    verdict = made.verdict(gains((0.03, 0.04), (0.031, 0.042), (0.029, 0.04)))
    assert verdict.state == "supported" and made.filled(verdict) == "It holds in 2 of 2 cells."
    verdict = made.verdict(gains((0.03, -0.04), (0.031, -0.042), (0.029, -0.04)))
    assert verdict.state == "contradicted" and verdict.effect == "1 of 2 cells"  # the mean of both lies below


def test_the_order_of_another_table(gains):
    evidence = gains((0.03, -0.04), (0.031, -0.042), (0.029, -0.04))
    paper = {name: printed(4, "mirflickr25k", (16,), attention=name) for name in ("both", "none")}
    ours = {"both": measured(BOTH, (16,)), "none": measured(NONE, (16,))}
    verdict = ordered_as(paper, ours)(evidence)
    assert (verdict.state, verdict.effect) == ("not supported", "1 of 2 cells")


def test_rows_that_are_printed_equal_may_come_in_either_order():
    def row(*cells):
        return lambda evidence: np.array([cells])

    paper = {"a": row(0.2, 0.2, 0.2), "b": row(0.2, 0.2, 0.1), "c": row(0.1, 0.3, 0.3)}
    ours = {"a": row(0.4, 0.5, 0.1), "b": row(0.5, 0.4, 0.4), "c": row(0.3, 0.45, 0.6)}
    verdict = ordered_as(paper, ours)(None)
    assert (verdict.state, verdict.effect) == ("not supported", "1 of 3 cells")
    last = {name: row(value) for name, value in (("a", 0.3), ("b", 0.2), ("c", 0.1))}  # where only the last two differ
    swapped = last | {"b": row(0.1), "c": row(0.2)}
    assert ordered_as(last, swapped)(None).state == "contradicted" and ordered_as(last, last)(None).state == "supported"


def test_printed_numbers_and_measures(gains):
    evidence = gains((0.1, 0.2))
    assert printed(4, "mirflickr25k", (16,), attention="both")(evidence).tolist() == [[0.7922, 0.7563]]
    assert measured(BOTH, (16,), T2I, seeds=(0,))(evidence) == pytest.approx(0.7)
    ((text, _),) = measured(BOTH, (16,), AREAS, seeds=(0,))(evidence)
    # the first radius retrieves nothing; before the recall of the second, precision is that of the second
    assert text == pytest.approx(0.2 * 0.8 + 0.4 * (0.8 + 0.6) / 2 + 0.4 * (0.6 + 0.4) / 2)


def test_intervals_have_the_decimals_of_their_effect(gains):
    evidence = gains((0.03, 0.04), (0.031, 0.042), (0.029, 0.04))
    assert interval_in_words(positive(GAIN)(evidence)) == "+0.033 to +0.038"
    assert interval_in_words(near_zero(GAIN, 0.1, 4)(evidence)) == "+0.0327 to +0.0379"
    assert near_zero(GAIN, 0.1)(evidence).state == "supported"
    assert near_zero(GAIN, 0.01)(evidence).state == "contradicted"


def test_within_a_bound_counts_cells_by_their_means(gains):
    evidence = gains((0.01, 0.04), (0.03, 0.06))  # means .02 and .05
    states = [claim(each_within(GAIN, bound)).verdict(evidence) for bound in (0.01, 0.03, 0.06)]
    assert [verdict.state for verdict in states] == ["not measured"] * 3
    evidence = gains((0.01, 0.04), (0.03, 0.06), (0.02, 0.05))
    found = [claim(each_within(GAIN, bound), "{cells}").verdict(evidence) for bound in (0.01, 0.03, 0.06)]
    assert [verdict.state for verdict in found] == ["contradicted", "not supported", "supported"]
    assert [verdict.effect for verdict in found] == ["0 of 2 cells", "1 of 2 cells", "2 of 2 cells"]
    below = gains((-0.01, -0.04), (-0.03, -0.06), (-0.02, -0.05))
    assert claim(each_within(GAIN, 0.03)).verdict(below).effect == "1 of 2 cells"


def test_a_claim_of_an_order_says_which_order_was_found():
    rows = {name: (lambda _, v=value: np.array([[v, v + 0.1]])) for name, value in (("A", 0.5), ("B", 0.7), ("C", 0.6))}
    judge = with_order(always_above([(rows["A"], rows["B"])]), rows)
    verdict = claim(judge, "A is ahead. Found: {order}.").verdict(Evidence())
    assert verdict.facts == {"cells": "0 of 2", "order": "B > C > A"}
    assert verdict.state == always_above([(rows["A"], rows["B"])])(Evidence()).state
