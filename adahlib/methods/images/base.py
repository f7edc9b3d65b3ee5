"""The interface of image hashing: fit on images of which some have labels, then encode images."""

import dataclasses
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import ArrayLike

from adahlib.errors import AdahError, check_whole
from adahlib.methods.base import Rows, check_finite
from adahlib.methods.options import build_options
from adahlib.methods.parameters import Parameters
from adahlib.retrieval import BinaryCodes
from adahlib.retrieval.codes import MAX_BITS
from adahlib.retrieval.inputs import as_numbers

BLOCK = 4096  # images that are checked or encoded at a time
SIDE = 32  # pixels of a picture
LARGEST = 1e15  # of a feature's size
# types that change on the way: pictures as a tensor stay bytes, and torch has no longer floats
TYPES = {"torch.uint8": np.uint8, "float128": np.float64}


class ImageHashingMethod(Parameters, ABC):
    """The interface of a method that hashes images alone, learning from images of which some or all have labels.

    An image without a label is one whose row of labels is zero: nothing else says which images are unlabelled, so no
    method can see a label that it should not. What a method can do stands in its class attributes.

    Args:
        bits: code length q, 1 to 1024.
        seed: source of all its randomness, at least 0.
        **hyperparameters: fields of ``Options``.

    Attributes:
        options: its hyperparameters, a dataclass.
        takes: what its images are: ``"vectors"`` (n, d). A deep method takes feature maps (n, C, H, W) or pictures
            uint8 (n, 3, H, W) instead where its options train a network on them (``sees_pictures``, ``fine_tune``).
        supervised: whether it reads labels at all.
        has_epochs: whether it trains in epochs, which ``checkpoint`` keeps.
        mirrors: whether ``fit`` also takes ``mirrored``, the features of the mirror images.
        makes_pictures: whether it makes synthetic pictures, where its options say so by ``generates()``; ``fit`` then
            takes the ``pictures`` of the images too, uint8 (n, 3, 32, 32).
        generator_options: names of the options that a generator depends on, which runs of other options share.
        history_: what it minimises after each iteration or epoch, one dictionary each; empty for closed forms.

    Raises:
        AdahError: an unknown option, or a value of the wrong type or out of range.

    Example:
        >>> from adahlib.datasets import miniature_pairs
        >>> from adahlib.methods.images import IMAGE_METHODS, SDH
        >>> pairs = miniature_pairs()
        >>> vectors, labels = pairs.images.reshape(len(pairs), -1) / 255, pairs.labels.copy()
        >>> labels[40:] = 0  # images without a label
        >>> SDH(8, anchors=20).fit(vectors, labels).encode(vectors)
        BinaryCodes(60 codes of 8 bits)
        >>> [name for name, method in IMAGE_METHODS.items() if not method.supervised]
        ['itq', 'lsh', 'sh']
    """

    takes: ClassVar[Literal["vectors"]] = "vectors"
    supervised: ClassVar[bool] = False
    has_epochs: ClassVar[bool] = False
    mirrors: ClassVar[bool] = False
    makes_pictures: ClassVar[bool] = False
    generator_options: ClassVar[tuple[str, ...]] = ()
    # of methods for pairs of an image and a text; an image alone has neither
    reads_sentences: ClassVar[bool] = False
    attends: ClassVar[bool] = False
    Options: ClassVar[type]

    def __init__(self, bits: int, seed: int = 0, **hyperparameters: Any):
        self.bits, self.seed = check_whole("bits", bits, 1, MAX_BITS), check_whole("seed", seed, 0)
        self.options: Any = build_options(self.Options, hyperparameters)
        self.history_: list[dict[str, float]] = []

    def __repr__(self) -> str:
        """Return the method with the options that are not the defaults: ``ITQ(bits=16, seed=0, iterations=10)``."""
        values = ((field, getattr(self.options, field.name)) for field in dataclasses.fields(self.options))
        chosen = "".join(f", {field.name}={value!r}" for field, value in values if value != field.default)
        return f"{type(self).__name__}(bits={self.bits}, seed={self.seed}{chosen})"

    def sees_pictures(self) -> bool:
        """Return whether ``fit`` and ``encode`` take pictures, uint8 (n, 3, 32, 32), in the place of features."""
        return False

    @abstractmethod
    def fit(
        self, images: Rows, labels: Rows, *, checkpoint: Path | None = None, description: str | None = None
    ) -> Self:
        """Learn from n images; returns self.

        Args:
            images: as ``takes`` of the class says, a row an image.
            labels: (n, c) 0/1; a row of zeros is an image without label.
            checkpoint: file for the state after each epoch; methods without epochs write none.
            description: label of the progress bar.

        Raises:
            AdahError: the data does not fit together or to the method.
        """

    @abstractmethod
    def encode(self, images: Rows) -> BinaryCodes:
        """Return the codes (n, bits) of images.

        Args:
            images: as in :meth:`fit`, of any number.

        Raises:
            AdahError: the method is not fitted (``NotFittedError``), or images are of another shape than in training.
        """

    @abstractmethod
    def learned(self) -> dict:
        """Return what encoding needs of a fitted method, arrays or tensors by name."""

    @abstractmethod
    def restore(self, learned: dict) -> None:
        """Take over what :meth:`learned` returned, as tensors.

        Raises:
            ValueError: parts are missing, or of other sizes than the options ask for.
        """


