"""Second moments and their Cholesky factors: what CCA and SCM are solved with."""

import numpy as np
from scipy.linalg import cholesky, solve_triangular


class Whitening:
    """The Cholesky factor of (XᵀX)/n + ridge·I: takes correlations between features to an orthonormal basis and back.

    Args:
        X: centred features (n, d).
        ridge: added to the diagonal; keeps columns without variance, and more columns than rows, solvable.
    """

    def __init__(self, X: np.ndarray, ridge: float):
        covariance = X.T @ X / len(X)
        covariance[np.diag_indices_from(covariance)] += ridge
        self.factor = cholesky(covariance, lower=True, overwrite_a=True)

    def whiten(self, moments: np.ndarray) -> np.ndarray:
        """Return K⁻¹ moments for moments (d, …), where covariance + ridge = K Kᵀ."""
        return solve_triangular(self.factor, moments, lower=True)

    def directions(self, basis: np.ndarray) -> np.ndarray:
        """Return K⁻ᵀ basis for basis (d, q): projection vectors w with wᵀ(covariance + ridge)w = 1."""
        return solve_triangular(self.factor, basis, lower=True, trans="T")


def whitened(C: np.ndarray, images: Whitening, texts: Whitening) -> np.ndarray:
    """Return K_x⁻¹ C K_y⁻ᵀ for C (d_x, d_y); its singular vectors solve the generalised eigenvalue problem of C."""
    return texts.whiten(images.whiten(C).T).T


def fixed_signs(vectors: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return singular vectors (d_x, q) and (d_y, q) turned so that the largest entry of each first one is positive."""
    largest = np.take_along_axis(vectors, np.abs(vectors).argmax(0)[None], axis=0)
    signs = np.where(largest < 0, -1.0, 1.0)
    return vectors * signs, others * signs
