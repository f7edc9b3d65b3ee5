"""The gain over the share that trains: numbers and intervals against a naive loop, and where they are drawn."""

import numpy as np
import pytest

from adahlib.experiments import RunSpec
from adahlib.report.records import find_records
from adahlib.report.share_curve import gain_points, in_words, share_figure

SCENES = "emoji-scenes"
STUDENT = 4.302653  # of three seeds, 95 %
BOTH = {0: 0.62, 1: 0.63, 2: 0.67}  # T→I with both attentions by seed; .6 without


@pytest.fixture
def records(results):
    """Three seeds without attention and with both; made-up records train 30 of 50 items."""
    for seed, t2i in BOTH.items():
        results(RunSpec(SCENES, "adah", 32, seed, attention="none"), 0.6, 0.5)
        results(RunSpec(SCENES, "adah", 32, seed), t2i, 0.5)
    results(RunSpec(SCENES, "adah", 32, 3), 0.9, 0.9)  # without a partner
    return find_records()


@pytest.fixture
def measured():
    values = {("trained", "none"): 0.8, ("trained", "both"): 0.79, ("unseen", "none"): 0.6, ("unseen", "both"): 0.64}
    about = {"dataset": SCENES, "bits": 32, "train_size": 30, "seed": 0}
    return {
        "rows": [
            about | {"part": part, "attention": attention, "task": task, "map": value}
            for (part, attention), value in values.items()
            for task in ("t2i", "i2t")
        ]
    }


def test_gains_and_intervals_are_those_of_a_naive_loop(records, measured):
    points = gain_points(records, measured).set_index(["task", "part"])
    gains = [value - 0.6 for value in BOTH.values()]
    mean = sum(gains) / 3
    error = (sum((gain - mean) ** 2 for gain in gains) / 2 / 3) ** 0.5
    found = points.loc[("t2i", "whole database")]
    assert found["gain"] == pytest.approx(mean) and found["n"] == 3 and found["share"] == 30 / 50
    assert (found["low"], found["high"]) == pytest.approx((mean - STUDENT * error, mean + STUDENT * error), abs=1e-5)
    assert points.loc[("i2t", "unseen"), "gain"] == pytest.approx(0.04)
    assert np.isnan(points.loc[("i2t", "unseen"), "low"])  # one seed has no interval


def test_another_data_sets_rows_are_left_out_and_stale_ones_told(records, measured):
    measured["rows"].append(measured["rows"][0] | {"dataset": "mirflickr25k"})
    points = gain_points(records, measured | {"stale": "triplet changed"})
    assert set(points["dataset"]) == {SCENES}
    assert points.groupby("part")["stale"].all().to_dict() == {"trained": True, "unseen": True, "whole database": False}
    (_, shown, _) = (bars.get_label() for bars in share_figure(points, [SCENES]).axes[0].containers)
    assert shown == "training items†"
    assert set(gain_points(records, {"rows": []})["part"]) == {"whole database"}


def test_without_records_there_are_the_columns_and_no_rows(results, measured):
    points = gain_points(find_records(), measured)
    assert points.empty and {"dataset", "part", "gain", "stale"} <= set(points)


def test_each_gain_is_drawn_in_its_panel(records, measured):
    points = gain_points(records, measured)
    figure = share_figure(points, [SCENES])
    assert [axis.get_title() for axis in figure.axes] == ["emoji-scenes, T→I", "emoji-scenes, I→T"]
    for axis, task in zip(figure.axes, ("t2i", "i2t"), strict=True):
        drawn = {bars.get_label(): float(bars[0].get_ydata()[0]) for bars in axis.containers}
        expected = points[points["task"] == task].set_index("part")["gain"]
        assert drawn == pytest.approx(
            {
                "whole database": expected["whole database"],
                "training items": expected["trained"],
                "the other items": expected["unseen"],
            }
        )
        assert axis.get_xscale() == "log"


def test_the_alt_text_has_both_ends(records, measured):
    points = gain_points(records, measured)
    smaller = points.assign(share=0.1, gain=points["gain"] + 0.1, low=0.01)
    assert in_words(SCENES, smaller) == (
        "emoji-scenes: over the whole database attention adds +0.120 where 10% train, and +0.120 where 10% train; "
        "6 of 6 gains have an interval above zero."
    )
    assert "0 of 6 gains" in in_words(SCENES, points)
    assert in_words(SCENES, points[:0]) == "emoji-scenes: nothing is measured."
