"""What the shallow methods for images have in common: feature vectors in, signs of real values out."""

from abc import abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from adahlib.errors import AdahError, NotFittedError
from adahlib.methods.images.base import BLOCK, ImageHashingMethod, as_rows, check_images, check_values
from adahlib.progress import progress
from adahlib.retrieval import BinaryCodes
from adahlib.thread_limits import limited_threads


class VectorHashing(ImageHashingMethod):
    """A method that hashes feature vectors (n, d) by the signs of real values, which :meth:`project` gives.

    Vectors are centred by the mean of all training images, labelled or not: features of a network, and GIST, are
    never negative, and without centring most bits would be the same for all images.

    Attributes:
        mean_: what vectors are centred by, (d,).
    """

    mean_ = None
    parts: ClassVar[tuple[str, ...]]  # attributes beside the mean that encoding needs, arrays or numbers

    @limited_threads()
    def fit(
        self,
        images: ArrayLike,
        labels: ArrayLike,
        *,
        checkpoint: Path | None = None,
        description: str | None = None,
    ) -> Self:
        """Learn from n vectors; returns self. See ``ImageHashingMethod.fit``.

        Raises:
            AdahError: not one row an image, fewer than two images, no numbers, NaN, infinity or values beyond ±1e15,
                labels other than 0 and 1, or, for a method that reads labels, a class without a labelled image.
        """
        images, labels = as_rows(images, "images"), as_rows(labels, "labels")
        check_images(images, labels, self.supervised)
        self.history_ = []
        self.description = description or f"{type(self).__name__} {self.bits} bits"
        self.mean_ = images.mean(axis=0, dtype=np.float64)
        self.learn(images.astype(np.float32) - self.mean_.astype(np.float32), labels)
        return self

    @abstractmethod
    def learn(self, X: np.ndarray, L: np.ndarray) -> None:
        """Learn from centred vectors X (n, d) float32 and labels L (n, c), zero where an image has none."""

    @abstractmethod
    def project(self, X: np.ndarray) -> np.ndarray:
        """Return real values (n, bits) of centred vectors X (n, d), whose signs are the codes."""

    @limited_threads()
    def encode(self, images: ArrayLike) -> BinaryCodes:
        """Return the codes (n, bits) of vectors (n, d), block by block.

        Raises:
            NotFittedError: before fit.
            AdahError: vectors of another length than the training's, no numbers, NaN, infinity or values beyond ±1e15.
        """
        if self.mean_ is None:
            raise NotFittedError(self)
        images = as_rows(images, "images")
        if images.ndim != 2 or images.shape[1] != len(self.mean_):
            raise AdahError(f"images have shape {images.shape}; this model was fitted on (n, {len(self.mean_)}).")
        values = [np.empty((0, self.bits))]
        for start in range(0, len(images), BLOCK):
            block = images[start : start + BLOCK].astype(np.float64)
            check_values("images", block)
            values.append(self.project(block - self.mean_))
        return BinaryCodes.from_signs(np.concatenate(values))

    def learned(self) -> dict[str, np.ndarray]:
        """Return the mean and the arrays that a subclass names in ``parts``."""
        return {name: np.asarray(getattr(self, name)) for name in ("mean_", *self.parts)}

    def restore(self, learned: dict) -> None:
        """Take over what :meth:`learned` returned; ValueError where it encodes nothing by it."""
        if set(learned) != {"mean_", *self.parts}:
            raise ValueError(f"it has {sorted(learned)}, and {type(self).__name__} needs mean_ and {self.parts}")
        for name, part in learned.items():
            setattr(self, name, part.numpy())
        if self.project(np.zeros((1, len(self.mean_)))).shape != (1, self.bits):  # type: ignore[arg-type]
            raise ValueError(f"its parts give no code of {self.bits} bits")

    def iterations(self, count: int) -> Iterable[int]:
        """Return ``range(count)`` with a progress bar."""
        return progress(range(count), desc=self.description, unit="iteration")
