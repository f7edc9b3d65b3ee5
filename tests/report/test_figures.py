"""Figures: what is drawn where, on which ground; the pictures' masks against a loop."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from adahlib.datasets.pairs import ImageTextPairs
from adahlib.errors import AdahError
from adahlib.experiments import RunSpec
from adahlib.report.curves import curve_table, mean_curve
from adahlib.report.data_tables import example_table, label_table
from adahlib.report.examples import Examples, mask_examples, positions_of
from adahlib.report.figures import label_figure, precision_recall_figure, trade_figure, training_figure
from adahlib.report.headline import headline_figure, small_png
from adahlib.report.live import answers
from adahlib.report.panels import answer_figure, enlarged, mask_figure, masked, pair_figure
from adahlib.report.records import existing_records
from adahlib.retrieval import BinaryCodes


@pytest.fixture
def records(ablation):
    return existing_records(
        [RunSpec("mirflickr25k", "adah", 16, s, attention=a) for a in ("none", "both") for s in (0, 1)]
    )


@pytest.fixture
def pairs():
    from scipy.sparse import csr_matrix

    rng = np.random.default_rng(0)
    labels = np.array([[1, 0], [0, 1], [1, 1], [1, 0]], np.uint8)
    return ImageTextPairs(
        name="made-up",
        ids=("a", "b", "c", "d"),
        images=rng.integers(0, 255, (4, 6, 6, 3), np.uint8),
        tags=csr_matrix(np.eye(4, dtype=np.uint8)),
        labels=labels,
        vocabulary=("w0", "w1", "w2", "w3"),
        label_names=("x", "y"),
        image_hash="0",
        masks=rng.random((4, 6, 6)) > 0.5,
    )


def texts(figure):
    return [text.get_text() for axis in figure.axes for text in (axis.title, axis.xaxis.label, axis.yaxis.label)]


def test_mean_curve_leaves_out_radii_that_retrieve_nothing(records):
    curve = mean_curve(records[records["attention"] == "both"], "t2i")
    assert list(curve["radius"]) == [1, 2, 3] and list(curve["precision"]) == [0.9, 0.7, 0.5]
    assert (curve["precision_std"] == 0).all()
    assert list(curve_table(records)["Method"]) == ["ADAH, attention none"] * 3 + ["ADAH"] * 3


def test_precision_recall_figure(records):
    figure = precision_recall_figure(records)
    lines = {line.get_label(): line for line in figure.axes[0].lines}
    assert list(lines) == ["ADAH, attention none", "ADAH", "chance"]
    assert list(lines["ADAH"].get_xdata()) == [0.2, 0.6, 1.0]
    assert set(lines["chance"].get_ydata()) == {0.25}
    assert {"recall", "precision"} <= set(texts(figure))


def test_figures_are_opaque_white_png(records):
    for figure in (precision_recall_figure(records), label_figure({"x": 3, "y": 1}, 4)):
        assert to_rgb(figure.get_facecolor()) == (1, 1, 1) and figure.patch.get_alpha() is None
        assert figure._repr_png_().startswith(b"\x89PNG")


def test_axes_are_named():
    import pandas as pd

    rates = pd.DataFrame({"rate": [1e-4, 1e-3], "map_t2i": [0.5, 0.6], "map_i2t": [0.5, 0.6], "gap": [0.1, 0.2]})
    histories = {"none": [{"T→I": 1.0}, {"T→I": 0.5}], "both": [{"T→I": 1.0}, {"T→I": 0.6, "max T→Î": 0.7}]}
    for figure in (trade_figure(rates), training_figure(histories), label_figure({"x": 1}, 1)):
        for axis in figure.axes:
            assert axis.get_xlabel()
        assert figure.axes[0].get_ylabel()


def test_enlarged_and_masked_against_a_loop(pairs):
    mask, picture = np.array([[True, False], [False, True]]), pairs.images[0]
    big, kept = enlarged(mask, 6, 6), masked(picture, mask)
    for y in range(6):
        for x in range(6):
            assert big[y, x] == mask[y // 3, x // 3]
            assert (kept[y, x] == picture[y, x]).all() if mask[y // 3, x // 3] else len(set(kept[y, x])) == 1


def test_pictures_have_a_column_each(pairs, records):
    masks = np.ones((2, 2, 2), bool)
    assert len(mask_figure(pairs.images[:2], masks, pairs.masks[:2]).axes) == 5 * 2
    assert len(mask_figure(pairs.images[:2], masks).axes) == 4 * 2
    figure = pair_figure(pairs, [0, 2], columns=2)
    assert "x" in texts(figure) and "x, y" in texts(figure) and "w2" in texts(figure)


def test_answers_are_marked_right_or_wrong(pairs):
    titles = [axis.get_title() for axis in answer_figure(pairs, 0, [1, 2], "t2i").axes]
    assert titles == ["query", "1: wrong", "2: right"]
    with pytest.raises(AdahError, match="neither 't2i' nor 'i2t'"):
        answer_figure(pairs, 0, [1], "x2y")


def test_answers_against_a_loop():
    rng = np.random.default_rng(1)
    queries, database = (BinaryCodes.from_signs(rng.standard_normal((40, 12))) for _ in range(2))
    stored = np.arange(5, 40)
    found = answers(queries, database, 3, stored, count=6)
    distance = {int(i): int((queries.signs()[3] != database.signs()[i]).sum()) for i in stored}
    assert list(found) == sorted(distance, key=lambda i: (distance[i], i))[:6]


def test_examples_of_a_record(records, pairs):
    examples = mask_examples(records)
    assert examples.ids == ["a", "b"] and examples.masks.tolist() == [
        [[False, True], [True, True]],
        [[True, False], [False, False]],
    ]
    assert positions_of(pairs, ["c", "a"]) == [2, 0]
    with pytest.raises(AdahError, match="has no pair 'z'"):
        positions_of(pairs, ["a", "z"])
    with pytest.raises(AdahError, match="keeps no attention masks"):
        mask_examples(records.assign(record=[{} for _ in range(len(records))]))


def test_tables_of_data(pairs):
    class Split:
        query, train = np.array([0, 1]), np.array([2])

    assert label_table(pairs, Split).to_numpy().tolist() == [["x", "3", "1", "1"], ["y", "2", "1", "1"]]
    table = example_table(Examples(["a"], np.ones((1, 2, 2), bool)), pairs.masks[:1])
    assert table.iloc[0]["Attended share"] == "1.000" and table.iloc[0]["P(attended | background)"] == "1.000"
    assert list(example_table(Examples(["a"], np.ones((1, 2, 2), bool)), None)) == ["Pair", "Attended share"]


def test_headline_picture_is_small(records, pairs):
    png = small_png(headline_figure(records, pairs, mask_examples(records)))
    assert png.startswith(b"\x89PNG") and len(png) < 300_000
