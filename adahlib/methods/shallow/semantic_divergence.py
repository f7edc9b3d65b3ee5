"""SePH's first half: real codes H whose Student-t affinities follow the labels' cosines, without an n × n matrix."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import DTypeLike

from adahlib.errors import AdahError

BLOCK = 1024  # rows of the n × n affinities at a time


class SemanticDivergence:
    """KL(P‖Q) + α‖|H| − 1‖²_F over the ordered pairs of n different items, and its gradient.

    P_ij ∝ cosine of the 0/1 label rows, Q_ij ∝ (1 + ¼‖h_i − h_j‖²)⁻¹, both with zero diagonal and sum 1. Both are
    formed block by block, so that memory grows with n and not with n².

    Args:
        L: labels (n, c) 0/1; a row without a label has P_ij = 0.
        alpha: weight of the distance from −1 and +1.
        dtype: of the blocks.

    Raises:
        AdahError: no two items share a label.
    """

    def __init__(self, L: np.ndarray, alpha: float, dtype: DTypeLike = np.float32):
        if not (L.sum(0) > 1).any():
            raise AdahError("no two training pairs share a label; SePH learns from shared labels.")
        lengths = np.sqrt(L.sum(1, keepdims=True))
        unit = L / np.maximum(lengths, 1)
        total = np.sum(unit.sum(0) ** 2) - np.count_nonzero(lengths)
        self.alpha = alpha
        self.unit = (unit / np.sqrt(total)).astype(dtype)
        self.negative_entropy = sum(self.block_entropy(rows) for rows in self.blocks())

    def blocks(self) -> list[slice]:
        """Return the slices of rows that are worked on together."""
        return [slice(start, start + BLOCK) for start in range(0, len(self.unit), BLOCK)]

    def probabilities(self, rows: slice) -> np.ndarray:
        """Return P (b, n) of some rows."""
        return without_diagonal(self.unit[rows] @ self.unit.T, rows)

    def block_entropy(self, rows: slice) -> float:
        """Return the sum of P log P over some rows."""
        P = self.probabilities(rows)
        return float(np.sum(P * np.log(P, where=P > 0, out=np.zeros_like(P)), dtype=np.float64))

    def value_and_gradient(self, H: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the objective at H (n, q) and its gradient (n, q), in the type of H.

        With W_ij = (1 + ¼‖h_i − h_j‖²)⁻¹ and Z its sum, dKL/dh_i = Σ_j (P_ij − W_ij/Z) W_ij (h_i − h_j).
        """
        one = np.ones((len(H), 1), H.dtype)
        quarter = np.einsum("nq,nq->n", H, H)[:, None] / 4
        left, right = np.hstack([-H / 2, 1 + quarter, one]), np.hstack([H, one, quarter])  # left·right = 1 + ¼d²
        extended = np.hstack([H, one])
        attraction, repulsion = np.empty_like(extended), np.empty_like(extended)
        cross, Z = self.negative_entropy, 0.0
        for rows in self.blocks():
            W, P = left[rows] @ right.T, self.probabilities(rows)
            cross += float(np.vdot(P, np.log(W)))
            np.reciprocal(W, out=W)
            without_diagonal(W, rows)
            Z += float(W.sum(dtype=np.float64))
            P *= W
            W *= W
            attraction[rows], repulsion[rows] = P @ extended, W @ extended
        force = attraction - repulsion / H.dtype.type(Z)
        gradient = force[:, -1:] * H - force[:, :-1]
        away = H - np.where(H >= 0, 1, -1).astype(H.dtype)  # |h| − 1, with the sign of h
        value = cross + float(np.log(Z)) + self.alpha * float(np.vdot(away, away))
        return value, gradient + H.dtype.type(2 * self.alpha) * away

    def minimise(
        self, H: np.ndarray, iterations: Iterable[object], momentum: float, step: float
    ) -> tuple[np.ndarray, list[float]]:
        """Minimise by gradient descent with momentum and a gain for each entry, as in t-SNE; columns keep mean zero.

        A gain grows by .2 where gradient and velocity disagree in sign, else shrinks to .8 of itself, at least .01.

        Args:
            H: start (n, q).
            iterations: an iterable with one item for each iteration.
            momentum: part of the velocity that is kept.
            step: learning rate.

        Returns:
            The best H of all iterations and the list of objectives.
        """
        velocity, gains = np.zeros_like(H), np.ones_like(H)
        best, history = (np.inf, H), []
        for _ in iterations:
            value, gradient = self.value_and_gradient(H)
            history.append(value)
            if value < best[0]:
                best = (value, H)
            opposed = (gradient > 0) != (velocity > 0)
            gains = np.maximum(np.where(opposed, gains + 0.2, gains * 0.8), 0.01).astype(H.dtype)
            velocity = momentum * velocity - step * gains * gradient
            H = H + velocity
            H -= H.mean(0)
        return best[1], history


def without_diagonal(block: np.ndarray, rows: slice) -> np.ndarray:
    """Set an item's affinity to itself to zero, in rows of an n × n matrix; returns the block."""
    index = np.arange(len(block))
    block[index, rows.start + index] = 0
    return block
