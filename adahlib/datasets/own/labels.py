"""Labels of one's own data: the one rule by which every table and data set names them, and what is no name of a label.

A label is a name in Unicode NFC, with single blanks between its words and none around it. Numbers of classes are names
too; a negative one, as well as None and NaN, says that the label is not known.
"""

import re
from collections.abc import Sequence

from adahlib.datasets.texts import UNSEEN, normalise
from adahlib.errors import AdahError

SEPARATORS = re.compile(r"[;|]")  # between the labels of a cell
QUOTED = r"""\s*(?:'([^'\\]*)'|"([^"\\]*)")\s*"""
LIST = re.compile(rf"\[(?:{QUOTED}(?:,{QUOTED})*)?\s*\]")  # ['car', 'red'] of Python, ["car", "red"] of JSON
MISSING = {"nan", "NaN", "NAN", "NaT", "<NA>", "N/A", "#N/A", "None", "null", "NULL"}
NEGATIVE = re.compile(r"-\d+(\.0*)?")
COLUMNS = re.compile(r"[01]\.?0*([ ,]+[01]\.?0*)+")  # a row of 0/1, one for each class
NUMBER = re.compile(r"(\d{1,9})(\.0*)?")
TRUTH = {"true": 1, "false": 0}
HOW = "give the names or numbers of the classes that a row has; of [1, 0, 1] these are 0 and 2"


def label_name(text: str) -> str:
    """Return the name of a label: NFC, without characters that nobody sees, single blanks within and none around."""
    return " ".join(normalise(UNSEEN.sub("", text.replace("\u200b", ""))).split())


def split_labels(cell: str, where: str) -> list[str]:
    """Return the labels of a cell: names separated by ``;`` or ``|``, or a list of quoted names.

    Args:
        cell: e.g. ``animal; red`` or ``['animal', 'red']``, as pandas writes lists; an empty cell has no label.
        where: the cell's place, for the error.

    Raises:
        AdahError: a label is what programs write where a value is missing, begins as a list of another form, or has
            quotes around it; or there are several lines.
    """
    if LIST.fullmatch(cell.strip()):
        found = [one or other for one, other in re.findall(QUOTED, cell)]
    elif len(cell.strip().splitlines()) > 1:
        raise AdahError(f"{where}: a line break between labels; separate them by ';', as in animal;red.")
    else:
        found = SEPARATORS.split(cell)
    return [checked_name(name, where) for part in found if (name := label_name(part))]


def checked_name(name: str, where: str) -> str:
    """Return a label's name; raise AdahError if it is none."""
    if not name:
        raise AdahError(f"{where}: a label's name has no visible character; give the class a name.")
    if name in MISSING or NEGATIVE.fullmatch(name):
        raise AdahError(f"{where}: {name!r} says that a label is missing; leave the cell empty, or name the class.")
    if COLUMNS.fullmatch(name.strip("[{()}]")):
        raise AdahError(f"{where}: {name[:60]!r} is a row of 0/1 for every class; {HOW}.")
    if name[0] in "[{(":
        raise AdahError(f"{where}: {name[:60]!r} is no label; write names separated by ';', as in animal;red.")
    if '"' in (name[0], name[-1]) or name[0] == name[-1] == "'":
        raise AdahError(f"{where}: the label {name[:60]!r} begins or ends with a quote; a name does not.")
    return name


def check_no_columns(rows: Sequence[Sequence[str | int | None]], where: str, classes: int | None = None) -> None:
    """Raise AdahError if rows of class numbers are columns of 0/1 instead, one for each class (multi-hot rows).

    They are where a row has a number twice, or where all rows are of one length and hold nothing but 0 and 1.

    Args:
        rows: each row's labels, numbers also in words, unknown ones as None.
        where: the column, for the error.
        classes: how many classes have a name, where they have.
    """
    rows = [[number_of(label) for label in row] for row in rows]
    rows = [row for row in rows if any(isinstance(label, int) for label in row)]
    wrong = [row for row in rows if names_twice(row)] or (rows if only_columns(rows, classes) else [])
    if wrong:
        shown = ", ".join("-1" if label is None else str(label) for label in wrong[0][:12])
        columns = {0, 1, None} >= set(wrong[0])
        what = f"rows of 0/1 for every class, as [{shown}]; {HOW}" if columns else f"a class twice in the row [{shown}]"
        raise AdahError(f"{where} has {what}.")


def number_of(label: str | int | None) -> str | int | None:
    """Return a label as a number where it is one in words: ``"1"``, ``"1.0"``, ``"True"``."""
    if not isinstance(label, str):
        return label
    found = NUMBER.fullmatch(label)
    return int(found[1]) if found else TRUTH.get(label.lower(), label)


def names_twice(row: Sequence[str | int | None]) -> bool:
    """Return whether a row holds a number twice."""
    found = [label for label in row if isinstance(label, int)]
    return len(set(found)) < len(found)


def only_columns(rows: Sequence[Sequence[str | int | None]], classes: int | None) -> bool:
    """Return whether rows are of one length and hold nothing but 0, 1 and, in more than two places, unknown."""
    width = len(rows[0]) if rows else 0
    allowed = {0, 1, None} if width > 2 else {0, 1}
    return width > 1 and classes in (None, width) and all(len(row) == width and allowed >= {*row} for row in rows)
