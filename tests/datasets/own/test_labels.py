"""Names of labels: one rule for cells, lists and classes; what only looks like a label is refused."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adahlib.datasets.own.labels import check_no_columns, label_name, split_labels
from adahlib.errors import AdahError

NAME = st.text(st.characters(categories=("L", "N", "Zs", "Mn")) | st.sampled_from("-_,.'"), max_size=12)
NAMES = st.lists(NAME.map(label_name).filter(lambda name: name and name[0].isalpha() and name != "N/A"), max_size=4)
BLANKS = st.sampled_from(["", " ", "\u00a0", "\u200b", "\ufeff", "\t"])
FEW = settings(max_examples=200, deadline=None, derandomize=True)


@FEW
@given(NAMES, st.sampled_from(";|"), BLANKS, BLANKS)
def test_the_labels_of_a_cell_are_those_that_were_joined(names, separator, before, after):
    cell = separator.join(before + unicodedata.normalize("NFD", name) + after for name in names)
    if not {"None", "NaN", "nan", "NaT", "null", "NULL", "NAN"} & set(names):
        assert split_labels(cell, "here") == names


@FEW
@given(NAMES)
def test_lists_as_python_writes_them_are_labels(names):
    plain = [name for name in names if not ("'" in name or name.lower() in ("nan", "null", "none", "nat"))]
    assert split_labels(repr(plain), "here") == plain


@FEW
@given(st.text(max_size=30) | st.text("[](){}'\"0123, ;|-abn\n", max_size=12))
def test_any_cell_gives_names_or_one_sentence(cell):
    try:
        found = split_labels(cell, "t.csv, line 3")
    except AdahError as error:
        assert str(error).startswith("t.csv, line 3: ") and "\n" not in str(error)
        return
    for name in found:
        assert name == label_name(name) == name.strip() != "" and name[0] not in '[{("' and "\n" not in name


def test_names_that_look_the_same_are_the_same():
    right = label_name("café au lait")
    for other in ("cafe\u0301 au lait", " café  au\u00a0lait ", "\u200bcafé\u200b au \ufefflait", "café\tau lait"):
        assert label_name(other) == right
    assert label_name("Café au lait") != right


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("nan", "'nan' says that a label is missing; leave the cell empty"),
        ("animal;None", "'None' says that a label is missing"),
        ("-1", "'-1' says that a label is missing"),
        ("-100.0", "'-100.0' says that a label is missing"),
        ("[1, 0, 1]", "'[1, 0, 1]' is a row of 0/1 for every class; give the names or numbers of the classes"),
        ("[1. 0. 1.]", "'[1. 0. 1.]' is a row of 0/1"),
        ("1 0 1", "'1 0 1' is a row of 0/1"),
        ("1,0", "'1,0' is a row of 0/1"),
        ("['car' 'red']", "\"['car' 'red']\" is no label; write names separated by ';'"),
        ("['car', 3]", "is no label"),
        ("[car, red]", "is no label"),
        ("{'name': 'car'}", "is no label"),
        ("('car', 'red')", "is no label"),
        ("car;[red]", "'[red]' is no label"),
        ("'car'", "begins or ends with a quote"),
        ('"car', "begins or ends with a quote"),
        ("car\nred", "a line break between labels; separate them by ';'"),
    ],
)
def test_what_is_no_label_is_refused(cell, message):
    with pytest.raises(AdahError, match="^" + re.escape("t.csv, line 2: ") + ".*" + re.escape(message)):
        split_labels(cell, "t.csv, line 2")


@pytest.mark.parametrize(
    ("cell", "labels"),
    [
        ("", []),
        (" ; |", []),
        ("[]", []),
        ("['car', 'people''s']", None),
        ('["car", "people\'s"]', ["car", "people's"]),
        ("['a;b',\n 'c']", ["a;b", "c"]),
        ("tench, Tinca tinca|none", ["tench, Tinca tinca", "none"]),
        ("0;2;10", ["0", "2", "10"]),
        ("it's", ["it's"]),
    ],
)
def test_cells_and_their_labels(cell, labels):
    if labels is None:
        with pytest.raises(AdahError, match="is no label"):
            split_labels(cell, "here")
    else:
        assert split_labels(cell, "here") == labels


@pytest.mark.parametrize(
    "rows",
    [
        [[1, 0, 0], [1, 0, 1], [0, 1, 0]],
        [[0, 1], [1, 0]],
        [["0", "1"], ["1", "0"]],
        [["1.0", "0.0", "0.0"], ["0.0", "1.0", "0.0"]],
        [["true", "false"], ["true", "true"]],
        [[1, 0, None], [0, 1, None]],
        [[1, None, 0], [], [None, None, None], [0, 1, None]],
    ],
)
def test_rows_of_columns_are_no_class_numbers(rows):
    with pytest.raises(AdahError, match="^here has rows of 0/1 for every class, as "):
        check_no_columns(rows, "here")


def test_a_class_twice_in_a_row_is_refused_and_class_numbers_are_not():
    with pytest.raises(AdahError, match=r"here has a class twice in the row \[3, 5, 3\]"):
        check_no_columns([[1], [3, 5, 3]], "here")
    check_no_columns([[0], [1], [1]], "here")
    check_no_columns([[0, None], [1, None], [1, 0]], "here")
    check_no_columns([[0, 2], [0, 1]], "here")
    check_no_columns([[0, 1], [1, 0]], "here", classes=3)
    check_no_columns([["sky", "sky"], ["sea", "sky"]], "here")
    check_no_columns([[], [None]], "here")
