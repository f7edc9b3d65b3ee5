"""CMFH (Ding, Guo and Zhou, CVPR 2014): one latent matrix that both modalities factorise into."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from adahlib.methods.options import check_range, option
from adahlib.methods.shallow import ShallowMethod, check_database_codes
from adahlib.retrieval import BinaryCodes


@dataclass(frozen=True)
class CMFHOptions:
    """Hyperparameters of CMFH; the defaults are the paper's."""

    image_weight: float = option(0.5, "λ of the images; the texts' is 1 − λ")
    mu: float = option(100.0, "weight of the projections P_t")
    gamma: float = option(0.01, "weight of the squared norms")
    iterations: int = option(25, "rounds of U, V, P")
    database_codes: str = option("unified", "training pairs keep sign(V): unified, as published; or per-modality")

    def __post_init__(self):
        check_range("image_weight", self.image_weight, 1e-6, 1 - 1e-6)
        check_range("mu", self.mu, 1e-12)
        check_range("gamma", self.gamma, 1e-12)
        check_range("iterations", self.iterations, 1)
        check_database_codes(self.database_codes)


class CMFH(ShallowMethod):
    """Collective matrix factorisation: Xᵗ ≈ U_t V with one V for both modalities, and P_t Xᵗ ≈ V for new items.

    min Σ_t λ_t‖X_t − U_t V‖² + μ Σ_t ‖V − P_t X_t‖² + γ(Σ‖U_t‖² + ‖V‖² + Σ‖P_t‖²), each of U, V, P in turn at its
    exact minimum; V starts uniform in [0, 1). Items are rows here, so U_t is (q, d_t), V (n, q) and P_t (d_t, q).
    """

    Options = CMFHOptions

    def learn(self, X: np.ndarray, Y: np.ndarray, L: np.ndarray) -> None:
        weight = self.options.image_weight
        views, weights = (X, Y), (weight, 1 - weight)
        ridge = self.options.gamma / self.options.mu
        factors = [cho_factor(view.T @ view + ridge * np.eye(view.shape[1])) for view in views]
        V = np.random.default_rng(self.seed).random((len(X), self.bits))
        P = [cho_solve(factor, view.T @ V) for factor, view in zip(factors, views, strict=True)]
        for _ in self.iterations(self.options.iterations):
            U = [best_basis(view, V, self.options.gamma / w) for view, w in zip(views, weights, strict=True)]
            V = best_latent(views, weights, U, P, self.options.mu, self.options.gamma)
            P = [cho_solve(factor, view.T @ V) for factor, view in zip(factors, views, strict=True)]
            self.history_.append({"objective": objective(views, weights, U, V, P, self.options)})
        self.image_projection, self.text_projection = P
        self.training_codes_ = BinaryCodes.from_signs(V)


def best_basis(X: np.ndarray, V: np.ndarray, ridge: float) -> np.ndarray:
    """Return U (q, d) that minimises ‖X − V U‖² + ridge ‖U‖²."""
    return np.linalg.solve(V.T @ V + ridge * np.eye(V.shape[1]), V.T @ X)


def best_latent(views, weights, U, P, mu: float, gamma: float) -> np.ndarray:
    """Return V (n, q) that minimises the objective with U and P fixed."""
    system = (len(views) * mu + gamma) * np.eye(len(U[0])) + sum(w * u @ u.T for w, u in zip(weights, U, strict=True))
    target = sum(X @ (w * u.T + mu * p) for X, w, u, p in zip(views, weights, U, P, strict=True))
    return np.linalg.solve(system, target.T).T


def objective(views, weights, U, V: np.ndarray, P, options: CMFHOptions) -> float:
    """Return the value that is minimised; ‖X − V U‖² is multiplied out, so that nothing of X's size is formed."""
    total = options.gamma * sum(np.sum(matrix**2) for matrix in (V, *U, *P))
    for X, w, u, p in zip(views, weights, U, P, strict=True):
        total += w * (np.vdot(X, X) - 2 * np.vdot(V.T @ X, u) + np.vdot(V.T @ V, u @ u.T))
        total += options.mu * np.sum((V - X @ p) ** 2)
    return float(total)
