"""Spectral hashing (Weiss, Torralba and Fergus, NIPS 2008): sines along principal directions."""

from dataclasses import dataclass

import numpy as np

from adahlib.errors import AdahError
from adahlib.methods.images.principal import principal_directions
from adahlib.methods.images.vectors import VectorHashing


@dataclass(frozen=True)
class SHOptions:
    """Spectral hashing has no hyperparameters."""


class SH(VectorHashing):
    """SH (Weiss, Torralba and Fergus, NIPS 2008): spectral hashing, as its authors' program computes it.

    Along each principal direction the data is taken to be uniform between its smallest and its largest value. The
    eigenfunctions of the graph Laplacian are then sin(π/2 + kπ (v − min)/range), and those with the smallest
    eigenvalues, (kπ/range)², are the bits: long directions have several, short ones none.

    Arguments and errors are those of ``ImageHashingMethod``; ``fit`` also raises AdahError where all images have the
    same features.

    Attributes:
        directions_: principal directions, (d, p) with p = min(bits, n, d).
        low_, range_: smallest value and range along each, (p,).
        modes_: k of each bit and direction, (bits, p): one direction a bit.

    Example:
        >>> from adahlib.datasets import miniature_pairs
        >>> from adahlib.methods.images import SH
        >>> pairs = miniature_pairs()
        >>> vectors = pairs.images.reshape(len(pairs), -1) / 255
        >>> method = SH(8).fit(vectors, pairs.labels)
        >>> method.encode(vectors), method.modes_.shape
        (BinaryCodes(60 codes of 8 bits), (8, 8))
    """

    Options = SHOptions
    parts = ("directions_", "low_", "range_", "modes_")

    def learn(self, X: np.ndarray, L: np.ndarray) -> None:
        self.directions_ = principal_directions(X, min(self.bits, *X.shape))
        values = X @ self.directions_
        self.low_, self.range_ = values.min(axis=0), np.ptp(values, axis=0)
        if not self.range_.any():
            raise AdahError("all images have the same features; spectral hashing needs some that differ.")
        self.modes_ = smallest_modes(self.range_, self.bits)

    def project(self, X: np.ndarray) -> np.ndarray:
        """Return the eigenfunctions of the bits; a bit's other directions have k = 0, whose factor is 1."""
        scaled = np.pi * (X @ self.directions_ - self.low_) / np.where(self.range_ > 0, self.range_, 1)
        return np.stack([np.sin(np.pi / 2 + scaled * mode).prod(axis=1) for mode in self.modes_], axis=1)


def smallest_modes(ranges: np.ndarray, bits: int) -> np.ndarray:
    """Return k along each direction for the ``bits`` eigenfunctions of the smallest eigenvalues, (bits, p).

    The constant function is left out. The highest k along a direction grows with its range, at most to ``bits``.

    Args:
        ranges: of the values along each direction, (p,).
        bits: code length.
    """
    highest = np.ceil((bits + 1) * ranges / ranges.max()).astype(int)
    candidates = [(place, k) for place, count in enumerate(highest) for k in range(1, count)]
    eigenvalues = [(k * np.pi / ranges[place]) ** 2 for place, k in candidates]
    modes = np.zeros((bits, len(ranges)), dtype=int)
    for bit, chosen in enumerate(np.argsort(eigenvalues, kind="stable")[:bits]):
        place, k = candidates[chosen]
        modes[bit, place] = k
    return modes
