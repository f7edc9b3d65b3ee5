"""Stage one of DSH-GANs: a class-conditional GAN from labelled and unlabelled pictures."""

from functools import partial
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from adahlib.methods.images.collapse import spread
from adahlib.methods.images.items import Items, drawn
from adahlib.methods.images.kept_networks import TrainedNetworks, kept_networks, train_gan
from adahlib.models.class_gan import ClassDiscriminator, ClassGenerator, class_loss
from adahlib.models.gan import as_signed
from adahlib.training import descend


class ClassGanOptions(Protocol):
    """The options of a method that the GAN needs; ``DSHGANsOptions`` says what they mean."""

    noise: int
    generator_width: int
    judge_width: int
    gan_epochs: int
    gan_batch: int
    gan_rate: float
    gan_beta1: float


CLASS_GAN_OPTIONS = tuple(ClassGanOptions.__annotations__)


def class_gan_step(
    items: Items,
    pictures: Tensor,
    networks: nn.ModuleDict,
    optimizers: list[torch.optim.Optimizer],
    batch: Tensor,
    epoch: int,
    number: int,
) -> dict[str, Tensor]:
    """Train D, then G, on a batch of all training pictures, half of which are labelled ones; return the losses, and how
    much G's pictures differ.

    D tells real from synthetic, and the classes of both; an unlabelled picture has no part in the latter. G's pictures
    are to pass for real and to be of the class that it was conditioned on.
    """
    judge, generator = networks["judge"], networks["generator"]
    real = torch.cat([batch[: len(batch) // 2], drawn(items.labelled, len(batch) - len(batch) // 2)])
    asked = items.labels[drawn(items.labelled, len(batch))]
    made = generator(asked)
    (real_logits, real_classes), (logits, classes) = judge(as_signed(pictures[real])), judge(made.detach())
    told = cross_entropy(real_logits, torch.ones_like(real_logits)) + cross_entropy(logits, torch.zeros_like(logits))
    named = class_loss(real_classes, items.labels[real]) + class_loss(classes, asked)
    descend(optimizers[0], told + named)
    logits, classes = judge(made)
    deceived, right = cross_entropy(logits, torch.ones_like(logits)), class_loss(classes, asked)
    descend(optimizers[1], deceived + right)
    losses = {"judge": told, "classes": named, "deceiver": deceived, "asked": right}
    spreads = {"spread": spread(made, as_signed(pictures[real]))}
    return {name: loss.detach() for name, loss in losses.items()} | spreads


def make_class_gan(classes: int, options: ClassGanOptions) -> nn.ModuleDict:
    """Return an untrained generator and discriminator of pictures of so many classes."""
    generator = ClassGenerator(classes, options.noise, options.generator_width)
    return nn.ModuleDict({"generator": generator, "judge": ClassDiscriminator(classes, options.judge_width)})


def trained_class_gan(
    items: Items, pictures: Tensor, options: ClassGanOptions, seed: int, kept: Path | None, description: str
) -> TrainedNetworks:
    """Return generator and discriminator of a seed and their history: read from ``kept``, or trained and kept.

    Args:
        items, pictures: the training images.
        options: those of ``CLASS_GAN_OPTIONS`` count.
        seed: of weights, noise and order.
        kept: file for the trained networks.
        description: label of the progress bar.
    """

    def train(networks: nn.ModuleDict, checkpoint: Path | None) -> list[dict[str, float]]:
        step = partial(class_gan_step, items, pictures)
        return train_gan(networks, step, len(pictures), options, seed, checkpoint, description)

    make = partial(make_class_gan, items.labels.shape[1], options)
    return kept_networks(make, train, seed, kept, pictures.device)
