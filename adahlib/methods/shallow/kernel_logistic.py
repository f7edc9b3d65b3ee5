"""Logistic regressions on one shared design matrix, all bits at once: Newton steps by preconditioned CG."""

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

NEWTON_STEPS, CG_STEPS, HALVINGS = 50, 300, 30
TOLERANCE = 1e-10  # a bit is done when a Newton step can lower its loss by no more than this share of it
ARMIJO = 1e-4


class BatchedLogistic:
    """q logistic regressions on the columns of one K (n, m), at the minimum of :class:`LogisticLosses`.

    A bit that is the same in all items has no finite bias: it gets zero weights and the logit of the smoothed
    ``prior``.

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
        self.prior = targets.mean(0).clip(0.5 / n, 1 - 0.5 / n)
        start = np.zeros((m + 1, targets.shape[1]))
        start[-1] = logit(self.prior)
        self.weights = LogisticLosses(K, ridge).minimise(targets, start)

    def logits(self, K: np.ndarray) -> np.ndarray:
        """Return z (n, q) of new rows K (n, m)."""
        return K @ self.weights[:-1] + self.weights[-1]


class LogisticLosses:
    """What each bit minimises: Σ_i log(1 + exp(−y_i z_i)) + ridge ‖w‖², z = K w + b; no ridge on the bias.

    With A the design matrix [K 1], a Newton step solves (Aᵀ diag(p(1 − p)) A + 2 ridge I) d = −gradient for all bits
    together by conjugate gradients, preconditioned by the Cholesky factor of ¼AᵀA + 2 ridge I, which bounds every
    bit's Hessian from above; steps are halved until a bit's loss falls.

    Args:
        K: (n, m).
        ridge: > 0.
    """

    def __init__(self, K: np.ndarray, ridge: float):
        n, m = K.shape
        self.design = np.hstack([K, np.ones((n, 1))])
        self.penalty = np.append(np.full(m, 2 * ridge), 0.0)[:, None]
        self.factor = cho_factor(self.design.T @ self.design / 4 + np.diag(self.penalty[:, 0]))

    def minimise(self, targets: np.ndarray, start: np.ndarray) -> np.ndarray:
        """Return weights (m + 1, q), biases last: Newton steps from ``start`` until every bit is at its minimum.

        Bits that are the same in all items, targets (n, q), keep the start.
        """
        weights = start.copy()
        active = np.flatnonzero(targets.any(0) & ~targets.all(0))
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
        """Return d (m + 1, q) with Hessian · d ≈ −gradient, the closer the smaller the gradient is already."""
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
            theta, step: weights and Newton step, (m + 1, q).
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


def logit(p: np.ndarray) -> np.ndarray:
    """Return log(p / (1 − p))."""
    return np.log(p) - np.log1p(-p)
