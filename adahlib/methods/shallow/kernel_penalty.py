"""Kernel logistic regressions that penalise the norm of the function in the kernel's own space."""

import numpy as np
from scipy.linalg import eigh

from adahlib.methods.shallow.kernel_logistic import LogisticLosses, smoothed_prior


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
