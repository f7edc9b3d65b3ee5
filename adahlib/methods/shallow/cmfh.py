"""CMFH (Ding, Guo and Zhou, CVPR 2014): one latent matrix that both modalities factorise into."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from adahlib.methods.options import check_range, option
from adahlib.methods.shallow.base import ShallowMethod, check_database_codes
from adahlib.methods.shallow.least_squares import best_basis
from adahlib.retrieval import BinaryCodes

Matrices = Sequence[np.ndarray]  # one for each modality, images first


@dataclass(frozen=True)
class CMFHOptions:
    """Hyperparameters of CMFH; the defaults are the paper's."""

    image_weight: float = option(0.5, "λ of the images; that of the texts is 1 − λ")
    mu: float = option(100.0, "weight of the projections P_t")
    gamma: float = option(0.01, "weight of the squared norms")
    iterations: int = option(25, "rounds, each of which updates U, V and P")
    database_codes: str = option("unified", "codes of training pairs: unified, sign(V), as published, or per-modality")

    def __post_init__(self) -> None:
        check_range("image_weight", self.image_weight, 1e-6, 1 - 1e-6)
        check_range("mu", self.mu, 1e-12)
        check_range("gamma", self.gamma, 1e-12)
        check_range("iterations", self.iterations, 1)
        check_database_codes(self.database_codes)


class CMFH(ShallowMethod):
    """CMFH (Ding, Guo and Zhou, CVPR 2014): collective matrix factorisation, one latent matrix for both modalities.

    One latent matrix V stands for both modalities t: X_t ≈ V U_t, and X_t P_t ≈ V for new items. It minimises
    Σ_t λ_t‖X_t − V U_t‖² + μ Σ_t ‖V − X_t P_t‖² + γ(Σ‖U_t‖² + ‖V‖² + Σ‖P_t‖²), with U, V and P in turn at their exact
    minimum; V starts uniform in [0, 1). Items are rows here (columns in the paper): X_t is (n, d_t), U_t (q, d_t),
    V (n, q) and P_t (d_t, q).

    Arguments and errors are those of ``ShallowMethod``.

    Example:
        >>> from adahlib.datasets import miniature_pairs
        >>> from adahlib.methods import CMFH
        >>> pairs = miniature_pairs()
        >>> vectors = pairs.images.reshape(len(pairs), -1) / 255
        >>> method = CMFH(8, iterations=5).fit(vectors, pairs.tags, pairs.labels)
        >>> method.encode_images(vectors)
        BinaryCodes(60 codes of 8 bits)
        >>> method.history_[-1]["objective"] < method.history_[0]["objective"]
        True
    """

    Options = CMFHOptions

    def learn(self, X: np.ndarray, Y: np.ndarray, L: np.ndarray) -> None:
        views = (X, Y)
        ridge = self.options.gamma / self.options.mu
        factors = [cho_factor(view.T @ view + ridge * np.eye(view.shape[1])) for view in views]
        V = np.random.default_rng(self.seed).random((len(X), self.bits))
        P = [cho_solve(factor, view.T @ V) for factor, view in zip(factors, views, strict=True)]
        for _ in self.iterations(self.options.iterations):
            U = [best_basis(view, V, self.options.gamma / w) for view, w in zip(views, self.weights, strict=True)]
            V = self.best_latent(views, U, P)
            P = [cho_solve(factor, view.T @ V) for factor, view in zip(factors, views, strict=True)]
            self.history_.append({"objective": self.objective(views, U, V, P)})
        self.image_projection_, self.text_projection_ = P
        self.training_codes_ = BinaryCodes.from_signs(V)

    @property
    def weights(self) -> tuple[float, float]:
        """λ of the images and of the texts."""
        return self.options.image_weight, 1 - self.options.image_weight

    def best_latent(self, views: Matrices, U: Matrices, P: Matrices) -> np.ndarray:
        """Return V (n, q) that minimises the objective with U and P fixed."""
        mu, gamma, q = self.options.mu, self.options.gamma, len(U[0])
        system = (len(views) * mu + gamma) * np.eye(q)
        system = system + sum(w * u @ u.T for w, u in zip(self.weights, U, strict=True))
        target = sum(X @ (w * u.T + mu * p) for X, w, u, p in zip(views, self.weights, U, P, strict=True))
        return np.linalg.solve(system, target.T).T

    def objective(self, views: Matrices, U: Matrices, V: np.ndarray, P: Matrices) -> float:
        """Return the value that is minimised; ‖X − V U‖² is multiplied out, so that nothing of X's size is formed."""
        total = self.options.gamma * sum(np.sum(matrix**2) for matrix in (V, *U, *P))
        for X, w, u, p in zip(views, self.weights, U, P, strict=True):
            total += w * (np.vdot(X, X) - 2 * np.vdot(V.T @ X, u) + np.vdot(V.T @ V, u @ u.T))
            total += self.options.mu * np.sum((V - X @ p) ** 2)
        return float(total)