def labelled_rows(labels: np.ndarray) -> np.ndarray:
    """Return the positions of the images that have a label, ascending."""
    return np.flatnonzero(labels.any(axis=1))


def as_rows(values: ArrayLike, name: str) -> np.ndarray:
    """Return images, pictures or labels as an array of real numbers that torch can read, copied only if it must be.

    Raises:
        AdahError: rows have different lengths, or values are no real numbers, or sparse.
    """
    kind = f"{getattr(values, 'dtype', '')} {getattr(values, 'layout', '')}".strip()
    if "complex" in kind or "sparse" in kind:
        raise AdahError(f"{name} holds {kind} values; give a dense array of real numbers.")
    array = as_numbers(values, name)
    usual = TYPES.get(str(getattr(values, "dtype", "")), array.dtype.newbyteorder("="))
    return np.ascontiguousarray(array.astype(usual, copy=False))


def check_values(name: str, array: np.ndarray) -> None:
    """Raise AdahError if the array holds NaN or infinity, or values so large that sums of squares leave float32."""
    check_finite(name, array)
    if not -LARGEST <= float(array.min(initial=0)) <= float(array.max(initial=0)) <= LARGEST:
        raise AdahError(f"{name} hold values beyond ±{LARGEST:.0e}, whose squares are too large; scale them.")


def check_form(images: np.ndarray, labels: np.ndarray, pictures: bool) -> None:
    """Raise AdahError unless labels are a matrix, and images one too, or pictures (n, 3, 32, 32) of uint8."""
    if pictures and (images.dtype != np.uint8 or images.ndim != 4 or images.shape[1:] != (3, SIDE, SIDE)):
        raise AdahError(f"images are {images.dtype} {images.shape}; give pictures, uint8 (n, 3, {SIDE}, {SIDE}).")
    if labels.ndim != 2 or images.ndim != (4 if pictures else 2):
        raise AdahError(f"images {images.shape} and labels {labels.shape} must be matrices, with a row an image.")


def check_images(images: np.ndarray, labels: np.ndarray, supervised: bool, pictures: bool = False) -> None:
    """Raise AdahError unless images and labels have one row an image, finite values and 0/1 labels.

    Args:
        images: (n, d), or pictures (n, 3, 32, 32).
        labels: (n, c).
        supervised: whether labels are read: there must then be labelled images, and some of every class.
        pictures: whether images are to be pictures.
    """
    check_form(images, labels, pictures)
    if len(images) != len(labels):
        raise AdahError(f"images and labels must have a row an image; they have {len(images)} and {len(labels)}.")
    if len(images) < 2 or images.shape[1] < 1:
        raise AdahError(f"images have shape {images.shape}; at least two images of one feature are needed.")
    if not np.isin(labels, (0, 1)).all():
        raise AdahError("labels hold values other than 0 and 1; give 1 for each label that an image has, else 0.")
    for start in range(0, len(images), BLOCK):
        check_values("images", images[start : start + BLOCK])
    if supervised and not labels.any():
        raise AdahError("no image has a label; this method learns from labelled images.")
    if supervised and not labels.any(axis=0).all():
        empty = int(np.argmin(labels.any(axis=0)))
        raise AdahError(f"class {empty} has no labelled image; each class needs one.")
