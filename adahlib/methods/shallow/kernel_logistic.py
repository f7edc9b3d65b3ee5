"""Logistic regressions on one shared design matrix, all bits at once: Newton steps by preconditioned CG."""

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

NEWTON_STEPS, CG_STEPS, HALVINGS = 50, 300, 30
TOLERANCE = 1e-10  # a bit is done when a Newton step can lower its loss by no more than this share of it
ARMIJO = 1e-4


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


class LogisticLosses:
    """What each bit minimises: Σ_i log(1 + exp(−y_i z_i)) + ½ Σ_j penalty_j w_j², z = A w.

    A Newton step solves (Aᵀ diag(p(1 − p)) A + diag(penalty)) d = −gradient for all bits together by conjugate
    gradients, preconditioned by the Cholesky factor of ¼AᵀA + diag(penalty), which bounds every bit's Hessian from
    above; steps are halved until a bit's loss falls.

    Args:
        design: A, (n, m).
        penalty: (m,), at least 0; 0 for a bias.
    """

    def __init__(self, design: np.ndarray, penalty: np.ndarray):
        self.design = design
        self.penalty = penalty[:, None]
        self.factor = cho_factor(self.design.T @ self.design / 4 + np.diag(penalty))

    def minimise(self, targets: np.ndarray, start: np.ndarray, active: np.ndarray) -> np.ndarray:
        """Return weights (m, q): Newton steps from ``start`` until every active bit is at its minimum.

        Args:
            targets: (n, q) 0/1.
            start: (m, q).
            active: positions of the bits that have a minimum; the others keep the start.
        """
        weights = start.copy()
        for _ in range(NEWTON_STEPS):
            if not len(active):
                break
            theta, t = weights[:, active], targets[:, active]
            z = self.design @ theta
            p = expit(z)
            gradient = self.design.T @ (p - t) + self.penalty * theta
            step = self.newton_direction(gradient, p * (1 - p))
            slope = np.einsum("mq,mq->q", gradient, step)
            loss = self.losses(theta, z, t)
            weights[:, active] = theta + step * self.lengths(theta, step, z, t, loss, slope)
            active = active[-slope > TOLERANCE * loss]
        return weights

    def newton_direction(self, gradient: np.ndarray, curvature: np.ndarray) -> np.ndarray:
        """Return d (m, q) with Hessian · d ≈ −gradient, the closer the smaller the gradient is already."""
        residual = -gradient
        z = cho_solve(self.factor, residual)
        direction, solution = z, np.zeros_like(residual)
        size = np.einsum("mq,mq->q", residual, z)
        enough = size * np.minimum(1e-2, size / (1 + size)) ** 2
        for _ in range(CG_STEPS):
            going = size > enough
            if not going.any():
                break
            image = self.design.T @ (curvature * (self.design @ direction)) + self.penalty * direction
            bend = np.einsum("mq,mq->q", direction, image)
            length = np.divide(size, bend, out=np.zeros_like(size), where=going & (bend > 0))
            solution += length * direction
            residual -= length * image
            z = cho_solve(self.factor, residual)
            before, size = size, np.einsum("mq,mq->q", residual, z)
            direction = z + direction * np.divide(size, before, out=np.zeros_like(size), where=before > 0)
        return solution

    def lengths(
        self,
        theta: np.ndarray,
        step: np.ndarray,
        z: np.ndarray,
        targets: np.ndarray,
        loss: np.ndarray,
        slope: np.ndarray,
    ) -> np.ndarray:
        """Return for each bit the largest of 1, ½, ¼, … that lowers its loss enough (Armijo), else 0; (q,).

        Args:
            theta, step: weights and Newton step, (m, q).
            z, targets: (n, q).
            loss, slope: loss at ``theta``, and its derivative along ``step``, (q,).
        """
        length, change = np.ones(len(loss)), self.design @ step
        for _ in range(HALVINGS):
            trial = self.losses(theta + length * step, z + length * change, targets)
            short = trial > loss + ARMIJO * length * slope + 1e-14 * loss
            if not short.any():
                return length
            length[short] /= 2
        return np.where(short, 0.0, length)

    def losses(self, theta: np.ndarray, z: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Return what each bit minimises, (q,)."""
        return np.logaddexp(0, np.where(targets, -z, z)).sum(0) + (self.penalty * theta**2).sum(0) / 2


def smoothed_prior(targets: np.ndarray) -> np.ndarray:
    """Return the share of ones of each bit (q,) of targets (n, q), at least half an item away from 0 and 1."""
    n = len(targets)
    return targets.mean(0).clip(0.5 / n, 1 - 0.5 / n)


def logit(p: np.ndarray) -> np.ndarray:
    """Return log(p / (1 − p))."""
    return np.log(p) - np.log1p(-p)
