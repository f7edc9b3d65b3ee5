"""What the shallow cross-modal methods have in common: centred feature matrices in, signs of projections out."""

from abc import abstractmethod
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, ClassVar, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import issparse

from adahlib.errors import AdahError, NotFittedError
from adahlib.methods.base import HashingMethod, Rows, check_finite, check_training_data
from adahlib.methods.options import build_options, check_choice
from adahlib.progress import progress
from adahlib.retrieval import BinaryCodes
from adahlib.retrieval.inputs import as_numbers
from adahlib.thread_limits import limited_threads

DATABASE_CODES = ("unified", "per-modality")
BLOCK = 4096  # items encoded at a time
Features: TypeAlias = Rows | ArrayLike  # also lists and data frames
Projection = Callable[[np.ndarray], np.ndarray]


class ShallowMethod(HashingMethod):
    """The base of the methods that learn from feature vectors, in closed form or in a few rounds.

    Both modalities are centred by their training means (:meth:`means`), here and when new items are encoded. A subclass
    names its ``Options`` and implements :meth:`learn`; where hashing is linear it sets ``image_projection_``
    (d_x, bits) and ``text_projection_`` (d_y, bits), else it implements :meth:`project_images` and
    :meth:`project_texts`.

    Args:
        bits: code length q, 1 to 1024; at most the number of training pairs.
        seed: source of all its randomness, at least 0.
        **hyperparameters: fields of ``Options``.

    Attributes:
        options: the hyperparameters.
        image_mean_, text_mean_: what both are centred by, (d_x,) and (d_y,).
        history_: what the method minimises after each iteration, one dictionary each; empty for closed forms.
        training_codes_: the unified codes of the training pairs, where the method learns them.

    Raises:
        AdahError: an unknown option, or a value of the wrong type or out of range.

    Example:
        >>> from adahlib.methods import METHODS, ShallowMethod
        >>> [name for name, method in METHODS.items() if issubclass(method, ShallowMethod)]
        ['cca', 'cmfh', 'label-scores', 'scm', 'seph', 'stmh']
    """

    takes = "vectors"
    Options: ClassVar[type]
    image_mean_ = text_mean_ = None

    def __init__(self, bits: int, seed: int = 0, **hyperparameters: Any):
        super().__init__(bits, seed)
        self.options = build_options(self.Options, hyperparameters)
        self.database_codes = getattr(self.options, "database_codes", "per-modality")
        self.history_: list[dict[str, float]] = []

    @limited_threads()
    def fit(
        self,
        images: Features,
        texts: Features,
        labels: Features,
        *,
        score: Callable[[HashingMethod], float] | None = None,
        checkpoint: Path | None = None,
        description: str | None = None,
    ) -> Self:
        """Learn from n pairs; returns self. See ``HashingMethod.fit``.

        Args:
            images, texts: features (n, d_x) and (n, d_y), arrays or sparse.
            labels: (n, c) 0/1.
            score, checkpoint: not used, since there are no epochs.
            description: label of the progress bar.

        Raises:
            AdahError: not one row per pair, no columns, no numbers, NaN or infinity, labels other than 0 and 1, or
                fewer pairs than bits.
        """
        images, texts, labels = as_array("images", images), as_array("texts", texts), as_array("labels", labels)
        check_training_data(images, texts, labels, image_axes=2)
        if images.shape[0] < self.bits:
            raise AdahError(f"{images.shape[0]} training pairs are fewer than the {self.bits} bits; give more pairs.")
        if 0 in (images.shape[1], texts.shape[1]):
            raise AdahError("images or texts have no columns; at least one feature is needed.")
        X, Y = images.astype(np.float64, copy=False), texts.astype(np.float64, copy=False)
        self.image_mean_, self.text_mean_ = self.means(X, Y)
        self.history_ = []
        self.description = description or f"{type(self).__name__} {self.bits} bits"
        self.learn(X - self.image_mean_, Y - self.text_mean_, np.asarray(labels, dtype=np.float64))
        return self

    def means(self, X: np.ndarray, Y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return what images and texts are centred by, (d_x,) and (d_y,): their training means."""
        return X.mean(0), Y.mean(0)

    @abstractmethod
    def learn(self, X: np.ndarray, Y: np.ndarray, L: np.ndarray) -> None:
        """Learn from centred features X (n, d_x), Y (n, d_y) and labels L (n, c), float64."""

    def encode_images(self, images: Features) -> BinaryCodes:
        """Return the codes (n, bits) of image features (n, d_x)."""
        return self.encode("images", images, self.image_mean_, self.project_images)

    def encode_texts(self, texts: Features) -> BinaryCodes:
        """Return the codes (n, bits) of text features (n, d_y)."""
        return self.encode("texts", texts, self.text_mean_, self.project_texts)

    def project_images(self, X: np.ndarray) -> np.ndarray:
        """Return real values (n, bits) of centred image features, whose signs are the codes."""
        return X @ self.image_projection_  # type: ignore[attr-defined]

    def project_texts(self, Y: np.ndarray) -> np.ndarray:
        """Return real values (n, bits) of centred text features, whose signs are the codes."""
        return Y @ self.text_projection_  # type: ignore[attr-defined]

    def encode(self, name: str, features: Features, mean: np.ndarray | None, project: Projection) -> BinaryCodes:
        """Return the signs of :meth:`project`."""
        return BinaryCodes.from_signs(self.project(name, features, mean, project))

    @limited_threads()
    def project(self, name: str, features: Features, mean: np.ndarray | None, project: Projection) -> np.ndarray:
        """Return ``project(features - mean)`` (n, bits), block by block.

        Raises:
            NotFittedError: before fit.
            AdahError: features of another width than the training's, no numbers, NaN or infinity.
        """
        if mean is None:
            raise NotFittedError(self)
        features = features.tocsr() if issparse(features) else as_array(name, features)  # type: ignore[union-attr]
        if len(features.shape) != 2 or features.shape[1] != len(mean):
            raise AdahError(f"{name} have shape {tuple(features.shape)}; this model was fitted on (n, {len(mean)}).")
        values = [np.empty((0, self.bits))]
        for start in range(0, features.shape[0], BLOCK):
            block = as_array(name, features[start : start + BLOCK]).astype(np.float64, copy=False)
            check_finite(name, block)
            values.append(project(block - mean))
        return np.concatenate(values)

    def iterations(self, count: int) -> Iterable[int]:
        """Return ``range(count)`` with a progress bar."""
        return progress(range(count), desc=self.description, unit="iteration")


def as_array(name: str, features: Features) -> np.ndarray:
    """Return features, sparse or whatever holds numbers, as a dense array; arrays are not copied."""
    return as_numbers(features.toarray() if issparse(features) else features, name)  # type: ignore[union-attr]


def check_database_codes(value: str) -> None:
    """Raise AdahError unless the option ``database_codes`` is one of its two choices."""
    check_choice("database_codes", value, DATABASE_CODES)
