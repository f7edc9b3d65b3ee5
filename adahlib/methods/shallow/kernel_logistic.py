"""Logistic regressions of many bits on one kernel, with one of two penalties."""

import numpy as np
from scipy.linalg import eigh

from adahlib.methods.shallow.logistic_losses import LogisticLosses


class BatchedLogistic:
    """q logistic regressions on the columns of one K (n, m), with a bias: min Σ_i log(1 + exp(−y_i z_i)) + ridge ‖w‖².

    z = K w + b; no ridge on the bias. A bit that is the same in all items has no finite bias: it gets zero weights and
    the logit of the smoothed ``prior``.

    Args:
        K: (n, m).
        targets: (n, q) 0/1.
        ridge: > 0.

    Attributes:
        weights: (m + 1, q), the biases last.
        prior: share of ones of each bit, (q,), kept at least half an item away from 0 and 1.
    """

    def __init__(self, K: np.ndarray, targets: np.ndarray, ridge: float):
        n, m = K.shape
        self.prior = smoothed_prior(targets)
        start = np.zeros((m + 1, targets.shape[1]))
        start[-1] = logit(self.prior)
        losses = LogisticLosses(np.hstack([K, np.ones((n, 1))]), np.append(np.full(m, 2 * ridge), 0.0))
        active = np.flatnonzero(targets.any(0) & ~targets.all(0))
        self.weights = losses.minimise(targets, start, active)

    def logits(self, K: np.ndarray) -> np.ndarray:
        """Return z (n, q) of new rows K (n, m)."""
        return K @ self.weights[:-1] + self.weights[-1]


class KernelLogistic:
    """q kernel logistic regressions without a bias: min Σ_i log(1 + exp(−y_i z_i)) + ridge wᵀK₀w, z = K w.

    K₀ is the kernel of the m anchors with themselves, so that wᵀK₀w is the squared norm of the function x ↦ z(x) in the
    kernel's own space. With K₀ = U diag(s) Uᵀ and w = U diag(s)^−½ v it is ‖v‖², and the regressions are ordinary ones
    on K U diag(s)^−½. Directions whose s is zero to rounding are left out: functions along them are zero everywhere.

    Args:
        K: (n, m).
        anchors: K₀, (m, m), positive semidefinite.
        targets: (n, q) 0/1.
        ridge: > 0.

    Attributes:
        weights: (m, q).
        prior: share of ones of each bit, (q,), kept at least half an item away from 0 and 1.
    """

    def __init__(self, K: np.ndarray, anchors: np.ndarray, targets: np.ndarray, ridge: float):
        self.prior = smoothed_prior(targets)
        sizes, directions = eigh(anchors)
        kept = sizes > len(sizes) * np.finfo(float).eps * sizes[-1]
        basis = directions[:, kept] / np.sqrt(sizes[kept])
        count, q = basis.shape[1], targets.shape[1]
        losses = LogisticLosses(K @ basis, np.full(count, 2 * ridge))
        self.weights = basis @ losses.minimise(targets, np.zeros((count, q)), np.arange(q))

    def logits(self, K: np.ndarray) -> np.ndarray:
        """Return z (n, q) of new rows K (n, m)."""
        return K @ self.weights


def smoothed_prior(targets: np.ndarray) -> np.ndarray:
    """Return the share of ones of each bit (q,) of targets (n, q), at least half an item away from 0 and 1."""
    n = len(targets)
    return targets.mean(0).clip(0.5 / n, 1 - 0.5 / n)


def logit(p: np.ndarray) -> np.ndarray:
    """Return log(p / (1 − p))."""
    return np.log(p) - np.log1p(-p)
