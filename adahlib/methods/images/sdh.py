"""SDH (Shen et al., CVPR 2015): supervised discrete hashing, whose codes are found bit by bit."""

from dataclasses import dataclass

import numpy as np

from adahlib.errors import AdahError
from adahlib.methods.images.base import labelled_rows
from adahlib.methods.images.vectors import VectorHashing
from adahlib.methods.options import check_range, option
from adahlib.methods.shallow.anchors import squared_distances

TINY = 1e-12  # length below which a vector has no direction


@dataclass(frozen=True)
class SDHOptions:
    """Hyperparameters of SDH; the published ones but for the kernel's width, which its paper sets by data set."""

    anchors: int = option(1000, "number of anchors of the kernel, drawn from the labelled images")
    width: float = option(1.0, "squared width of the kernel, as a multiple of the mean squared distance to the anchors")
    iterations: int = option(5, "number of alternations between classifier, projection and codes")
    sweeps: int = option(10, "most sweeps over the bits of the codes in an alternation")
    classifier_ridge: float = option(1.0, "λ, the ridge of the classifier")
    projection_ridge: float = option(1e-2, "ridge of the projection from kernel to codes")
    fit_weight: float = option(1e-5, "ν, the weight of the projection's error")

    def __post_init__(self) -> None:
        for name, low in (("anchors", 1), ("iterations", 1), ("sweeps", 1), ("width", 1e-6)):
            check_range(name, getattr(self, name), low)
        for name in ("classifier_ridge", "projection_ridge", "fit_weight"):
            check_range(name, getattr(self, name), 0)


class SDH(VectorHashing):
    """SDH (Shen et al., CVPR 2015): supervised discrete hashing; a linear classifier reads the classes from the codes.

    min ‖Y − B W‖² + λ‖W‖² + ν‖B − φ(X) P‖² over codes B ∈ {−1, 1}^(n×q), classifier W (q, c) and projection P, with
    Gaussian kernel features φ. W and P are ridge regressions; B is found by coordinate descent, a bit at a time. New
    images, and those of the database, have the codes [φ(x) P ≥ 0].

    Vectors are brought to length one after centring. The kernel's width is that of the data: σ² is ``width`` times the
    mean squared distance to the anchors.

    Arguments and errors are those of ``ImageHashingMethod``; ``fit`` also raises AdahError where all labelled images
    have the same features, up to length.

    Attributes:
        anchors_: (m, d).
        width_: σ².
        projection_: P (m, bits).
        history_: the objective after each alternation.

    Example:
        >>> from adahlib.datasets import miniature_pairs
        >>> from adahlib.methods.images import SDH
        >>> pairs = miniature_pairs()
        >>> vectors = pairs.images.reshape(len(pairs), -1) / 255
        >>> SDH(8, anchors=20).fit(vectors, pairs.labels).encode(vectors)
        BinaryCodes(60 codes of 8 bits)
    """

    supervised = True
    Options = SDHOptions
    parts = ("anchors_", "width_", "projection_")

    def learn(self, X: np.ndarray, L: np.ndarray) -> None:
        generator, rows = np.random.default_rng(self.seed), labelled_rows(L)
        Y, own = L[rows].astype(np.float64), unit_rows(X[rows].astype(np.float64))
        chosen = generator.choice(len(rows), min(self.options.anchors, len(rows)), replace=False)
        self.anchors_ = own[np.sort(chosen)]
        distances = squared_distances(own, self.anchors_)
        self.width_ = self.options.width * float(distances.mean())
        if not self.width_ > 0:
            raise AdahError("all labelled images have the same features, up to length; SDH needs some that differ.")
        phi = np.exp(-distances / (2 * self.width_))
        B = np.where(generator.random((len(rows), self.bits)) < 0.5, -1.0, 1.0)
        for _ in self.iterations(self.options.iterations):
            W = ridge(B, Y, self.options.classifier_ridge)
            self.projection_ = ridge(phi, B, self.options.projection_ridge)
            fitted = phi @ self.projection_
            B = self.best_codes(B, Y, W, fitted)
            self.history_.append({"objective": self.objective(B, Y, W, fitted)})
        self.projection_ = ridge(phi, B, self.options.projection_ridge)

    def best_codes(self, B: np.ndarray, Y: np.ndarray, W: np.ndarray, fitted: np.ndarray) -> np.ndarray:
        """Return codes that no change of a single bit makes better, if the sweeps suffice (equation 10)."""
        B, target = B.copy(), Y @ W.T + self.options.fit_weight * fitted
        crossed = W @ W.T
        for _ in range(self.options.sweeps):
            before = B.copy()
            for bit in range(self.bits):
                others = B @ crossed[:, bit] - B[:, bit] * crossed[bit, bit]
                B[:, bit] = np.where(target[:, bit] - others >= 0, 1.0, -1.0)
            if (before == B).all():
                break
        return B

    def objective(self, B: np.ndarray, Y: np.ndarray, W: np.ndarray, fitted: np.ndarray) -> float:
        """Return ‖Y − B W‖² + λ‖W‖² + ν‖B − φ P‖², over the number of images."""
        terms = np.square(Y - B @ W).sum() + self.options.classifier_ridge * np.square(W).sum()
        return float((terms + self.options.fit_weight * np.square(B - fitted).sum()) / len(B))

    def project(self, X: np.ndarray) -> np.ndarray:
        """Return φ(x) P."""
        return np.exp(-squared_distances(unit_rows(X), self.anchors_) / (2 * self.width_)) @ self.projection_


def unit_rows(X: np.ndarray) -> np.ndarray:
    """Return the rows of X brought to length one; those of no length stay zero."""
    return X / np.maximum(np.linalg.norm(X, axis=1, keepdims=True), TINY)


def ridge(A: np.ndarray, B: np.ndarray, weight: float) -> np.ndarray:
    """Return (AᵀA + weight·I)⁻¹ AᵀB."""
    return np.linalg.solve(A.T @ A + weight * np.eye(A.shape[1]), A.T @ B)
