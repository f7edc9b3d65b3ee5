"""SSDH (Zhang and Peng, TCSVT 2017): a ranking loss for labelled images, neighbours and pseudo-labels for all."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from adahlib.losses.distances import pairwise_distance
from adahlib.losses.masked_triplet import masked_triplet_loss, same_class
from adahlib.methods.images.deep import DeepImageHashing, HeadOptions, hidden_option, margin_option
from adahlib.methods.images.items import Items, drawn, one_of
from adahlib.methods.images.triplets import check_ranking
from adahlib.methods.options import check_range, option
from adahlib.models.class_gan import class_loss
from adahlib.training import descend


@dataclass(frozen=True)
class SSDHOptions(HeadOptions):
    """Hyperparameters of SSDH; weights, margins and neighbours are those of its authors' program.

    There the ranking loss is half the mean over one random positive and negative of each image; here it is the mean
    over all violating triplets of a batch, without the half, so that the other losses weigh less beside it.
    """

    hidden: int = hidden_option()
    margin: float = margin_option()
    graph_weight: float = option(0.1, "weight of the loss on neighbours")
    pseudo_weight: float = option(0.1, "weight of the loss on predicted classes")
    graph_margin: float = option(3.0, "margin of both, in distance; 12 bits have 2.5 in the authors' program")
    neighbours: int = option(8, "nearest images of a batch that are neighbours")
    strangers: float = option(0.1, "share of a batch, the farthest images, that are no neighbours")

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("graph_weight", "pseudo_weight", "graph_margin"):
            check_range(name, getattr(self, name), 0)
        check_range("neighbours", self.neighbours, 1)
        check_range("strangers", self.strangers, 0, 1)


class SSDH(DeepImageHashing):
    """SSDH (Zhang and Peng, TCSVT 2017): semi-supervised deep hashing, with half of each batch unlabelled.

    One network has a hash layer and a classifier. Its losses: the triplet ranking loss of the labelled images; for
    every image ½[d²(a, p) + max(0, m − d(a, n))²] with a neighbour p and a far image n of the batch, by the distance of
    their features; the same for every unlabelled image with an image p of its predicted class and an image n of its
    least likely class; and the cross-entropy of the labelled images' classes. Neighbours are found by the frozen
    features here, also where the network is trained: the authors' program takes the hash outputs, its paper speaks of
    deep features.

    Arguments, attributes and errors are those of ``DeepImageHashing``.

    Example:
        >>> from adahlib.datasets import miniature_pairs
        >>> from adahlib.methods.images import SSDH
        >>> pairs = miniature_pairs()
        >>> vectors, labels = pairs.images.reshape(len(pairs), -1) / 255, pairs.labels.copy()
        >>> labels[40:] = 0  # images without a label
        >>> SSDH(8, epochs=1, hidden=16).fit(vectors, labels).encode(vectors)
        BinaryCodes(60 codes of 8 bits)
    """

    Options = SSDHOptions

    def reads_features(self) -> bool:
        """Return True: neighbours are found by them."""
        return True

    def make_network(self, items: Items) -> nn.Module:
        """Return the network with a classifier on what the last layer sees."""
        network = super().make_network(items)
        network["classes"] = nn.Linear(network["hash"].width, items.labels.shape[1])
        return network

    def check_triplets(self, labels: np.ndarray, names: Sequence[str] | None = None) -> None:
        """Raise AdahError unless there is a triplet to rank."""
        check_ranking(labels, names)

    def step(
        self, items: Items, optimizers: list[torch.optim.Optimizer], batch: Tensor, epoch: int, number: int
    ) -> dict[str, Tensor]:
        labelled = items.labelled[batch]
        positions = torch.cat([labelled, drawn(items.unlabelled, len(batch))])
        head = self.network["hash"]
        scaled = head.scale(self.features(items.inputs(positions)))
        near = head.scale(items.features(positions)) if self.options.fine_tune else scaled
        hidden = head.hidden(scaled)
        codes, logits = torch.sigmoid(head.output(hidden)), self.network["classes"](hidden)
        labels, count = items.labels[labelled], len(labelled)
        losses = {
            "ranking": self.ranking(codes[:count], labels),
            "classes": class_loss(logits[:count], labels),
            "graph": self.graph(codes, near),
            "pseudo": self.pseudo(codes, logits.detach(), labels),
        }
        weights = {"graph": self.options.graph_weight, "pseudo": self.options.pseudo_weight}
        descend(optimizers[0], sum(weights.get(name, 1.0) * loss for name, loss in losses.items()))
        return {name: loss.detach() for name, loss in losses.items()}

    def ranking(self, codes: Tensor, labels: Tensor) -> Tensor:
        """Return the triplet ranking loss of the labelled images."""
        same = same_class(labels, labels)
        return masked_triplet_loss(codes, codes, same & ~diagonal(same), ~same, self.options.margin)

    def graph(self, codes: Tensor, features: Tensor) -> Tensor:
        """Return the loss on neighbours and far images, by the ranks of the features' distances in the batch."""
        distances = pairwise_distance(features, features, "squared")
        ranks = distances.fill_diagonal_(-1).argsort(dim=1).argsort(dim=1)  # the image itself is rank 0
        far = len(ranks) - max(1, round(self.options.strangers * len(ranks)))
        return self.contrast(codes, (ranks > 0) & (ranks <= self.options.neighbours), ranks >= far)

    def pseudo(self, codes: Tensor, logits: Tensor, labels: Tensor) -> Tensor:
        """Return the loss of the unlabelled images, whose one class the classifier predicts.

        A labelled image is of all its classes; one of both the predicted class and the least likely is no negative.
        """
        count, (most, least) = len(labels), (logits.argmax(dim=1), logits.argmin(dim=1))
        classes = one_hot(most, logits.shape[1]).bool()
        classes[:count] = labels > 0
        same, opposite = classes[:, most].T, classes[:, least].T
        unlabelled = torch.arange(len(codes), device=codes.device)[:, None] >= count
        return self.contrast(codes, same & ~diagonal(same) & unlabelled, opposite & ~same & unlabelled)

    def contrast(self, codes: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        """Return the mean over images of ½[d²(a, p) + max(0, m − d(a, n))²], p and n drawn from the masks (n, n).

        An image without a positive or without a negative is left out.
        """
        usable = positive.any(dim=1) & negative.any(dim=1)
        near, far = (codes[one_of(mask)] for mask in (positive, negative))
        apart = (codes - far).square().sum(1).clamp_min(1e-12).sqrt()
        hinge = (self.options.graph_margin - apart).clamp_min(0).square()
        losses = ((codes - near).square().sum(1) + hinge) / 2
        return (losses * usable).sum() / usable.sum().clamp_min(1)


def diagonal(matrix: Tensor) -> Tensor:
    """Return a bool matrix of the same shape that is true on the diagonal."""
    return torch.eye(len(matrix), dtype=torch.bool, device=matrix.device)
