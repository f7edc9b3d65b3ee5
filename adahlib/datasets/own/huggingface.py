"""A Hugging Face ``datasets.Dataset`` as ImageTextPairs; the package itself is not needed here, only its object."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from adahlib.datasets.own.folder import upright
from adahlib.datasets.own.pairs import make_pairs, split_labels
from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.photos import content_digests, joined_digest
from adahlib.errors import AdahError


class DatasetImages(Sequence):
    """The images of a column, each decoded on access to uint8 RGB (height, width, 3)."""

    def __init__(self, dataset, column: str):
        self.dataset, self.column = dataset.select_columns([column]), column

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: int) -> np.ndarray:
        try:
            value = self.dataset[int(index)][self.column]
            if isinstance(value, Image.Image):
                return upright(value)
        except (OSError, ValueError, SyntaxError) as error:
            raise AdahError(f"row {index} of column {self.column!r} does not decode as an image ({error}).") from error
        kind = type(value).__name__
        raise AdahError(f"column {self.column!r} holds {kind}, not images; cast it with datasets.Image().")


def pairs_from_huggingface(
    dataset,
    image: str = "image",
    text: str = "text",
    labels: str = "labels",
    minimum_count: int = 1,
    name: str = "own-huggingface",
) -> ImageTextPairs:
    """Return the rows of a ``datasets.Dataset`` as pairs; their ids are the rows' positions.

    Args:
        dataset: one split, with random access.
        image: column of images.
        text: column of texts, or of lists of texts, which are joined.
        labels: column of labels: names separated by ``;`` or ``|``, class numbers, or lists of either.
        minimum_count: how many texts a word must be in.
        name: of the data set.

    Raises:
        AdahError: several splits or a stream, a missing column, or no word or label is left.
    """
    check_form(dataset, (image, text, labels))
    images = DatasetImages(dataset, image)
    names = class_names(dataset.features[labels])
    return make_pairs(
        name=name,
        ids=[str(row) for row in range(len(dataset))],
        images=images,
        texts=[" ".join(as_list(value)) for value in dataset[text]],
        labels=[label_list(value, names) for value in dataset[labels]],
        image_hash=joined_digest(content_digests(images)),
        minimum_count=minimum_count,
        provenance={"source": "a Hugging Face datasets object", "left_out": 0},
    )


def check_form(dataset, columns: Sequence[str]) -> None:
    """Raise AdahError unless the object is one split with random access and has the columns."""
    found = getattr(dataset, "column_names", None)
    if isinstance(found, dict):
        raise AdahError(f"the object holds several splits; give one: dataset[{next(iter(found), 'train')!r}].")
    if found is None or not hasattr(dataset, "__len__"):
        raise AdahError(f"a {type(dataset).__name__} is no datasets.Dataset with random access; do not stream it.")
    for column in columns:
        if column not in found:
            raise AdahError(f"the data set has no column {column!r}; it has {', '.join(found)}.")


def class_names(feature) -> list[str] | None:
    """Return the names of a column's classes, also where a row has a list of them; None where it holds no classes."""
    return getattr(feature, "names", None) or getattr(getattr(feature, "feature", None), "names", None)


def label_list(value, names: Sequence[str] | None) -> list[str]:
    """Return the names of a row's labels."""
    if isinstance(value, str):
        return split_labels(value)
    return [names[label] if names and not isinstance(label, str) else str(label) for label in as_list(value)]


def as_list(value) -> list:
    """Return a cell's items: none, one, or those of a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple | np.ndarray) else [value]
