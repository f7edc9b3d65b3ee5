"""The anchors of SePH's kernel, and distances to them."""

import warnings

import numpy as np


def choose_anchors(X: np.ndarray, count: int, kind: str, rng: np.random.Generator) -> np.ndarray:
    """Return ``count`` anchors (m, d): random rows of X, or the centres of k-means."""
    if kind == "random":
        return X[np.sort(rng.choice(len(X), count, replace=False))]
    from sklearn.cluster import KMeans  # a second to import, for an option
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer distinct items than centres: some centres coincide
        return KMeans(count, n_init=1, random_state=int(rng.integers(2**31))).fit(X).cluster_centers_


def mean_distance(X: np.ndarray, distances: np.ndarray, kind: str) -> float:
    """Return the mean squared distance of items X (n, d) to the anchors, or over all n² pairs of items.

    Args:
        X: items (n, d).
        distances: their squared distances to the anchors (n, m).
        kind: ``"anchors"`` or ``"pairs"``.
    """
    if kind == "pairs":
        return 2 * float(X.var(axis=0).sum())
    return distances.mean()


def squared_distances(X: np.ndarray, anchors: np.ndarray) -> np.ndarray:
    """Return ‖x_i − a_j‖² (n, m), never negative."""
    own, others = (np.einsum("nd,nd->n", part, part) for part in (X, anchors))
    return np.maximum(own[:, None] + others - 2 * X @ anchors.T, 0)
