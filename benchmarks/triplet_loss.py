"""Triplet ranking loss by sorting against the B × B × B tensor that most code builds: seconds, forward and backward.

Both run in this process, in turn, on the same codes; the median of the repetitions is printed.
"""

import statistics
import time

import torch

from adahlib.losses import pairwise_distance, triplet_ranking_loss

BATCHES = (64, 128, 256, 512, 1024, 4096)
LARGEST_CUBE = 512  # 512³ floats are 0.5 GiB, and autograd keeps several
REPETITIONS = 5


def cube_loss(codes: torch.Tensor, similar: torch.Tensor, margin: float) -> torch.Tensor:
    """Return the sum over all triplets from the whole tensor of hinges (B, B, B)."""
    distances = pairwise_distance(codes, codes)
    hinges = (margin + distances[:, :, None] - distances[:, None, :]).clamp_min(0)
    return (hinges * (similar[:, :, None] > similar[:, None, :])).sum()


def seconds(loss, codes: torch.Tensor, *inputs) -> float:
    """Return the median time of one forward and backward pass."""
    times = []
    for _ in range(REPETITIONS):
        started = time.perf_counter()
        loss(codes, *inputs).backward()
        times.append(time.perf_counter() - started)
        codes.grad = None
    return statistics.median(times)


def main() -> None:
    """Print a row per batch size."""
    print(f"triplet ranking loss, 64 bits, 24 labels, {torch.get_num_threads()} threads: seconds, forward and backward")
    print(f"{'batch':>6} {'sorted':>9} {'cube':>9} {'ratio':>7}")
    for batch in BATCHES:
        generator = torch.Generator().manual_seed(0)
        codes = torch.randn(batch, 64, generator=generator).tanh().requires_grad_()
        labels = (torch.rand(batch, 24, generator=generator) < 0.1).float()
        similar = ((labels @ labels.T) > 0).float()
        fast = seconds(lambda c, s=similar: triplet_ranking_loss(c, c, s, 1.0, "sum"), codes)
        if batch > LARGEST_CUBE:
            print(f"{batch:>6} {fast:>9.4f} {'-':>9} {'-':>7}", flush=True)
            continue
        slow = seconds(lambda c, s=similar: cube_loss(c, s, 1.0), codes)
        print(f"{batch:>6} {fast:>9.4f} {slow:>9.4f} {slow / fast:>7.1f}", flush=True)
