"""A Hugging Face ``datasets.Dataset`` as ImageTextPairs; the package itself is not needed here, only its object."""

import numbers
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image

from adahlib.datasets.own.labels import HOW, check_no_columns, checked_name, label_name, split_labels
from adahlib.datasets.own.pairs import make_pairs
from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.photos import content_digests, joined_digest
from adahlib.datasets.pictures import decode_image, picture_of, read_picture
from adahlib.datasets.texts import normalise
from adahlib.errors import AdahError


class DatasetImages(Sequence):
    """The images of a column, each decoded on access to uint8 RGB (height, width, 3).

    A column of ``datasets.Image()`` gives its bytes, which are decoded as those of all other pictures are.
    """

    def __init__(self, dataset: Any, column: str):
        self.dataset, self.column = dataset.select_columns([column]), column
        feature = self.dataset.features[column]
        self.encoded = type(feature).__name__ == "Image" and feature.decode and feature.mode in (None, "RGB")
        if self.encoded:
            self.dataset = self.dataset.cast_column(column, replace(feature, decode=False))

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: int) -> np.ndarray:  # type: ignore[override]  # no slices
        name = f"row {index} of column {self.column!r}"
        try:
            value = self.dataset[range(len(self))[index]][self.column]
        except IndexError:
            raise
        except Exception as error:  # what the package raises, and Pillow through it
            raise AdahError(f"{name} is not a readable image ({error}).") from error
        if value is None:
            raise AdahError(
                f"{name} holds no image; leave such rows out: "
                f"dataset.filter(lambda row: row[{self.column!r}] is not None)."
            )
        if isinstance(value, Image.Image):
            return picture_of(value, name)
        if self.encoded:
            return decode_image(value["bytes"], name) if value["bytes"] is not None else read_picture(value["path"])
        kind = type(value).__name__
        raise AdahError(f"column {self.column!r} holds {kind}, not images; cast it with datasets.Image().")


def pairs_from_huggingface(
    dataset: Any,
    image: str = "image",
    text: str | None = "text",
    labels: str = "labels",
    minimum_count: int = 1,
    name: str = "own-huggingface",
) -> ImageTextPairs:
    """Return the rows of a Hugging Face ``datasets.Dataset`` as pairs, whose ids are the positions of the rows.

    Args:
        dataset: one split, with random access.
        image: column of images.
        text: column of texts, or of lists of texts, which are joined; a cell that is None is no text. ``text=None``
            makes a set of images alone.
        labels: column of labels: names separated by ``;`` or ``|``, class numbers, or lists of either. None, NaN and
            negative numbers say that a label is not known, and are left out.
        minimum_count: how many texts a word must be in.
        name: of the data set.

    Raises:
        AdahError: several splits, a stream, a format such as torch's, a missing column, a cell that is no image, text
            or label (rows of 0/1 for every class are none), or no word or label is left.

    Example:
        >>> import datasets
        >>> from PIL import Image
        >>> from adahlib.datasets import pairs_from_huggingface
        >>> columns = {"image": [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]}
        >>> columns |= {"text": ["a red wall", "a blue wall"], "labels": ["warm", "cold"]}
        >>> pairs_from_huggingface(datasets.Dataset.from_dict(columns))
        <ImageTextPairs 'own-huggingface': 2 pairs, 4 tags, 2 labels>
    """
    check_form(dataset, [column for column in (image, text, labels) if column is not None])
    images, texts = DatasetImages(dataset, image), None
    if text is not None:
        texts = [text_of(value, f"row {row} of column {text!r}") for row, value in enumerate(dataset[text])]
    named = read_labels(dataset[labels], f"column {labels!r}", class_names(dataset.features[labels]))
    return make_pairs(
        name=name,
        ids=[str(row) for row in range(len(dataset))],
        images=images,
        texts=texts,
        labels=named,
        image_hash=joined_digest(content_digests(images)),
        minimum_count=minimum_count,
        provenance={"source": "a Hugging Face datasets object", "left_out": 0}
        | ({"no_texts": "no column of texts was given"} if text is None else {}),
    )


