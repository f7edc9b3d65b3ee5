"""Fig. 5: mean curves, their deviation over seeds, and what is drawn of them."""

import pytest

from adahlib.experiments import RunSpec
from adahlib.report.drawing import INK, PALETTE
from adahlib.report.pages.fig5_precision_recall import curve_table, looks, mean_curve, precision_recall_figure
from adahlib.report.records import find_records


@pytest.fixture
def records(ablation):
    specs = [RunSpec("mirflickr25k", "adah", 16, s, attention=a) for a in ("none", "both") for s in (0, 1)]
    return find_records(specs)


def test_mean_curve_leaves_out_radii_that_retrieve_nothing(records):
    """The two seeds have T→I precision .79 and .81 with .1, −.1 and −.3 added at the three radii."""
    curve = mean_curve(records[records["attention"] == "both"], "t2i")
    assert list(curve["radius"]) == [1, 2, 3] and list(curve["precision"]) == pytest.approx([0.9, 0.7, 0.5])
    assert list(curve["precision_std"]) == pytest.approx([0.02 / 2**0.5] * 3)
    assert (mean_curve(records[:1], "t2i")["precision_std"] == 0).all()
    assert list(curve_table(records)["Method"]) == ["ADAH, attention none"] * 3 + ["ADAH"] * 3


def test_precision_recall_figure(records, texts_of):
    figure = precision_recall_figure(records)
    lines = {line.get_label(): line for line in figure.axes[0].lines}
    assert list(lines) == ["ADAH, attention none", "ADAH", "chance"]
    assert list(lines["ADAH"].get_xdata()) == [0.2, 0.6, 1.0]
    assert set(lines["chance"].get_ydata()) == {0.25}
    assert {"recall", "precision"} <= set(texts_of(figure))


def test_adah_is_drawn_in_ink_and_no_two_of_the_table_look_alike(records):
    methods = ["CCA", "CMFH", "SCM", "STMH", "SePH", "DCMH-I", "PRDH", "ADAH, attention none", "ADAH"]
    *others, ours = looks(methods)
    assert ours == {"color": INK, "linewidth": 2.2}
    colours = {look["color"] for look in others}
    assert len(colours) == len(others) and not colours & {PALETTE[6], PALETTE[8]}  # pink and yellow, pale on white
    many = looks([f"method {number}" for number in range(20)])
    assert len({(look["color"], look["linestyle"]) for look in many}) == 20


def test_the_band_is_one_standard_deviation_to_each_side(records):
    axis = precision_recall_figure(records).axes[0]
    band = axis.collections[1].get_paths()[0].vertices  # of ADAH with both attentions
    heights = band[band[:, 0] == 0.2][:, 1]
    assert (heights.min(), heights.max()) == pytest.approx((0.9 - 0.02 / 2**0.5, 0.9 + 0.02 / 2**0.5))


def test_a_dagger_at_the_curve_that_is_stale(one_stale):
    shown = curve_table(one_stale).groupby("Method", sort=False)["n"].first()
    assert shown.to_dict() == {"ADAH, attention none": "2", "ADAH": "2†"}
