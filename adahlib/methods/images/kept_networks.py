"""Networks that are trained once and then serve many runs, kept in a file."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import torch
from torch import nn

from adahlib.files import is_whole_zip, waiting_lock, whole_file
from adahlib.training import Training, adam


class GanTrainingOptions(Protocol):
    """The options that say how long a GAN trains, and at which rates."""

    gan_epochs: int
    gan_batch: int
    gan_rate: float
    gan_beta1: float


class TrainedNetworks(NamedTuple):
    """Networks with the mean of each loss term per epoch of their training."""

    networks: nn.ModuleDict
    history: list[dict[str, float]]


def kept_networks(
    make: Callable[[], nn.ModuleDict],
    train: Callable[[nn.ModuleDict, Path | None], list[dict[str, float]]],
    seed: int,
    kept: Path | None,
    device: torch.device,
) -> TrainedNetworks:
    """Return networks as ``train`` leaves them: read from ``kept`` if they are there, else trained and kept.

    Random numbers that are drawn afterwards do not depend on whether they were read or trained. Where another process
    is training the same networks, this one waits for them.

    Args:
        make: makes them, untrained.
        train: trains them in place and returns the history; it is given a file for checkpoints, beside ``kept``, which
            goes when it is done.
        seed: of what ``make`` draws.
        kept: file for the trained networks; None keeps nothing.
        device: where they are trained.
    """
    with torch.random.fork_rng(), training_alone(kept):
        torch.manual_seed(int(np.random.SeedSequence((seed, 2)).generate_state(1)[0]))
        networks = make().to(device)
        if kept is not None and is_whole_zip(kept):
            state = torch.load(kept, weights_only=True, map_location=device)
            networks.load_state_dict(state["networks"])
            return TrainedNetworks(networks, state["history"])
        checkpoint = kept and kept.with_suffix(".part")
        history = train(networks, checkpoint)
        if kept is not None:
            with whole_file(kept) as path:
                torch.save({"networks": networks.state_dict(), "history": history}, path)
            checkpoint.unlink(missing_ok=True)
    return TrainedNetworks(networks, history)


def training_alone(kept: Path | None) -> AbstractContextManager[None]:
    """Return what holds the lock of a file for trained networks; a file that is there, or none, needs no lock."""
    if kept is None or is_whole_zip(kept):
        return nullcontext()
    return waiting_lock(kept.with_suffix(".lock"), "the GAN that this run needs")


def gan_optimizers(networks: nn.ModuleDict, options: GanTrainingOptions) -> list[torch.optim.Optimizer]:
    """Return Adam of the judge and of the generator."""
    both = networks["judge"], networks["generator"]
    return [adam([(network.parameters(), options.gan_rate)], options.gan_beta1) for network in both]


def train_gan(
    networks: nn.ModuleDict,
    step: Callable,
    size: int,
    options: GanTrainingOptions,
    seed: int,
    checkpoint: Path | None,
    description: str,
) -> list[dict[str, float]]:
    """Train a GAN in place, at constant rates; return the mean of each loss term per epoch.

    Args:
        networks: ``generator`` and ``judge``.
        step: ``step(networks, optimizers, batch, epoch, number)``, with the optimizers of ``gan_optimizers``.
        size: number of training images.
        options: of the training.
        seed: of the order and the noise.
        checkpoint: file for the state after each epoch.
        description: of the run that it is trained for.
    """
    optimizers = gan_optimizers(networks, options)
    return Training(
        network=networks,
        optimizers=optimizers,
        step=partial(step, networks, optimizers),
        size=size,
        batch_size=options.gan_batch,
        epochs=options.gan_epochs,
        schedule="constant",
        seed=seed,
        checkpoint=checkpoint,
        description=f"{description}, GAN",
    ).run()