def check_form(dataset: Any, columns: Sequence[str]) -> None:
    """Raise AdahError unless the object is one split with random access and has the columns."""
    found = getattr(dataset, "column_names", None)
    if isinstance(found, dict):
        raise AdahError(f"the object holds several splits; give one: dataset[{next(iter(found), 'train')!r}].")
    if found is None or not hasattr(dataset, "__len__"):
        raise AdahError(f"a {type(dataset).__name__} is no datasets.Dataset with random access; do not stream it.")
    for column in columns:
        if column not in found:
            raise AdahError(f"the data set has no column {column!r}; it has {', '.join(found)}.")
    form = dataset.format
    if form["type"] is not None or not set(columns) <= set(form["columns"]):
        raise AdahError(f"the data set has the format {form['type']!r}; give it without: dataset.with_format(None).")


def class_names(feature: Any) -> list[str] | None:
    """Return the names of a column's classes, also where a row has a list of them; None where it holds no classes."""
    return getattr(feature, "names", None) or getattr(getattr(feature, "feature", None), "names", None)


def text_of(value: object, where: str) -> str:
    """Return the text of a cell in NFC, several joined by blanks; raise AdahError if it holds something else."""
    texts = [text for text in as_list(value) if not is_missing(text)]
    other = next((text for text in texts if not isinstance(text, str)), None)
    if other is not None:
        raise AdahError(f"{where} holds {type(other).__name__}, not text; give texts or lists of texts.")
    return normalise(" ".join(texts))


def read_labels(values: Iterable[object], where: str, names: Sequence[str] | None) -> list[list[str]]:
    """Return the names of each row's labels.

    Args:
        values: the cells of a column: names, class numbers, or lists of either.
        where: the column, for errors.
        names: of the classes, where they have names.
    """
    rows = [labels_of(value, f"row {row} of {where}") for row, value in enumerate(values)]
    check_no_columns(rows, where, len(names) if names else None)
    return [
        [class_name(label, names, f"row {row} of {where}") for label in labels if label is not None]
        for row, labels in enumerate(rows)
    ]


def labels_of(value: object, where: str) -> list[str | int | None]:
    """Return the labels of a cell: names, class numbers, and None for each that is not known."""
    if isinstance(value, str):
        return list(split_labels(value, where))
    if isinstance(value, bool | np.bool_):
        return [str(bool(value))]
    return [label for item in as_list(value) if (label := one_label(item, where)) != ""]


def one_label(item: object, where: str) -> str | int | None:
    """Return a label's name, which may be empty, its class number, or None for one that is not known."""
    if isinstance(item, str):
        return checked_name(name, where) if (name := label_name(item)) else ""
    if is_missing(item):
        return None
    if isinstance(item, bool | np.bool_):
        raise AdahError(f"{where} is a row of true and false, or of 0/1, for every class; {HOW}.")
    if not isinstance(item, numbers.Real) or item != item // 1:
        raise AdahError(f"{where} holds {type(item).__name__} {str(item)[:40]!r}; expected names or class numbers.")
    number = int(float(item)) if not isinstance(item, int | np.integer) else int(item)
    return number if number >= 0 else None


def class_name(label: str | int, names: Sequence[str] | None, where: str) -> str:
    """Return the name of a label; raise AdahError if no class has its number, or if that class has no name."""
    if isinstance(label, str) or names is None:
        return str(label)
    name = label_name(names[label]) if label < len(names) else ""
    if not name:
        raise AdahError(f"{where}: class {label} has no name; the column names {len(names)} classes, from 0.")
    return name


def is_missing(value: object) -> bool:
    """Return whether a value stands for none: None, or not a number."""
    return value is None or (isinstance(value, numbers.Real) and bool(value != value))


def as_list(value: object) -> list:
    """Return a cell's items: none, one, or those of a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple | np.ndarray) else [value]
