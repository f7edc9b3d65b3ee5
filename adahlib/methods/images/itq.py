"""ITQ (Gong and Lazebnik, CVPR 2011): principal directions, turned so that signs lose least."""

from dataclasses import dataclass

import numpy as np

from adahlib.methods.images.principal import principal_directions
from adahlib.methods.images.vectors import VectorHashing
from adahlib.methods.options import check_range, option


@dataclass(frozen=True)
class ITQOptions:
    """Hyperparameters of ITQ."""

    iterations: int = option(50, "number of alternations between codes and rotation")

    def __post_init__(self) -> None:
        check_range("iterations", self.iterations, 0)


class ITQ(VectorHashing):
    """ITQ (Gong and Lazebnik, CVPR 2011): iterative quantisation, a rotation that moves principal components to codes.

    It minimises ‖B − V R‖² over codes B and rotations R, with V the principal components. Given R the best codes are
    the signs of V R; given B the best rotation is the solution of Procrustes' problem, R = W Uᵀ with the singular
    vectors of Bᵀ V = U Σ Wᵀ. So the loss never rises.

    Arguments and errors are those of ``ImageHashingMethod``; ``fit`` also raises AdahError for more bits than the
    smaller of n and d, as there are no more principal directions.

    Attributes:
        projection_: principal directions times rotation, (d, bits).
        history_: ``{"loss": ‖B − V R‖² / n}`` of each iteration, with the codes that the rotation was found for.

    Example:
        >>> from adahlib.datasets import miniature_pairs
        >>> from adahlib.methods.images import ITQ
        >>> pairs = miniature_pairs()
        >>> vectors = pairs.images.reshape(len(pairs), -1) / 255
        >>> method = ITQ(8).fit(vectors, pairs.labels)
        >>> method.encode(vectors), len(method.history_)
        (BinaryCodes(60 codes of 8 bits), 50)
    """

    Options = ITQOptions
    parts = ("projection_",)

    def learn(self, X: np.ndarray, L: np.ndarray) -> None:
        directions = principal_directions(X, self.bits)
        V = X @ directions
        R = random_rotation(self.bits, np.random.default_rng(self.seed))
        for _ in self.iterations(self.options.iterations):
            B = np.where(V @ R >= 0, 1.0, -1.0)
            R = best_rotation(V, B)
            self.history_.append({"loss": float(np.square(B - V @ R).sum() / len(V))})
        self.projection_ = directions @ R

    def project(self, X: np.ndarray) -> np.ndarray:
        """Return the turned principal components."""
        return X @ self.projection_


def random_rotation(size: int, generator: np.random.Generator) -> np.ndarray:
    """Return a random orthogonal matrix (size, size)."""
    Q, R = np.linalg.qr(generator.normal(size=(size, size)))
    return Q * np.where(np.diag(R) < 0, -1.0, 1.0)


def best_rotation(V: np.ndarray, B: np.ndarray) -> np.ndarray:
    """Return the orthogonal R (q, q) that minimises ‖B − V R‖² for V and B (n, q): Procrustes' problem."""
    U, _, Wt = np.linalg.svd(B.T @ V)
    return Wt.T @ U.T
