"""CCA (Hotelling, 1936): the directions of both modalities that correlate most."""

import warnings
from dataclasses import dataclass

import numpy as np

from adahlib.methods.options import check_range, option
from adahlib.methods.shallow.base import ShallowMethod
from adahlib.methods.shallow.whitening import Whitening, fixed_signs, whitened

MEANINGFUL = 1e-6  # smaller correlations are rounding errors


@dataclass(frozen=True)
class CCAOptions:
    """Hyperparameters of CCA."""

    ridge: float = option(1e-4, "ridge added to the diagonals of C_xx and C_yy")

    def __post_init__(self) -> None:
        check_range("ridge", self.ridge, 1e-12)


class CCA(ShallowMethod):
    """CCA (Hotelling, 1936): canonical correlation analysis; codes are the signs of the most correlated projections.

    C_xy C_yy⁻¹ C_xyᵀ w_x = ρ² C_xx w_x and w_y = C_yy⁻¹ C_xyᵀ w_x / ρ. There are no more such directions than the
    smaller modality has dimensions. Further bits would be noise: they are constant instead, which changes no ranking,
    and a warning says how many are meaningful.

    Arguments and errors are those of ``ShallowMethod``.

    Attributes:
        correlations_: ρ of each bit, falling; 0 where a bit is constant.

    Example:
        >>> from adahlib.datasets import miniature_pairs
        >>> from adahlib.methods import CCA
        >>> pairs = miniature_pairs()
        >>> colours = pairs.images.mean(axis=(1, 2))  # vectors (n, 3)
        >>> method = CCA(2).fit(colours, pairs.tags, pairs.labels)
        >>> method.encode_images(colours), method.encode_texts(pairs.tags)
        (BinaryCodes(60 codes of 2 bits), BinaryCodes(60 codes of 2 bits))
        >>> bool((method.correlations_ > 0.9).all())
        True
    """

    Options = CCAOptions

    def learn(self, X: np.ndarray, Y: np.ndarray, L: np.ndarray) -> None:
        images, texts = Whitening(X, self.options.ridge), Whitening(Y, self.options.ridge)
        U, rho, Vt = np.linalg.svd(whitened(X.T @ Y / len(X), images, texts), full_matrices=False)
        q = min(self.bits, int((rho > MEANINGFUL).sum()))
        if q < self.bits:
            warnings.warn(f"bits={self.bits}: {meaning(q)}; the other bits are constant.", stacklevel=4)
        U, V = fixed_signs(U[:, :q], Vt[:q].T)
        padding = ((0, 0), (0, self.bits - q))
        self.image_projection_ = np.pad(images.directions(U), padding)
        self.text_projection_ = np.pad(texts.directions(V), padding)
        self.correlations_ = np.pad(rho[:q], padding[1])


def meaning(directions: int) -> str:
    """Return how many directions CCA has, in words."""
    return f"CCA of these features has only {directions} meaningful direction{'s' * (directions != 1)}"
