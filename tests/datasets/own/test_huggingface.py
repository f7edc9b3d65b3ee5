"""Cells of a real ``datasets`` object: what is not known is left out; what is no label, text or image is refused."""

import datasets
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from adahlib.datasets import pairs_from_huggingface
from adahlib.datasets.own.huggingface import labels_of, read_labels, text_of
from adahlib.errors import AdahError

IMAGES = [Image.new("RGB", (5, 4), (40 * number, 20, 30)) for number in range(4)]
TEXTS = ["a cat", "a dog", "red car", "blue boat"]
NAMES = ["animal", "car", "boat", "sky", "café"]
CLASSES = datasets.ClassLabel(names=NAMES)
INTEGER, REAL, TEXT, TRUTH = (datasets.Value(kind) for kind in ("int64", "float64", "string", "bool"))


def made(labels, feature, texts=TEXTS, kind=TEXT, images=IMAGES):
    features = datasets.Features({"image": datasets.Image(), "text": kind, "labels": feature})
    return datasets.Dataset.from_dict({"image": images, "text": texts, "labels": labels}, features=features)


def labels_read(labels, feature):
    pairs = pairs_from_huggingface(made(labels, feature))
    found = [[pairs.label_names[i] for i in np.flatnonzero(row)] for row in pairs.labels]
    assert pairs.provenance["without_labels"] == found.count([])
    return found


@pytest.mark.parametrize(
    ("labels", "feature", "right"),
    [
        ([0, 1, -1, -1], CLASSES, [["animal"], ["car"], [], []]),
        ([[0, -1], [1, -1], [1, 2], [-1, -1]], datasets.Sequence(CLASSES), [["animal"], ["car"], ["boat", "car"], []]),
        ([0, 1, -100, 2], INTEGER, [["0"], ["1"], [], ["2"]]),
        ([0, None, 1, 2], CLASSES, [["animal"], [], ["car"], ["boat"]]),
        ([[0], [1, None], [None], None], datasets.Sequence(CLASSES), [["animal"], ["car"], [], []]),
        ([["a"], ["b", None], [None], ["c "]], datasets.Sequence(TEXT), [["a"], ["b"], [], ["c"]]),
        (["sky", "sky ", "\u00a0sky", ""], TEXT, [["sky"], ["sky"], ["sky"], []]),
        ([["sky"], [""], [" sky", "sea"], ["sea"]], datasets.Sequence(TEXT), [["sky"], [], ["sea", "sky"], ["sea"]]),
        ([0.0, 1.0, float("nan"), -1.0], REAL, [["0"], ["1"], [], []]),
        (
            [["cafe\u0301"], ["café"], ["a;b"], ["a  b"]],
            datasets.Sequence(TEXT),
            [["café"], ["café"], ["a;b"], ["a b"]],
        ),
        ([True, False, None, True], TRUTH, [["True"], ["False"], [], ["True"]]),
        (["['a', 'b']", "a;b", "a|b", "b"], TEXT, [["a", "b"], ["a", "b"], ["a", "b"], ["b"]]),
    ],
)
def test_what_is_not_known_is_left_out(labels, feature, right):
    assert labels_read(labels, feature) == right


@pytest.mark.parametrize(
    ("labels", "feature", "message"),
    [
        ([[1, 0, 0], [1, 0, 1], [0, 1, 0], [0, 0, 1]], datasets.Sequence(INTEGER), r"rows of 0/1 .*, as \[1, 0, 0\]"),
        ([[1, 0], [0, 1], [0, 1], [1, 0]], datasets.Sequence(REAL), "column 'labels' has rows of 0/1 for every class"),
        ([[1, 0, -1], [0, 1, -1], [0, -1, 1], [1, 0, -1]], datasets.Sequence(INTEGER), "rows of 0/1 for every class"),
        ([[1, 0, 0, 0, 0]] * 4, datasets.Sequence(CLASSES), "rows of 0/1 for every class, as"),
        (
            [[True, False]] * 4,
            datasets.Sequence(TRUTH),
            "row 0 of column 'labels' is a row of true and false, or of 0/1",
        ),
        ([[2], [3, 3], [1], [0]], datasets.Sequence(INTEGER), r"has a class twice in the row \[3, 3\]"),
        ([0.0, 0.5, 1.0, 1.0], REAL, "row 1 of column 'labels' holds float '0.5'; expected names or class numbers"),
        ([0.0, float("inf"), 1.0, 1.0], REAL, "row 1 of column 'labels' holds float 'inf'"),
        ([[{"name": "a"}]] * 4, [{"name": TEXT}], "row 0 of column 'labels' holds dict"),
        ([[["a"]]] * 4, datasets.Sequence(datasets.Sequence(TEXT)), "row 0 of column 'labels' holds list"),
        (["a", "nan", "b", "c"], TEXT, "row 1 of column 'labels': 'nan' says that a label is missing"),
        ([["a"], ["b"], ["(c"], ["d"]], datasets.Sequence(TEXT), "row 2 of column 'labels': '.c' is no label"),
        (["[1, 0, 1]", "[0, 1, 1]", "", ""], TEXT, "row 0 of column 'labels': '.1, 0, 1.' is a row of 0/1"),
    ],
)
def test_what_is_no_label_is_refused(labels, feature, message):
    with pytest.raises(AdahError, match=message):
        labels_read(labels, feature)


