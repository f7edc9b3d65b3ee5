"""SePH's second half: in one modality, the bits of items from their distances to anchors."""

import warnings

import numpy as np

from adahlib.methods.shallow.kernel_logistic import BatchedLogistic, KernelLogistic
from adahlib.methods.shallow.seph_options import SePHOptions


class KernelClassifier:
    """Kernel logistic regression of all bits on the distances to anchors.

    Attributes:
        anchors: (m, d), no more than there are items.
        sigma: mean squared distance of the items to them, or between all items.
        prior: share of ones of each bit, (bits,).
    """

    def __init__(self, X: np.ndarray, bits: np.ndarray, options: SePHOptions, rng: np.random.Generator):
        self.anchors = choose_anchors(X, min(options.anchor_count, len(X)), options.anchors, rng)
        distances = squared_distances(X, self.anchors)
        width = mean_distance(X, distances, options.width)
        self.sigma = max(width, np.finfo(float).tiny)  # zero where all items are one point
        self.regression = self.regress(np.exp(-distances / self.sigma), bits, options)
        self.prior = self.regression.prior

    def regress(self, K: np.ndarray, bits: np.ndarray, options: SePHOptions) -> BatchedLogistic | KernelLogistic:
        """Return the regressions of bits (n, q) on the kernel K (n, m) of the items with the anchors."""
        if options.penalty == "kernel":
            among_anchors = np.exp(-squared_distances(self.anchors, self.anchors) / self.sigma)
            return KernelLogistic(K, among_anchors, bits, options.ridge)
        return BatchedLogistic(K, bits, options.ridge)

    def logits(self, X: np.ndarray) -> np.ndarray:
        """Return log-odds (n, bits) of items (n, d)."""
        return self.regression.logits(np.exp(-squared_distances(X, self.anchors) / self.sigma))


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
