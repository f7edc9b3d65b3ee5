"""The interface of image hashing: fit on images of which some have labels, then encode images."""

import dataclasses
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

import numpy as np

from adahlib.errors import AdahError, check_whole
from adahlib.methods.base import Rows, check_finite
from adahlib.methods.options import build_options
from adahlib.retrieval import BinaryCodes
from adahlib.retrieval.codes import MAX_BITS

BLOCK = 4096  # images that are checked or encoded at a time


class ImageHashingMethod(ABC):
    """A method that hashes images with ``bits`` bits, learning from images of which some or all have labels.

    An image without a label is one whose row of labels is zero: nothing else says which images are unlabelled, so no
    method can see a label that it should not. What a method can do stands in its class attributes.

    Attributes:
        options: its hyperparameters, a dataclass.
        takes: what its images are: ``"vectors"`` (n, d).
        supervised: whether it reads labels at all.
        has_epochs: whether it trains in epochs, which ``checkpoint`` keeps.
        mirrors: whether ``fit`` also takes ``mirrored``, the features of the mirror images.
        picture_side: pixels of the pictures that ``fit`` takes beside their features, where the options say that it
            generates some; 0 for a method that needs none.
        generator_options: names of the options that a generator depends on, which runs of other options share.
        history_: what it minimises after each iteration or epoch, one dictionary each; empty for closed forms.
    """

    takes: ClassVar[Literal["vectors"]] = "vectors"
    supervised: ClassVar[bool] = False
    has_epochs: ClassVar[bool] = False
    mirrors: ClassVar[bool] = False
    picture_side: ClassVar[int] = 0
    generator_options: ClassVar[tuple[str, ...]] = ()
    # of methods for pairs of an image and a text; an image alone has neither
    reads_sentences: ClassVar[bool] = False
    attends: ClassVar[bool] = False
    Options: ClassVar[type]

    def __init__(self, bits: int, seed: int = 0, **hyperparameters: Any):
        self.bits, self.seed = check_whole("bits", bits, 1, MAX_BITS), check_whole("seed", seed, 0)
        self.options = build_options(self.Options, hyperparameters)
        self.history_: list[dict[str, float]] = []

    def __repr__(self) -> str:
        """Return the method with the options that are not the defaults: ``ITQ(bits=16, seed=0, iterations=10)``."""
        values = ((field, getattr(self.options, field.name)) for field in dataclasses.fields(self.options))
        chosen = "".join(f", {field.name}={value!r}" for field, value in values if value != field.default)
        return f"{type(self).__name__}(bits={self.bits}, seed={self.seed}{chosen})"

    @abstractmethod
    def fit(
        self, images: Rows, labels: Rows, *, checkpoint: Path | None = None, description: str | None = None
    ) -> Self:
        """Learn from n images; returns self.

        Args:
            images: as ``takes`` says, a row an image.
            labels: (n, c) 0/1; a row of zeros is an image without label.
            checkpoint: file for the state after each epoch; methods without epochs write none.
            description: label of the progress bar.

        Raises:
            AdahError: the data does not fit together or to the method.
        """

    @abstractmethod
    def encode(self, images: Rows) -> BinaryCodes:
        """Return the codes (n, bits) of images."""


def labelled_rows(labels: np.ndarray) -> np.ndarray:
    """Return the positions of the images that have a label, ascending."""
    return np.flatnonzero(labels.any(axis=1))


def check_images(images: np.ndarray, labels: np.ndarray, supervised: bool) -> None:
    """Raise AdahError unless images and labels have one row an image, finite values and 0/1 labels.

    Args:
        images: (n, d).
        labels: (n, c).
        supervised: whether labels are read: there must then be labelled images, and some of every class.
    """
    if images.ndim != 2 or labels.ndim != 2:
        raise AdahError(f"images {images.shape} and labels {labels.shape} must be matrices, with a row an image.")
    if len(images) != len(labels):
        raise AdahError(f"images and labels must have a row an image; they have {len(images)} and {len(labels)}.")
    if len(images) < 2 or images.shape[1] < 1:
        raise AdahError(f"images have shape {images.shape}; at least two images of one feature are needed.")
    if not np.isin(labels, (0, 1)).all():
        raise AdahError("labels hold values other than 0 and 1; give 1 for each label that an image has, else 0.")
    for start in range(0, len(images), BLOCK):
        check_finite("images", images[start : start + BLOCK])
    if supervised and not labels.any():
        raise AdahError("no image has a label; this method learns from labelled images.")
    if supervised and not labels.any(axis=0).all():
        empty = int(np.argmin(labels.any(axis=0)))
        raise AdahError(f"class {empty} has no labelled image; each class needs one.")
