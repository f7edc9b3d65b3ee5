"""One model trained by several processes (torchrun): each holds a share of every batch, all see the batch's losses.

The triplet losses compare all pairs of a batch, so the codes of the shares are gathered before them, every process
computes the same loss, and the gradients of the shares are summed. The random numbers of a batch are drawn for the
whole of it by every process. So the numbers are one process's on the same batch, up to the rounding of sums.
Without torchrun every function here leaves its argument as it is.
"""

import os
from typing import TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.functional import dropout

Value = TypeVar("Value")


def start() -> None:
    """Join the processes that torchrun started, if it did; each takes the GPU of its local rank where there are any."""
    if int(os.environ.get("WORLD_SIZE", 1)) < 2 or dist.is_initialized():
        return
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")


def processes() -> int:
    """Return how many processes train together."""
    return dist.get_world_size() if dist.is_initialized() else 1


def rank() -> int:
    """Return this process's number; 0 writes what is written."""
    return dist.get_rank() if dist.is_initialized() else 0


def agree(value: Value) -> Value:
    """Return the value that the process of rank 0 gave."""
    if processes() == 1:
        return value
    values = [value]
    dist.broadcast_object_list(values, src=0)
    return values[0]


def share(size: int) -> slice:
    """Return this process's rows of a batch of ``size`` rows."""
    edges = [size * number // processes() for number in (rank(), rank() + 1)]
    return slice(*edges)


def gather(part: Tensor, size: int) -> Tensor:
    """Return the whole (size, …) of which this process holds ``part``; gradients reach its own rows only."""
    if processes() == 1:
        return part
    rows = share(size)
    whole = part.new_zeros(size, *part.shape[1:])
    whole[rows] = part.detach()
    dist.all_reduce(whole)
    return torch.cat([whole[: rows.start], part, whole[rows.stop :]])


def sum_gradients(gradients: list[Tensor | None]) -> None:
    """Replace each gradient by its sum over the processes, in place."""
    if processes() == 1:
        return
    there = [gradient for gradient in gradients if gradient is not None]
    flat = torch.cat([gradient.flatten() for gradient in there])
    dist.all_reduce(flat)
    for gradient, total in zip(there, flat.split([gradient.numel() for gradient in there]), strict=True):
        gradient.copy_(total.view_as(gradient))


class Dropout(nn.Dropout):
    """Dropout whose mask is drawn for the whole batch; each process keeps its rows of it."""

    batch_size = 0  # of the batch at hand, set by the training step of every process

    def forward(self, features: Tensor) -> Tensor:
        if processes() == 1 or not self.training:
            return super().forward(features)
        whole = torch.ones(Dropout.batch_size, *features.shape[1:], dtype=features.dtype, device=features.device)
        return features * dropout(whole, self.p)[share(Dropout.batch_size)]