def test_the_advice_for_columns_of_0_and_1_works():
    rows = made([[1, 0, 1], [0, 1, 0], [0, 0, 1], [1, 1, 0]], datasets.Sequence(INTEGER))
    numbered = rows.map(lambda row: {"labels": [number for number, on in enumerate(row["labels"]) if on]})
    assert pairs_from_huggingface(numbered).labels.tolist() == rows["labels"][:]


def test_a_class_without_a_name_is_refused_by_its_row():
    with pytest.raises(AdahError, match="row 2 of column 'labels': class 7 has no name; the column names 5 classes"):
        read_labels([0, 1, 7], "column 'labels'", NAMES)
    with pytest.raises(AdahError, match="row 0 of column 'labels': class 0 has no name"):
        read_labels([0], "column 'labels'", [" ", "cat"])


@pytest.mark.parametrize("form", ["numpy", pytest.param("torch", marks=pytest.mark.slow), "pandas", "arrow"])
def test_another_format_is_refused_with_the_way_back(form):
    rows = made([0, 0, 1, 2], CLASSES)
    with pytest.raises(AdahError, match=rf"the format '{form}'; give it without: dataset.with_format\(None\)"):
        pairs_from_huggingface(rows.with_format(form))
    with pytest.raises(AdahError, match=r"dataset.with_format\(None\)"):
        pairs_from_huggingface(rows.with_format(columns=["image"]))
    with pytest.raises(AdahError, match=r"dataset.with_format\(None\)"):
        pairs_from_huggingface(rows.with_transform(lambda batch: batch))
    assert pairs_from_huggingface(rows.with_format(form).with_format(None)).label_names == ("animal", "boat", "car")


def test_texts_are_joined_without_what_is_missing():
    texts = [["a cat", None, "cafe\u0301"], [None], [], ["boat"]]
    assert pairs_from_huggingface(made([0, 0, 1, 2], CLASSES, texts, datasets.Sequence(TEXT))).captions == (
        "a cat café", "", "", "boat",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "kind", "found"),
    [
        ([1, 2, 3, 4], INTEGER, "int"),
        ([[{"raw": "a cat"}]] * 4, [{"raw": TEXT}], "dict"),
        ([[["a", "cat"]]] * 4, datasets.Sequence(datasets.Sequence(TEXT)), "list"),
    ],
)
def test_what_is_no_text_is_refused(texts, kind, found):
    with pytest.raises(AdahError, match=f"row 0 of column 'text' holds {found}, not text"):
        pairs_from_huggingface(made([0, 0, 1, 2], CLASSES, texts, kind))


def test_a_row_without_an_image_is_named():
    rows = made([0, 0, 1, 2], CLASSES, images=[IMAGES[0], None, *IMAGES[2:]])
    with pytest.raises(AdahError, match="row 1 of column 'image' holds no image; leave such rows out: dataset.filter"):
        pairs_from_huggingface(rows)
    kept = rows.filter(lambda row: row["image"] is not None)
    assert pairs_from_huggingface(kept).captions == ("a cat", "red car", "blue boat")


CHOSEN = st.lists(st.lists(st.integers(0, 4), unique=True, max_size=4), min_size=1, max_size=5)
FORMS = {
    "numbers": (lambda row: list(row), NAMES),
    "padded": (lambda row: [*row, *[-1] * (4 - len(row))], NAMES),
    "with None": (lambda row: [None, *row], NAMES),
    "real": (lambda row: [float("nan"), *map(float, row)], NAMES),
    "NumPy": (lambda row: np.array(row, np.int8), NAMES),
    "names": (lambda row: [f" {NAMES[i]} " for i in row] + ["", None], None),
    "joined": (lambda row: "; ".join(NAMES[i] for i in row), None),
    "printed": (lambda row: repr([NAMES[i] for i in row]), None),
}


@settings(max_examples=150, deadline=None, derandomize=True)
@given(CHOSEN, st.sampled_from(sorted(FORMS)))
def test_labels_come_back_from_every_form(rows, form):
    write, names = FORMS[form]
    assert read_labels(map(write, rows), "column 'labels'", names) == [[NAMES[i] for i in row] for row in rows]


LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.binary(max_size=3), st.dates()
)
CELLS = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner, max_size=2)
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(CELLS, max_size=4), st.sampled_from([None, NAMES]))
def test_any_cell_is_read_or_refused_in_one_sentence(cells, names):
    try:
        for row, labels in zip(cells, read_labels(cells, "column 'labels'", names), strict=True):
            numbers = [i for i in (row if isinstance(row, list) else [row]) if isinstance(i, int | float)]
            known = [number for number in numbers if number >= 0 and not isinstance(number, bool)]
            right = [str(int(i)) if names is None else names[int(i)] for i in known]
            texts = [i for i in (row if isinstance(row, list) else [row]) if isinstance(i, str | bool)]
            assert [label for label in labels if label in right] == right or texts
            assert texts or len(labels) == len(right)
    except AdahError as error:
        assert "column 'labels'" in str(error) and "\n" not in str(error)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(CELLS)
def test_any_text_is_read_or_refused_in_one_sentence(cell):
    parts = cell if isinstance(cell, list) else [cell]
    try:
        assert len(text_of(cell, "here").split()) == sum(len(part.split()) for part in parts if isinstance(part, str))
    except AdahError as error:
        assert str(error).startswith("here holds ") and "\n" not in str(error)


def test_a_cell_of_names_is_split_and_a_list_is_not():
    assert labels_of("a;b", "here") == ["a", "b"] and labels_of(["a;b"], "here") == ["a;b"]
