"""DSH-GANs (Qiu et al., SIGIR 2017): a class-conditional GAN, then three streams on one network.

The text of the paper was not available: its abstract, a figure's caption and descriptions by others were. Weights,
margin and rates are decisions of this project, the GAN's networks are AC-GAN's published ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from adahlib.losses.adversary import triplet_hinge, violating_mean
from adahlib.methods.images.class_gan_training import CLASS_GAN_OPTIONS, trained_class_gan
from adahlib.methods.images.collapse import spread, spread_within
from adahlib.methods.images.deep import HeadOptions, hidden_option, margin_option
from adahlib.methods.images.generating import GeneratingMethod
from adahlib.methods.images.items import Items, drawn, one_of
from adahlib.methods.images.triplets import check_negatives
from adahlib.methods.options import check_range, option
from adahlib.models.class_gan import class_loss
from adahlib.models.gan import as_signed
from adahlib.training import adam, descend


@dataclass(frozen=True)
class DSHGANsOptions(HeadOptions):
    """Hyperparameters of DSH-GANs."""

    hidden: int = hidden_option()
    margin: float = margin_option()
    class_weight: float = option(1.0, "weight of the classification stream, for the network and for G")
    adversary_weight: float = option(1.0, "weight of the adversary stream, for the network and for G")
    noise: int = option(100, "dimensions of the generator's noise")
    generator_width: int = option(384, "channels of the generator's first maps, as AC-GAN's")
    judge_width: int = option(16, "channels of the first stage's first convolution, as AC-GAN's")
    gan_epochs: int = option(4, "passes over all training images in the first stage")
    gan_batch: int = option(64, "images a step of the first stage")
    gan_rate: float = option(2e-4, "learning rate of the GAN (Adam), in both stages")
    gan_beta1: float = option(0.5, "β₁ of its Adam")

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("class_weight", "adversary_weight", "gan_rate"):
            check_range(name, getattr(self, name), 0)
        for name in ("noise", "judge_width", "gan_epochs"):
            check_range(name, getattr(self, name), 1)
        check_range("generator_width", self.generator_width, 4)
        check_range("gan_batch", self.gan_batch, 2)
        check_range("gan_beta1", self.gan_beta1, 0, 0.999)

    def generates(self) -> bool:
        """Return whether synthetic images are needed: always."""
        return True


class DSHGANs(GeneratingMethod):
    """DSH-GANs (Qiu et al., SIGIR 2017): deep semantic hashing with class-conditional synthetic images.

    First a class-conditional GAN learns from labelled and unlabelled pictures. Then triplets of a real labelled image,
    a synthetic one of the same labels and a synthetic one of other labels go through one network with three streams:
    codes (the triplet ranking loss), classes (cross-entropy of all three), and whether an image is real (of all three,
    and of unlabelled images too). The generator learns on, to pass for real and to be of the class that it was
    conditioned on.

    The streams are on the layer before the codes; where there is none, on the network's features.

    The synthetic images need a backbone, and pictures of 32 px.

    Arguments, attributes and errors are those of ``GeneratingMethod``.

    The text of the paper was not available; what is not in others' descriptions of it is a decision of this project.

    Example:
        These sizes are for a moment's run, and too small to learn from:

        >>> import torch
        >>> from adahlib.datasets import miniature_pairs
        >>> from adahlib.methods.images import DSHGANs
        >>> from adahlib.models.backbones import make_backbone
        >>> pairs = miniature_pairs()
        >>> pictures = pairs.images.repeat(4, 1).repeat(4, 2).transpose(0, 3, 1, 2)  # (60, 3, 32, 32)
        >>> backbone = make_backbone("efficientnet_lite0_pooled")
        >>> features = backbone(torch.tensor(pictures)).flatten(1)
        >>> small = {"epochs": 1, "gan_epochs": 1, "generator_width": 8, "judge_width": 2}
        >>> method = DSHGANs(8, backbone=backbone, side=32, **small)
        >>> method.fit(features, pairs.labels, pictures=pictures).encode(features)
        BinaryCodes(60 codes of 8 bits)
    """

    generator_options: ClassVar[tuple[str, ...]] = CLASS_GAN_OPTIONS
    Options = DSHGANsOptions

    def make_network(self, items: Items) -> nn.Module:
        """Return the network with its streams, and the generator after its own training."""
        network = super().make_network(items)
        width = network["hash"].width
        network["classes"], network["real"] = nn.Linear(width, items.labels.shape[1]), nn.Linear(width, 1)
        kept, about = self.gan_file, self.description
        gan = self.noted(trained_class_gan(items, self.pictures, self.options, self.seed, kept, about))
        network["generator"] = gan["generator"]
        return network

    def make_optimizers(self, network: nn.Module) -> list[torch.optim.Optimizer]:
        """Return Adam of the streams and of the generator."""
        own = self.own_optimizer(network, ("hash", "classes", "real"))
        return [own, adam([(network["generator"].parameters(), self.options.gan_rate)], self.options.gan_beta1)]

    def step(
        self, items: Items, optimizers: list[torch.optim.Optimizer], batch: Tensor, epoch: int, number: int
    ) -> dict[str, Tensor]:
        labelled = items.labelled[batch]
        labels, others = items.labels[labelled], other_labels(items, labelled)
        asked = torch.cat([labels, others])
        pictures = self.network["generator"](asked)
        self.note_game(pictures[: len(labels)], labelled, labels)
        made = self.inputs_of(pictures)
        deceiver = self.generator_loss(made, asked)
        descend(optimizers[1], sum(deceiver.values()))
        losses = self.stream_losses(items, labelled, made.detach(), asked)
        weights = {"classes": self.options.class_weight, "real": self.options.adversary_weight}
        descend(optimizers[0], sum(weights.get(name, 1.0) * loss for name, loss in losses.items()))
        return {name: loss.detach() for name, loss in (losses | deceiver).items()}

    def note_game(self, made: Tensor, labelled: Tensor, labels: Tensor) -> None:
        """Note how much the pictures of a step differ, in all and within their labels; ``fit`` warns in the end."""
        real = as_signed(self.pictures[labelled])
        self.game = {"spread": spread(made, real), "spread_within": spread_within(made, real, labels)}

    def generator_loss(self, made: Tensor, asked: Tensor) -> dict[str, Tensor]:
        """Return what the generator minimises, weighted, for its pictures as inputs and their labels."""
        hidden = self.hidden(made)
        logits = self.network["real"](hidden)[:, 0]
        deceived = cross_entropy(logits, torch.ones_like(logits))
        return {
            "deceiver": self.options.adversary_weight * deceived,
            "asked": self.options.class_weight * class_loss(self.network["classes"](hidden), asked),
        }

    def stream_losses(self, items: Items, labelled: Tensor, made: Tensor, asked: Tensor) -> dict[str, Tensor]:
        """Return the losses of the three streams.

        Args:
            items: the training images.
            labelled: positions of the batch's labelled images, (b,).
            made: synthetic pictures of the same labels and then of others, as inputs, (2b, …).
            asked: their labels, (2b, c).
        """
        count = len(labelled)
        real = torch.cat([labelled, drawn(items.unlabelled, count)])
        hidden, synthetic = self.hidden(items.inputs(real)), self.hidden(made)
        codes, near, far = (self.bits_of(part) for part in (hidden[:count], synthetic[:count], synthetic[count:]))
        named, real_labels = self.network["classes"], items.labels[labelled]
        truth, fiction = (self.network["real"](part)[:, 0] for part in (hidden, synthetic))
        return {
            "ranking": violating_mean(triplet_hinge(codes, near, far, self.options.margin)),
            "classes": class_loss(named(hidden[:count]), real_labels) + class_loss(named(synthetic), asked),
            "real": cross_entropy(truth, torch.ones_like(truth)) + cross_entropy(fiction, torch.zeros_like(fiction)),
        }

    def check_triplets(self, labels: np.ndarray, names: Sequence[str] | None = None) -> None:
        """Raise AdahError unless every labelled image has other labels to ask the generator for."""
        check_negatives(labels, names)

    def hidden(self, inputs: Tensor) -> Tensor:
        """Return what the streams share, (n, width), of what the method takes."""
        head = self.network["hash"]
        return head.hidden(head.scale(self.features(inputs)))

    def bits_of(self, hidden: Tensor) -> Tensor:
        """Return h in (0, 1), (n, q)."""
        return torch.sigmoid(self.network["hash"].output(hidden))


def other_labels(items: Items, positions: Tensor) -> Tensor:
    """Return the labels of labelled images that share none with those at the positions, drawn at random, (b, c)."""
    labels = items.labels[items.labelled]
    return labels[one_of(items.labels[positions] @ labels.T == 0)]
