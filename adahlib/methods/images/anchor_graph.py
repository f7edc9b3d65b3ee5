"""The anchor graph of BGDH: images tied to their nearest anchors, and random walks over them."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from torch import Tensor

from adahlib.methods.shallow.anchors import squared_distances

BLOCK = 4096  # images whose anchors are looked for at a time
CLUSTERING_BATCH, STARTS = 4096, 1
TINY = 1e-30  # mean squared distance below which all images count as equal


@dataclass(frozen=True)
class AnchorGraph:
    """A bipartite graph of n images and K anchors, an image tied to its s nearest anchors.

    Attributes:
        anchors: numbers of the anchors of each image, int64 (n, s), the nearest first.
        weights: Z, their weights, (n, s); rows sum to one.
        members: numbers of the images, anchor by anchor, (n·s,).
        sums: running sums of the weights in the order of ``members``, float64.
        ends: where each anchor's members end, (K + 1,), beginning with 0.
    """

    anchors: Tensor
    weights: Tensor
    members: Tensor
    sums: Tensor
    ends: Tensor

    @classmethod
    def of(cls, features: np.ndarray, anchors: int, nearest: int, seed: int) -> Self:
        """Return the graph of features (n, d), whose anchors are the centres of k-means.

        The weight of an anchor falls with its distance as a Gaussian does, whose squared width is the mean squared
        distance of an image to its nearest anchors.
        """
        centres = k_means(features, anchors, seed)
        numbers, distances = nearest_anchors(features, centres, min(nearest, len(centres)))
        weights = np.exp(-distances / (2 * np.maximum(distances.mean(), TINY)))
        return cls.from_weights(numbers, weights / weights.sum(axis=1, keepdims=True), len(centres))

    @classmethod
    def from_weights(cls, anchors: np.ndarray, weights: np.ndarray, count: int) -> Self:
        """Return the graph of each image's anchors and weights, (n, s) each, among ``count`` anchors."""
        order = np.argsort(anchors, axis=None, kind="stable")
        sums = np.cumsum(weights.ravel()[order], dtype=np.float64)
        ends = np.searchsorted(anchors.ravel()[order], np.arange(count + 1))
        parts = (anchors, weights, order // anchors.shape[1], sums, ends)
        return cls(*(torch.from_numpy(np.ascontiguousarray(part)) for part in parts))

    def to(self, device: torch.device) -> "AnchorGraph":
        """Return the graph on a device."""
        return AnchorGraph(*(part.to(device) for part in vars(self).values()))

    def walk(self, images: Tensor) -> Tensor:
        """Return for each image (b,) one that is reached by an anchor of its: both are drawn by their weights."""
        chosen = torch.multinomial(self.weights[images].float(), 1)
        anchor = self.anchors[images].gather(1, chosen)[:, 0]
        before = torch.where(self.ends[anchor] > 0, self.sums[self.ends[anchor] - 1], 0.0)
        after = self.sums[self.ends[anchor + 1] - 1]
        place = torch.rand(len(images), dtype=torch.float64, device=images.device) * (after - before) + before
        found = torch.searchsorted(self.sums, place, right=True)
        return self.members[torch.minimum(found, self.ends[anchor + 1] - 1)]


def k_means(features: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Return the centres (k, d) of mini-batch k-means, k at most the number of images."""
    from sklearn.cluster import MiniBatchKMeans  # a second to import

    count = min(count, len(features))
    clustering = MiniBatchKMeans(count, n_init=STARTS, random_state=seed, batch_size=CLUSTERING_BATCH)
    return clustering.fit(features.astype(np.float32)).cluster_centers_.astype(np.float64)


def nearest_anchors(features: np.ndarray, anchors: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return numbers and squared distances of each image's ``count`` nearest anchors, (n, count), nearest first."""
    numbers, distances = [], []
    for start in range(0, len(features), BLOCK):
        found = squared_distances(features[start : start + BLOCK].astype(np.float64), anchors)
        order = np.argsort(found, axis=1, kind="stable")[:, :count]
        numbers.append(order)
        distances.append(np.take_along_axis(found, order, axis=1))
    return np.concatenate(numbers), np.concatenate(distances)
