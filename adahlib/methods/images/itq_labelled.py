"""ITQ fitted on the labelled images alone, as some tables may have it: which images theirs learned from is not said."""

from pathlib import Path
from typing import Self

from numpy.typing import ArrayLike

from adahlib.methods.images.base import as_rows, check_images, labelled_rows
from adahlib.methods.images.itq import ITQ


class ITQLabelled(ITQ):
    """ITQ that is fitted on the labelled images alone; it reads which images have a label, and not which label.

    Arguments and errors are those of ``ITQ``, with the number of labelled images as n.

    Example:
        >>> from adahlib.datasets import miniature_pairs
        >>> from adahlib.methods.images import ITQLabelled
        >>> pairs = miniature_pairs()
        >>> vectors, labels = pairs.images.reshape(len(pairs), -1) / 255, pairs.labels.copy()
        >>> labels[40:] = 0  # images without a label
        >>> ITQLabelled(8).fit(vectors, labels).encode(vectors)
        BinaryCodes(60 codes of 8 bits)
    """

    supervised = True

    def fit(
        self,
        images: ArrayLike,
        labels: ArrayLike,
        *,
        checkpoint: Path | None = None,
        description: str | None = None,
    ) -> Self:
        """Learn from the labelled ones of n vectors; returns self. See ``VectorHashing.fit``."""
        images, labels = as_rows(images, "images"), as_rows(labels, "labels")
        check_images(images, labels, self.supervised)
        part = labelled_rows(labels)
        return super().fit(images[part], labels[part], checkpoint=checkpoint, description=description)
