"""Principal directions of many vectors, without a second copy of them."""

import numpy as np

from adahlib.errors import AdahError
from adahlib.methods.images.base import BLOCK


def principal_directions(X: np.ndarray, count: int) -> np.ndarray:
    """Return the eigenvectors of XᵀX of the largest eigenvalues, (d, count), float64, the largest first.

    X is taken as it is: centred vectors give principal component analysis. The largest entry of each direction is
    positive, so that the result does not depend on the library that computes it.

    Args:
        X: vectors (n, d).
        count: number of directions, at most the smaller of n and d.

    Raises:
        AdahError: more directions than the vectors have.
    """
    if count > min(X.shape):
        raise AdahError(
            f"{count} bits need {count} principal directions, and {len(X)} images of {X.shape[1]} features have at "
            f"most {min(X.shape)}; give fewer bits."
        )
    scatter = np.zeros((X.shape[1], X.shape[1]))
    for start in range(0, len(X), BLOCK):
        block = X[start : start + BLOCK].astype(np.float64)
        scatter += block.T @ block
    vectors = np.linalg.eigh(scatter)[1][:, ::-1][:, :count]
    largest = vectors[np.abs(vectors).argmax(axis=0), np.arange(count)]
    return vectors * np.where(largest < 0, -1.0, 1.0)
