"""NINH (Lai et al., CVPR 2015), also called DNNH: triplets, and bits from slices of their own."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from adahlib.losses.masked_triplet import masked_triplet_loss, same_class
from adahlib.methods.images.deep import NETWORKS, DeepImageHashing, HeadOptions, margin_option, network_option
from adahlib.methods.images.head import DividedHead, HashHead, PictureHead, Slices
from adahlib.methods.images.items import Items
from adahlib.methods.images.triplets import check_ranking
from adahlib.methods.options import check_choice, check_range, option
from adahlib.models.small_networks import ninh_layers
from adahlib.training import descend


@dataclass(frozen=True)
class NINHOptions(HeadOptions):
    """Hyperparameters of NINH; the hidden layer is as wide as its slices."""

    margin: float = margin_option()
    network: str = network_option()
    slice_width: int = option(50, "neurons of the hidden layer from which one bit is computed")

    def __post_init__(self) -> None:
        super().__post_init__()
        check_range("slice_width", self.slice_width, 1)
        check_choice("network", self.network, NETWORKS)


class NINH(DeepImageHashing):
    """NINH (Lai et al., CVPR 2015): simultaneous feature learning and hash coding, with slices that give one bit each.

    The hidden layer is divided into ``bits`` slices, each of which gives one bit ("divide and encode"). The loss is
    over all triplets of labelled images in a batch; unlabelled images are not used.

    It minimises the triplet ranking loss max(0, m + ‖q − p‖² − ‖q − n‖²), where m is ``margin``, 1 by default.

    Arguments, attributes and errors are those of ``DeepImageHashing``.

    Example:
        >>> from adahlib.datasets import miniature_pairs
        >>> from adahlib.methods.images import NINH
        >>> pairs = miniature_pairs()
        >>> vectors = pairs.images.reshape(len(pairs), -1) / 255
        >>> NINH(8, epochs=1, slice_width=4).fit(vectors, pairs.labels).encode(vectors)
        BinaryCodes(60 codes of 8 bits)
    """

    Options = NINHOptions

    def sees_pictures(self) -> bool:
        """Return whether the network is the paper's own, at half its width."""
        return self.options.network == "own"

    def make_head(self, features: int) -> HashHead:
        """Return the network whose bits have slices of their own."""
        width = self.options.slice_width
        if self.sees_pictures():
            layers = ninh_layers(width * self.bits)
            return PictureHead(layers, width * self.bits, self.bits, Slices(width, self.bits))
        return DividedHead(features, self.options.slice_width, self.bits, self.options.dropout)

    def check_triplets(self, labels: np.ndarray, names: Sequence[str] | None = None) -> None:
        """Raise AdahError unless there is a triplet to rank."""
        check_ranking(labels, names)

    def step(
        self, items: Items, optimizers: list[torch.optim.Optimizer], batch: Tensor, epoch: int, number: int
    ) -> dict[str, Tensor]:
        loss = supervised_ranking(self, items, items.labelled[batch])
        descend(optimizers[0], loss)
        return {"ranking": loss.detach()}


def supervised_ranking(method: DeepImageHashing, items: Items, positions: Tensor) -> Tensor:
    """Return the triplet ranking loss over all triplets of labelled images of a batch."""
    codes, labels = method.codes(items.inputs(positions)), items.labels[positions]
    same = same_class(labels, labels)
    others = ~torch.eye(len(same), dtype=torch.bool, device=same.device)
    return masked_triplet_loss(codes, codes, same & others, ~same, method.options.margin)
