"""LSH (Charikar, 2002): signs of random projections, which keep angles."""

from dataclasses import dataclass

import numpy as np

from adahlib.methods.images.vectors import VectorHashing


@dataclass(frozen=True)
class LSHOptions:
    """LSH has no hyperparameters."""


class LSH(VectorHashing):
    """LSH (Charikar, STOC 2002): locality-sensitive hashing, the signs of random projections.

    A code is b = [(x − mean) W ≥ 0] with W ~ N(0, 1), (d, bits). Two vectors at an angle θ differ in a bit with
    probability θ/π. Nothing but the mean is learned, so that codes of other seeds differ.

    Arguments and errors are those of ``ImageHashingMethod``.

    Example:
        >>> import numpy as np
        >>> from adahlib.methods.images import LSH
        >>> vectors = np.random.default_rng(0).normal(size=(100, 8))
        >>> LSH(12).fit(vectors, np.zeros((100, 2))).encode(vectors)
        BinaryCodes(100 codes of 12 bits)
    """

    Options = LSHOptions
    parts = ("projection_",)

    def learn(self, X: np.ndarray, L: np.ndarray) -> None:
        self.projection_ = np.random.default_rng(self.seed).normal(size=(X.shape[1], self.bits))

    def project(self, X: np.ndarray) -> np.ndarray:
        """Return X W."""
        return X @ self.projection_
