"""CNNH's first stage: codes H ∈ {−1, 1} whose inner products say which images are similar.

min over H ∈ [−1, 1]^(n×q) of ‖HHᵀ − qS‖², one entry at a time by a Newton step that stays inside, then signs.
"""

import numpy as np
from numba import njit

from adahlib.errors import AdahError

BLOCK = 1024  # rows of S that are floats at a time


def pairwise_codes(
    similar: np.ndarray, bits: int, generator: np.random.Generator, sweeps: int = 10
) -> tuple[np.ndarray, list[float]]:
    """Return codes H (n, bits) int8 of −1 and 1, and the objective ‖HHᵀ − qS‖²/n² at the start and after each sweep.

    A sweep visits all entries in random order; one that does not lower the objective is taken back and is the last.

    Args:
        similar: S (n, n), −1 or 1, symmetric, 1 on the diagonal.
        bits: q.
        generator: of the start and of the order.
        sweeps: at most so many.

    Raises:
        AdahError: S is not square, or the diagonal is not 1.
    """
    if similar.ndim != 2 or similar.shape[0] != similar.shape[1] or not (np.diag(similar) == 1).all():
        raise AdahError(f"similar has shape {similar.shape}; give S (n, n) of −1 and 1, with 1 on its diagonal.")
    S, n = np.ascontiguousarray(similar, dtype=np.int8), len(similar)
    H = generator.uniform(-1, 1, (n, bits))
    blocks = (S[start : start + BLOCK].astype(np.float64) for start in range(0, n, BLOCK))
    G, P = H.T @ H, np.concatenate([block @ H for block in blocks])
    losses = [objective(H, G, P)]
    for _ in range(sweeps):
        before = H.copy(), G.copy(), P.copy()
        newton_sweep(H, G, P, S, generator.permutation(n * bits))
        losses.append(objective(H, G, P))
        if losses[-1] >= losses[-2]:
            H, G, P = before
            losses.pop()
            break
    return np.where(H >= 0, 1, -1).astype(np.int8), losses


def objective(H: np.ndarray, G: np.ndarray, P: np.ndarray) -> float:
    """Return ‖HHᵀ − qS‖²/n² from G = HᵀH and P = SH, without the n × n matrix."""
    n, q = H.shape
    return float((np.square(G).sum() - 2 * q * (H * P).sum()) / n**2 + q**2)


@njit(cache=True)
def newton_sweep(H: np.ndarray, G: np.ndarray, P: np.ndarray, S: np.ndarray, order: np.ndarray) -> None:
    """Move every entry of H once, in this order, and keep G = HᵀH and P = SH up to date.

    With L = HHᵀ − qS the slope is 4 L_i·H_·j and the curvature 4 (H_·jᵀH_·j + H_ij² + L_ii).
    """
    n, q = H.shape
    for place in order:
        i, j = place // q, place % q
        slope, own = -q * P[i, j], 0.0
        for k in range(q):
            slope += H[i, k] * G[k, j]
            own += H[i, k] * H[i, k]
        curvature = G[j, j] + H[i, j] * H[i, j] + own - q
        # where the curve bends down no Newton step leads to a minimum: the entry goes to the end that is downhill
        if curvature > 0:
            step = min(max(-slope / curvature, -1 - H[i, j]), 1 - H[i, j])
        else:
            step = (-1 if slope > 0 else 1) - H[i, j]
        for k in range(q):
            if k != j:
                G[j, k] += step * H[i, k]
                G[k, j] = G[j, k]
        G[j, j] += 2 * step * H[i, j] + step * step
        H[i, j] += step
        for other in range(n):
            P[other, j] += step * S[other, i]
