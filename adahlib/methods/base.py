"""The interface of every hashing method, and the checks of what is given to it."""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import issparse, sparray, spmatrix

from adahlib.errors import AdahError, check_whole
from adahlib.methods.parameters import Parameters
from adahlib.retrieval import BinaryCodes
from adahlib.retrieval.codes import MAX_BITS

Rows: TypeAlias = np.ndarray | sparray | spmatrix  # one row per item, dense or sparse


class HashingMethod(Parameters, ABC):
    """The interface of a cross-modal hashing method: it is fitted on pairs, then encodes images and texts.

    What a method can do stands in its class attributes, so that callers need not try.

    Args:
        bits: code length q, 1 to 1024.
        seed: source of all its randomness, at least 0.

    Attributes:
        options: its hyperparameters, a dataclass.
        takes: what its images are: ``"maps"`` (n, C, H, W) of a backbone, or ``"vectors"`` (n, d).
        has_epochs: whether it trains in epochs, which ``score`` may choose from and ``checkpoint`` keeps.
        reads_sentences: whether ``fit`` and ``encode_texts`` also take ``sequences``, the words in their order.
        attends: whether it has attention masks, from ``image_masks`` and ``text_masks``.
        encodes_pairs: whether ``encode_pairs`` makes one code of both sides of a pair; database pairs have that code
            where ``database_codes`` is not ``"per-modality"``.
        database_codes: ``"per-modality"`` (database items are encoded like queries), ``"unified"`` (training pairs
            keep the codes learned for them, ``training_codes_``) or, for a method that encodes pairs, ``"combined"``
            (every pair has the code of both of its sides, also in ``training_codes_``).

    Raises:
        AdahError: ``bits`` or ``seed`` is not a whole number, or out of range.

    Example:
        >>> from adahlib.datasets import miniature_pairs
        >>> from adahlib.methods import CCA, METHODS, HashingMethod
        >>> all(issubclass(method, HashingMethod) for method in METHODS.values()), METHODS["adah"].takes, CCA.takes
        (True, 'maps', 'vectors')
        >>> pairs = miniature_pairs()
        >>> vectors = pairs.images.reshape(len(pairs), -1) / 255
        >>> method = CCA(4).fit(vectors, pairs.tags, pairs.labels)
        >>> method.encode_texts(pairs.tags[:2]), method.encode_images(vectors)
        (BinaryCodes(2 codes of 4 bits), BinaryCodes(60 codes of 4 bits))
    """

    takes: ClassVar[Literal["maps", "vectors"]] = "maps"
    has_epochs: ClassVar[bool] = False
    reads_sentences: ClassVar[bool] = False
    attends: ClassVar[bool] = False
    encodes_pairs: ClassVar[bool] = False
    database_codes: str = "per-modality"
    options: Any

    def __init__(self, bits: int, seed: int = 0):
        self.bits, self.seed = check_whole("bits", bits, 1, MAX_BITS), check_whole("seed", seed, 0)
        self.history_: list[dict[str, float]]  # set by fit
        self.training_codes_: BinaryCodes  # set by fit, where it learns codes for the training pairs

    def __repr__(self) -> str:
        """Return the method with the options that are not the defaults: ``Adah(bits=16, seed=0, margin=2.0)``."""
        values = ((field, getattr(self.options, field.name)) for field in dataclasses.fields(self.options))
        chosen = "".join(f", {field.name}={value!r}" for field, value in values if value != field.default)
        return f"{type(self).__name__}(bits={self.bits}, seed={self.seed}{chosen})"

    @abstractmethod
    def fit(
        self,
        images: Rows,
        texts: Rows,
        labels: Rows,
        *,
        score: Callable[["HashingMethod"], float] | None = None,
        checkpoint: Path | None = None,
        description: str | None = None,
    ) -> Self:
        """Learn from n pairs; returns self.

        Args:
            images: maps (n, C, H, W), or feature vectors (n, d) for a shallow method.
            texts: bag-of-words (n, v), array or CSR.
            labels: (n, c) 0/1.
            score: ``score(method)`` of validation pairs, larger is better: what chooses an epoch where the options say
                so. Methods without epochs never call it.
            checkpoint: file for the state after each epoch; methods without epochs write none.
            description: label of the progress bar.

        Raises:
            AdahError: the data does not fit together or to the method.
        """

    @abstractmethod
    def encode_images(self, images: Rows) -> BinaryCodes:
        """Return the codes (n, bits) of images.

        Args:
            images: as in :meth:`fit`, of any number.

        Raises:
            AdahError: the method is not fitted (``NotFittedError``), or vectors have another width than in training.
                Maps of other channels end in an error of PyTorch; a network with ``head="pool"`` takes maps of any
                size.
        """

    @abstractmethod
    def encode_texts(self, texts: Rows) -> BinaryCodes:
        """Return the codes (n, bits) of texts.

        Args:
            texts: as in :meth:`fit`, of any number.

        Raises:
            AdahError: the method is not fitted (``NotFittedError``), or texts have another width than in training. The
                deep methods do not check the width of sparse texts: those of another vocabulary get meaningless codes.
        """


def check_training_data(images: Rows, texts: Rows, labels: Rows, image_axes: int) -> None:
    """Raise AdahError unless images, texts and labels have one row per pair, finite values and 0/1 labels.

    Args:
        images: array with ``image_axes`` axes.
        texts: (n, v) array or CSR.
        labels: (n, c) array.
        image_axes: 2 for feature matrices, 4 for maps or photos.
    """
    for name, part, axes in (("images", images, image_axes), ("texts", texts, 2), ("labels", labels, 2)):
        if len(part.shape) != axes:
            raise AdahError(f"{name} have shape {tuple(part.shape)}; {axes} axes are needed, with one row per pair.")
    rows = {name: part.shape[0] for name, part in (("images", images), ("texts", texts), ("labels", labels))}
    if len(set(rows.values())) > 1:
        raise AdahError(f"images, texts and labels must have one row per pair; they have {rows}.")
    if rows["images"] < 2:
        raise AdahError(f"{rows['images']} training pairs are too few; at least two are needed.")
    if not np.isin(labels, (0, 1)).all():
        raise AdahError("labels hold values other than 0 and 1; give 1 for each label that a pair has, else 0.")
    check_finite("texts", texts.data if issparse(texts) else texts)
    for start in range(0, rows["images"], 1024):
        check_finite("images", images[start : start + 1024])


def check_finite(name: str, array: ArrayLike) -> None:
    """Raise AdahError if the array holds NaN or infinity."""
    if not np.isfinite(np.asarray(array)).all():
        raise AdahError(f"{name} hold NaN or infinite values; every value must be finite.")
