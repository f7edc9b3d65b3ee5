"""The training loop that every deep method shares: schedule, device, precision, checkpoints, progress.

Randomness restarts from (seed, epoch) at each epoch, so that resuming from the last whole epoch repeats an
undisturbed run exactly, without storing generator states.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from adahlib.distributed import agree, rank, sum_gradients
from adahlib.errors import AdahError
from adahlib.files import is_whole_zip, whole_file
from adahlib.progress import progress

SCHEDULES = ("step", "cosine", "constant")
PRECISIONS = ("auto", "float32", "bfloat16")
EPOCH_CHOICES = ("last", "best")


def default_device() -> torch.device:
    """Return the GPU where there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def autocast(device: torch.device, precision: str) -> torch.autocast:
    """Return the autocast context of a precision: bfloat16 where it is set, or by ``auto`` where a GPU has it."""
    supported = device.type == "cuda" and torch.cuda.is_bf16_supported()
    enabled = precision == "bfloat16" or (precision == "auto" and supported)
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=enabled)


def rate_factor(schedule: str, epoch: float, epochs: int) -> float:
    """Return the learning rate's factor at a (fractional) epoch: section 4.1's steps, a cosine, or 1."""
    if schedule == "step":
        return 0.1 ** (int(epoch) // 20)
    return 0.5 * (1 + math.cos(math.pi * epoch / epochs)) if schedule == "cosine" else 1.0


def epoch_batches(size: int, batch_size: int, seed: int, epoch: int) -> list[Tensor]:
    """Return the epoch's batches of positions, shuffled; a last batch under half the size is left out."""
    order = torch.from_numpy(np.random.default_rng((seed, epoch)).permutation(size))
    batches = list(order.split(batch_size))
    return batches if len(batches) == 1 or 2 * len(batches[-1]) >= batch_size else batches[:-1]


@dataclass
class Training:
    """One training run.

    Attributes:
        network: what is trained; its state is checkpointed.
        optimizers: in the order of their steps; their rates follow the schedule.
        step: ``step(batch positions, epoch, step number) -> {name: loss}``; moves the parameters.
        size, batch_size, epochs, schedule, seed: as named.
        validate: ``validate() -> score``, called after every epoch, of which the best is kept; None keeps the last.
        checkpoint: file that keeps the state after each epoch; None for none.
        description: label of the progress bar.
    """

    network: nn.Module
    optimizers: list[torch.optim.Optimizer]
    step: Callable[[Tensor, int, int], dict[str, Tensor]]
    size: int
    batch_size: int
    epochs: int
    schedule: str
    seed: int
    validate: Callable[[], float] | None = None
    checkpoint: Path | None = None
    description: str = "training"

    def run(self) -> list[dict[str, float]]:
        """Train from the checkpoint, or from the start, and return the mean losses of each epoch.

        Raises:
            AdahError: a loss or a weight becomes NaN or infinite.
        """
        self.history, self.best = [], None
        self.base_rates = [group["lr"] for optimizer in self.optimizers for group in optimizer.param_groups]
        self.resume()
        steps = len(epoch_batches(self.size, self.batch_size, self.seed, 0))
        done = len(self.history)
        with progress(total=self.epochs * steps, initial=done * steps, desc=self.description, unit="step") as bar:
            for epoch in range(done, self.epochs):
                self.history.append(self.run_epoch(epoch, bar))
                self.keep_best()
                self.save()
        if self.best is not None:
            self.network.load_state_dict(self.best["network"])
        return self.history

    def run_epoch(self, epoch: int, bar: tqdm) -> dict[str, float]:
        """Run one epoch and return its mean losses."""
        torch.manual_seed(int(np.random.SeedSequence((self.seed, epoch, 1)).generate_state(1)[0]))
        self.network.train()
        device = next(self.network.parameters()).device  # all batches go there first: no step waits for its own
        batches = [part.to(device) for part in epoch_batches(self.size, self.batch_size, self.seed, epoch)]
        sums: dict[str, Tensor] = {}
        counts: dict[str, int] = {}
        for number, batch in enumerate(batches):
            self.set_rates(rate_factor(self.schedule, epoch + number / len(batches), self.epochs))
            for name, loss in self.step(batch, epoch, epoch * len(batches) + number).items():
                sums[name] = sums.get(name, 0.0) + loss.double()  # not read: a GPU goes on while Python does
                counts[name] = counts.get(name, 0) + 1
            bar.update()
        means = {name: float(sums[name]) / counts[name] for name in sums}
        self.check_finite(epoch, means)
        bar.set_postfix({name: f"{value:.3f}" for name, value in means.items()})
        return means

    def check_finite(self, epoch: int, means: dict[str, float]) -> None:
        """Raise AdahError if a mean loss of an epoch, or a weight after it, is NaN or infinite: it would stay so."""
        weights = dict(self.network.named_parameters())
        finite = [*map(math.isfinite, means.values()), *(bool(value.isfinite().all()) for value in weights.values())]
        names = [*(f"loss {name}" for name in means), *(f"weight {name}" for name in weights)]
        if not all(finite):
            raise AdahError(
                f"{self.description}: the {names[finite.index(False)]} is NaN or infinite in epoch {epoch + 1} of "
                f"{self.epochs}, so the training has diverged; take a smaller learning rate, or images and texts of "
                "smaller values."
            )

    def set_rates(self, factor: float) -> None:
        """Multiply each group's own rate by the factor."""
        groups = [group for optimizer in self.optimizers for group in optimizer.param_groups]
        for group, base in zip(groups, self.base_rates, strict=True):
            group["lr"] = base * factor

    def keep_best(self) -> None:
        """Keep the state with the best validation score so far."""
        if self.validate is None:
            return
        score = self.validate()
        self.history[-1]["validation"] = score
        if self.best is None or score > self.best["score"]:
            state = {name: value.clone() for name, value in self.network.state_dict().items()}
            self.best = {"score": score, "network": state, "epoch": len(self.history)}

    def save(self) -> None:
        """Write the state after a whole epoch to the checkpoint, if there is one."""
        if self.checkpoint is None or rank() > 0:
            return
        state = {
            "network": self.network.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "history": self.history,
            "best": self.best,
        }
        with whole_file(self.checkpoint) as path:
            torch.save(state, path)

    def resume(self) -> None:
        """Take over the state in the checkpoint, if there is one that is whole."""
        if self.checkpoint is None or not agree(is_whole_zip(self.checkpoint)):
            return
        state = torch.load(self.checkpoint, weights_only=True)
        self.network.load_state_dict(state["network"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.history, self.best = state["history"], state["best"]


def adam(groups: Sequence[tuple[Iterable[nn.Parameter], float]], beta1: float) -> torch.optim.Adam:
    """Return Adam over groups of (parameters, learning rate)."""
    groups = [{"params": list(parameters), "lr": rate} for parameters, rate in groups]
    return torch.optim.Adam(groups, betas=(beta1, 0.999), fused=True)


def descend(optimizer: torch.optim.Optimizer, objective: Any) -> None:
    """One gradient step of the optimizer's parameters, and of no others."""
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    gradients = torch.autograd.grad(objective, parameters, allow_unused=True)
    sum_gradients(gradients)
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient
    optimizer.step()
