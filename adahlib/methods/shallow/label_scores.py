"""A sanity row that papers leave out: codes straight from a linear classifier's label scores."""

from dataclasses import dataclass

import numpy as np

from adahlib.methods.options import check_range, option
from adahlib.methods.shallow.base import ShallowMethod


@dataclass(frozen=True)
class LabelScoresOptions:
    """Hyperparameters of the classifiers."""

    ridge: float = option(0.1, "ridge, as a multiple of the features' mean variance")

    def __post_init__(self) -> None:
        check_range("ridge", self.ridge, 1e-12)


class LabelScores(ShallowMethod):
    """A sanity check that papers leave out: codes from the label scores of a linear classifier of each modality.

    A ridge regression maps features to scores of the c labels; a code is the signs of q random projections of the
    scores. The projections are Gaussian, one draw for both modalities, so that Hamming distance follows the angle
    between two score vectors whatever q and c are. Scores are centred, by the labels' means on the training pairs.

    Arguments and errors are those of ``ShallowMethod``.

    Example:
        >>> from adahlib.datasets import miniature_pairs
        >>> from adahlib.methods import LabelScores
        >>> pairs = miniature_pairs()
        >>> vectors = pairs.images.reshape(len(pairs), -1) / 255
        >>> LabelScores(8).fit(vectors, pairs.tags, pairs.labels).encode_texts(pairs.tags)
        BinaryCodes(60 codes of 8 bits)
    """

    Options = LabelScoresOptions

    def learn(self, X: np.ndarray, Y: np.ndarray, L: np.ndarray) -> None:
        directions = np.random.default_rng(self.seed).standard_normal((L.shape[1], self.bits))
        self.image_projection_, self.text_projection_ = (
            ridge_regression(features, L, self.options.ridge) @ directions for features in (X, Y)
        )


def ridge_regression(X: np.ndarray, L: np.ndarray, ridge: float) -> np.ndarray:
    """Return W (d, c) that minimises ‖X W − (L − mean)‖²/n + r‖W‖², r = ridge · mean diagonal entry of XᵀX/n.

    Args:
        X: centred features (n, d).
        L: labels (n, c).
        ridge: relative to the features' mean variance.
    """
    covariance = X.T @ X / len(X)
    np.fill_diagonal(covariance, covariance.diagonal() + ridge * max(covariance.trace() / len(covariance), 1e-12))
    return np.linalg.solve(covariance, X.T @ (L - L.mean(0)) / len(X))
