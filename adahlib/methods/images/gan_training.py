"""Stage two of SSGAH: the generator and the judge of triplets, trained before any code (L_GD)."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol

import torch
from torch import Tensor, nn

from adahlib.losses.adversary import deceiver_loss, gaussian_divergence, judge_loss
from adahlib.methods.images.collapse import spread
from adahlib.methods.images.items import Items, drawn, one_of
from adahlib.methods.images.kept_networks import TrainedNetworks, kept_networks, train_gan
from adahlib.models.gan import Triplet, TripletDiscriminator, TripletGenerator, as_signed
from adahlib.training import descend


class GanOptions(Protocol):
    """The options of a method that the GAN needs; ``SSGAHOptions`` says what they mean."""

    condition: int
    noise: int
    generator_width: int
    judge_width: int
    gan_epochs: int
    gan_batch: int
    gan_rate: float
    gan_beta1: float
    divergence_weight: float
    smoothing: float


GAN_OPTIONS = tuple(GanOptions.__annotations__)


class RealTriplet(NamedTuple):
    """Positions of labelled images (b,): anchors, images with a label of theirs, and images without one."""

    anchor: Tensor
    positive: Tensor
    negative: Tensor


@dataclass(frozen=True)
class GanStep:
    """Moves judge and generator by one batch.

    Attributes:
        items: the training images with their features.
        pictures: of the same images, uint8 (n, 3, 32, 32).
        options: of the method.
    """

    items: Items
    pictures: Tensor
    options: GanOptions

    def judge(
        self, networks: nn.ModuleDict, optimizer: torch.optim.Optimizer, anchors: Tensor, made: Triplet
    ) -> Tensor:
        """Train D on real triplets, swapped ones and synthetic ones; return its loss.

        Args:
            networks: ``generator`` and ``judge``.
            optimizer: of D.
            anchors: positions of the images that the synthetic triplets were made for.
            made: the synthetic pictures.
        """
        real = real_triplets(self.items, len(anchors))
        q, p, n = (as_signed(self.pictures[part]) for part in real)
        loss = judge_loss(  # type: ignore[call-arg]
            *networks["judge"].both_orders(q, p, n),
            networks["judge"](as_signed(self.pictures[anchors]), made.positive.detach(), made.negative.detach()),
            self.options.smoothing,
        )
        descend(optimizer, loss)
        return loss.detach()

    def deception(self, networks: nn.ModuleDict, anchors: Tensor, made: Triplet) -> dict[str, Tensor]:
        """Return what G minimises in L_GD: to pass for real, and the divergence of its Gaussian, unweighted."""
        logits = networks["judge"](as_signed(self.pictures[anchors]), made.positive, made.negative)
        return {
            "deceiver": deceiver_loss(logits),
            "divergence": gaussian_divergence(made.mean, made.log_deviation),
        }

    def __call__(
        self, networks: nn.ModuleDict, optimizers: list[torch.optim.Optimizer], batch: Tensor, epoch: int, number: int
    ) -> dict[str, Tensor]:
        """Train D, then G, on a batch of all training images; return the losses, and how much G's pictures differ."""
        made = networks["generator"](self.items.features(batch))
        losses = {"judge": self.judge(networks, optimizers[0], batch, made)}
        terms = self.deception(networks, batch, made)
        descend(optimizers[1], terms["deceiver"] + self.options.divergence_weight * terms["divergence"])
        real = as_signed(self.pictures[batch])
        spreads = {"spread_positive": spread(made.positive, real), "spread_negative": spread(made.negative, real)}
        return losses | {name: loss.detach() for name, loss in terms.items()} | spreads


def real_triplets(items: Items, count: int) -> RealTriplet:
    """Return triplets of labelled images, drawn at random.

    Every labelled image must have another one of its labels, and one without them (``triplets``): in the place of one
    that is not there the first labelled image would be drawn.
    """
    anchors = drawn(items.labelled, count)
    labels = items.labels[items.labelled]
    same = items.labels[anchors] @ labels.T > 0
    same_others = same & (items.labelled[None] != anchors[:, None])
    positive, negative = (items.labelled[one_of(mask)] for mask in (same_others, ~same))
    return RealTriplet(anchors, positive, negative)


def make_gan(features: int, options: GanOptions) -> nn.ModuleDict:
    """Return an untrained generator and judge for features of this length."""
    generator = TripletGenerator(features, options.condition, options.noise, options.generator_width)
    return nn.ModuleDict({"generator": generator, "judge": TripletDiscriminator(options.judge_width)})


def trained_gan(
    items: Items, pictures: Tensor, options: GanOptions, seed: int, kept: Path | None, description: str
) -> TrainedNetworks:
    """Return the generator and judge of a seed and their history: read from ``kept``, or trained and kept.

    They depend on no code length and no variant, so that many runs share them.

    Args:
        items, pictures: the training images.
        options: those of ``GAN_OPTIONS`` count.
        seed: of weights, noise and order.
        kept: file for the trained networks; a training that was interrupted goes on from beside it.
        description: label of the progress bar.
    """

    def train(networks: nn.ModuleDict, checkpoint: Path | None) -> list[dict[str, float]]:
        step = GanStep(items, pictures, options)
        return train_gan(networks, step, len(pictures), options, seed, checkpoint, description)

    make = partial(make_gan, items.frozen[0].shape[1], options)
    return kept_networks(make, train, seed, kept, pictures.device)
