"""Cost curves: every measured number is where it belongs, in units, over logarithmic axes."""

import pytest

from adahlib.report.cost_curves import (
    counting_figure,
    counting_points,
    index_figure,
    ranking_figure,
    ranking_points,
)


def row(way, database, bits, speed):
    about = {"way": way, "database": database, "bits": bits, "queries_a_second": speed}
    return about | {"queries": 20, "extra_mb": 3.0, "map": 0.2, "peak_mb": 900, "labels": 24}


@pytest.fixture
def ranking():
    speeds = {"adahlib": 800.0, "(a) loop": 20.0, "(d) other": 40.0}
    beside = [
        row(way, database, bits, speed * 1_000 / database * 16 / bits)
        for way, speed in speeds.items()
        for database in (1_000, 10_000)
        for bits in (16, 32)
    ]
    return {"side_by_side": beside, "growth": [row("adahlib", 100_000, 32, 4.0)]}


def lines(axis):
    return {line.get_label(): [tuple(map(float, point)) for point in line.get_xydata()] for line in axis.lines}


def test_ways_stand_side_by_side_at_the_longest_codes_and_the_largest_database(ranking):
    sizes, lengths = ranking_figure(ranking_points(ranking)).axes
    assert lines(sizes) == {
        "adahlib": [(1_000, 400), (10_000, 40)],
        "(a) loop": [(1_000, 10), (10_000, 1)],
        "(d) other": [(1_000, 20), (10_000, 2)],
        "adahlib, larger databases": [(100_000, 4)],
    }
    assert [points for points in lines(lengths).values()] == [
        [(16, 80), (32, 40)], [(16, 2), (32, 1)], [(16, 4), (32, 2)]
    ]  # fmt: skip
    assert sizes.get_xscale() == sizes.get_yscale() == lengths.get_yscale() == "log"
    assert (sizes.get_xlabel(), sizes.get_ylabel()) == ("items in the database", "queries a second")
    assert (sizes.get_title(), lengths.get_title()) == ("32 bits", "10,000 items")


def test_the_alt_text_compares_with_the_quickest_other_way(ranking):
    assert ranking_figure(ranking_points(ranking)).alt == (
        "adahlib ranks 400 queries a second over 1,000 items, 20 times as many as (d) other, the quickest other way; "
        "and 40 queries a second over 10,000 items, 20 times as many as (d) other, the quickest other way."
    )


def test_the_download_has_both_series(ranking):
    points = ranking_points(ranking)
    assert points["series"].value_counts().to_dict() == {"side by side": 12, "growth": 1}
    assert {"way", "database", "bits", "queries_a_second", "extra_mb"} <= set(points)


def test_measured_seconds_and_those_that_are_computed():
    measured = {
        "rows": [{"way": "in memory", "items": 10, "seconds": 2.0}, {"way": "shards", "items": 100, "seconds": 8.0}],
        "on_paper": [
            {"items": 100, "counting_seconds": 8.0, "reading_seconds": 3.0},
            {"items": 1_000, "counting_seconds": 80.0, "reading_seconds": 30.0},
        ],
    }
    figure = counting_figure(counting_points(measured), 100)
    (axis,) = figure.axes
    assert lines(axis) == {
        "in memory": [(10, 2)],
        "shards": [(100, 8)],
        "counting, computed": [(100, 8), (1_000, 80)],
        "reading, computed": [(100, 3), (1_000, 30)],
    }
    assert axis.get_xscale() == axis.get_yscale() == "log" and axis.get_ylabel() == "seconds for 100 queries"
    assert figure.alt == (
        "The most items a second that were measured: shards. 1,000 items would take counting 80 s and reading 30 s."
    )


def test_recall_of_an_index_against_its_rate():
    rows = [("flat", 1.0, 1_000), ("ivf", 0.95, 100_000)]
    rows = [{"kind": kind, "recall_at_10": recall, "queries_a_second": rate} for kind, recall, rate in rows]
    figure = index_figure(rows)
    (axis,) = figure.axes
    assert [tuple(map(float, line.get_xydata()[0])) for line in axis.lines] == [(1_000, 1.0), (100_000, 0.95)]
    assert [text.get_text() for text in axis.texts] == ["flat", "ivf"] and axis.get_xscale() == "log"
    assert figure.alt == "Recall and queries a second: flat 1.000 at 1,000 a second; ivf 0.950 at 100,000 a second."
