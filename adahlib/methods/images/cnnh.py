"""CNNH (Xia et al., AAAI 2014): codes from pairwise similarities first, then a network that predicts them."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from adahlib.methods.images.deep import NETWORKS, DeepImageHashing, HeadOptions, hidden_option, network_option
from adahlib.methods.images.head import HashHead, PictureHead
from adahlib.methods.images.items import Items
from adahlib.methods.images.pairwise_codes import pairwise_codes
from adahlib.methods.options import check_choice, check_range, option
from adahlib.models.small_networks import cnnh_layers
from adahlib.training import descend


@dataclass(frozen=True)
class CNNHOptions(HeadOptions):
    """Hyperparameters of CNNH."""

    hidden: int = hidden_option()
    network: str = network_option()
    sweeps: int = option(10, "most sweeps over the codes in the first stage")
    class_weight: float = option(0.0, "weight of predicting the classes too: 0 is CNNH, and more is CNNH+")

    def __post_init__(self) -> None:
        super().__post_init__()
        check_range("sweeps", self.sweeps, 1)
        check_range("class_weight", self.class_weight, 0)
        check_choice("network", self.network, NETWORKS)


class CNNH(DeepImageHashing):
    """CNNH (Xia et al., AAAI 2014): codes of the labelled images, which a convolutional network then learns to predict.

    The first stage factorises the similarities, min ‖S − HHᵀ/q‖² over codes H. The second regresses H by the squared
    error of the outputs, here brought from (0, 1) to (−1, 1). Unlabelled images are not used.

    Arguments, attributes and errors are those of ``DeepImageHashing``.

    Attributes:
        codes_: H of the labelled images, (n, bits) of −1 and 1.
        stage_losses_: ‖HHᵀ − qS‖²/n² at the start of the first stage and after each of its sweeps.

    Example:
        >>> from adahlib.datasets import miniature_pairs
        >>> from adahlib.methods.images import CNNH
        >>> pairs = miniature_pairs()
        >>> vectors = pairs.images.reshape(len(pairs), -1) / 255
        >>> method = CNNH(8, epochs=1, hidden=16).fit(vectors, pairs.labels)
        >>> method.encode(vectors), method.codes_.shape
        (BinaryCodes(60 codes of 8 bits), (60, 8))
    """

    Options = CNNHOptions

    def sees_pictures(self) -> bool:
        """Return whether the network is the paper's own."""
        return self.options.network == "own"

    def make_head(self, features: int) -> HashHead:
        """Return the common network, or the paper's own."""
        if not self.sees_pictures():
            return super().make_head(features)
        return PictureHead(*cnnh_layers(), self.bits)

    def make_network(self, items: Items) -> nn.Module:
        """Return the network, after the first stage, with a layer for the classes where they are predicted."""
        labels = items.labels[items.labelled].cpu().numpy()
        similar = np.where(labels @ labels.T > 0, np.int8(1), np.int8(-1))
        self.codes_, self.stage_losses_ = pairwise_codes(
            similar, self.bits, np.random.default_rng(self.seed), self.options.sweeps
        )
        self.targets = torch.from_numpy(self.codes_).float().to(self.device)
        network = super().make_network(items)
        if self.options.class_weight:
            network["classes"] = nn.Linear(network["hash"].width, labels.shape[1])
        return network

    def step(
        self, items: Items, optimizers: list[torch.optim.Optimizer], batch: Tensor, epoch: int, number: int
    ) -> dict[str, Tensor]:
        positions, head = items.labelled[batch], self.network["hash"]
        hidden = head.hidden(head.scale(self.features(items.inputs(positions))))
        outputs = 2 * torch.sigmoid(head.output(hidden)) - 1
        losses = {"codes": (outputs - self.targets[batch]).square().mean()}
        total = losses["codes"]
        if self.options.class_weight:
            losses["classes"] = (self.network["classes"](hidden) - items.labels[positions]).square().mean()
            total = total + self.options.class_weight * losses["classes"]
        descend(optimizers[0], total)
        return {name: loss.detach() for name, loss in losses.items()}
