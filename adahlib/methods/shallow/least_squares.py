"""Least squares with a ridge, in closed form: what CMFH and STMH solve in turn for one matrix after the other."""

import numpy as np


def best_basis(X: np.ndarray, V: np.ndarray, ridge: float) -> np.ndarray:
    """Return U (q, d) that minimises ‖X − V U‖² + ridge ‖U‖², for X (n, d) and V (n, q)."""
    return np.linalg.solve(V.T @ V + ridge * np.eye(V.shape[1]), V.T @ X)
