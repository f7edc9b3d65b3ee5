"""Captions, or tags whose order is known, as numbers of words in their order."""

import numpy as np

from adahlib.datasets.pairs import TAGS_IN_ORDER, ImageTextPairs
from adahlib.datasets.texts import words


def only_tags(pairs: ImageTextPairs) -> bool:
    """Return whether a data set's captions are no sentences but tags in the order of the release."""
    return pairs.captions is not None and pairs.provenance.get("captions") == TAGS_IN_ORDER


def sentences(pairs: ImageTextPairs) -> np.ndarray | None:
    """Return the captions of a data set as numbers (n, longest) of its vocabulary's words, in their order.

    Words have the numbers 1 to v, in column order, and 0 fills the shorter rows; words outside the vocabulary are left
    out. Tags whose order is known are read as a sentence. None where no order is known.
    """
    if pairs.captions is None:
        return None
    split = str.splitlines if only_tags(pairs) else words
    numbers = {word: column + 1 for column, word in enumerate(pairs.vocabulary)}
    rows = [[numbers[word] for word in split(caption) if word in numbers] for caption in pairs.captions]
    result = np.zeros((len(rows), max(1, *map(len, rows))), dtype=np.int64)
    for row, found in zip(result, rows, strict=True):
        row[: len(found)] = found
    return result
