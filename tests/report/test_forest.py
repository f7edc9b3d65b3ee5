"""The forest plot: a dot an alternative where its difference is, a diamond at the choice, and words for both."""

import numpy as np
import pandas as pd
import pytest

from adahlib.report.forest import forest_figure, forest_rows, in_words


def cell(options, values, difference, **fields):
    about = {"dataset": "emoji-scenes", "options": options, "values": values, "setting": f"{options[0]} {values}"}
    about |= {"order": ((float(values.split(",")[0]), ""),), "chosen": False, "difference": difference, "std": np.nan}
    return about | {"unlearned": "", "stale": False} | fields


@pytest.fixture
def cells():
    one, two = ("margin",), ("hash_steps",)
    rows = [
        cell(one, "10", 0.01), cell(one, "2", -0.02, std=0.005), cell(one, "1", 0.0, chosen=True),
        cell(two, "1", 0.03), cell(two, "4", 0.0, chosen=True),
        cell(("head",), "0", np.nan, unlearned="did not learn"), cell(("head",), "1", 0.0, chosen=True),
    ]  # fmt: skip
    return pd.DataFrame([row | {"task": task} for row in rows for task in ("t2i", "i2t")])


def test_rows_are_grouped_with_the_largest_difference_on_top(cells):
    rows = forest_rows(cells)
    labels = ["head: 0", "1", "hash steps: 1", "4", "margin: 1", "2", "10"]  # what did not learn differs most
    assert list(rows["label"]) == labels and list(rows["place"]) == [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5]
    assert list(rows["first"]) == [True, False, True, False, True, False, False]


def test_a_long_name_has_more_lines_and_a_stale_value_a_dagger(cells):
    long = cell(("attention_learning_rate", "score_deviation"), "0.002, 0", 0.5, stale=True)
    first = forest_rows(pd.concat([cells, pd.DataFrame([long | {"task": "t2i"}])])).set_index("values").loc["0.002, 0"]
    assert first["label"].replace("\n", " ") == "attention learning rate, score deviation: 0.002, 0†"
    assert first["lines"] == 2 and first["place"] == 3  # below the two rows of the run that did not learn


def test_each_dot_stands_at_its_difference_and_in_its_row(cells):
    (axis,) = forest_figure(cells, {"emoji-scenes": 0.004}).axes
    places = forest_rows(cells).set_index("values")["place"]
    drawn = {line.get_label(): line for line in axis.lines}
    expected = {(round(row["difference"], 3), row["values"]) for _, row in cells[~cells["chosen"]].iterrows()}
    for container in axis.containers:  # a direction each
        points = [point for point in container[0].get_xydata() if np.isfinite(point).all()]
        nearest = {(round(x, 3), (places - y).abs().idxmin()) for x, y in points}
        assert nearest == {(x, value) for x, value in expected if np.isfinite(x)}
    chosen = drawn["as set"].get_xydata()
    assert {tuple(point) for point in chosen} == {(0.0, place) for place in (1.5, 3.5, 4.5)}
    assert [text.get_text() for text in axis.texts] == ["did not learn"]
    low, high = axis.get_ylim()
    assert low > high  # the first row is on top


def test_deviations_are_drawn_and_one_seed_has_none(cells):
    (axis,) = forest_figure(cells).axes
    (segments,) = (bars.get_segments() for bars in axis.containers[0][2])
    ends = [part[:, 0] for part in segments if len(part) == 2 and np.isfinite(part).all()]
    widths = sorted(round(float(high - low), 4) for low, high in ends)
    assert widths == [0.0, 0.0, 0.01]


def test_a_panel_has_its_own_choice(cells):
    photos = cells[cells["values"].isin(["1", "2"]) & (cells["options"] == ("margin",))].assign(dataset="mirflickr25k")
    photos["chosen"] = photos["values"] == "2"
    scenes, other = forest_figure(pd.concat([cells, photos])).axes
    (diamond,) = (line for line in other.lines if line.get_label() == "as set")
    assert [tuple(point) for point in diamond.get_xydata()] == [(0.0, 5.5)]
    assert other.get_title() == "MIRFlickr-25K"


def test_the_alt_text_has_the_ends_and_how_many_are_ahead(cells):
    assert in_words("emoji-scenes", cells) == (
        "emoji-scenes: 2 of 3 alternatives are ahead of what was set; hash_steps 1 has the highest difference, +0.030, "
        "margin 2 the lowest, −0.020; 1 did not learn."
    )
    assert in_words("emoji-scenes", cells[:0]) == "emoji-scenes: nothing is measured."
