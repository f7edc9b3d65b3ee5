"""Training EfficientNet-Lite0 end to end at 128 px, images a second: ours and the same network in plain PyTorch.

Both do the same steps in one process, in turns: forward, a loss, backward and Adam, on one thread. Plain is the
network of the PyPI package as it comes, its batch norms in evaluation mode, up to the same block. Ours has the batch
norms folded into the convolutions, maps with channels last, and takes a batch in slices that fit the cache.
"""

import statistics
import time

import torch
from efficientnet_lite_pytorch import EfficientNet
from torch import Tensor, nn

from adahlib.models.backbones import make_backbone
from adahlib.thread_limits import limited_threads
from benchmarks.store import save

BATCH, SIDE, ROUNDS = 64, 128, 5
NAME = "efficientnet_lite0"


class Plain(nn.Module):
    """The package's network up to the block at which ours ends."""

    def __init__(self, blocks: int):
        super().__init__()
        network = EfficientNet.from_name("efficientnet-lite0").eval()
        self.stem, self.norm, self.activation = network._conv_stem, network._bn0, nn.ReLU6(inplace=True)
        self.blocks = network._blocks[:blocks]

    def forward(self, images: Tensor) -> Tensor:
        maps = self.activation(self.norm(self.stem((images.float() - 127) / 128)))
        for block in self.blocks:
            maps = block(maps)
        return maps


def step(network: nn.Module, optimizer: torch.optim.Optimizer, images: Tensor) -> None:
    """One step of training."""
    optimizer.zero_grad()
    network(images).square().mean().backward()
    optimizer.step()


def seconds(network: nn.Module, optimizer: torch.optim.Optimizer, images: Tensor) -> float:
    """Return what one step took."""
    started = time.perf_counter()
    step(network, optimizer, images)
    return time.perf_counter() - started


@limited_threads(1)
def main() -> None:
    """Print and keep images a second of both."""
    ours = make_backbone(NAME)
    networks = {"adahlib": ours, "plain PyTorch": Plain(ours.blocks)}
    images = torch.randint(0, 256, (BATCH, 3, SIDE, SIDE), dtype=torch.uint8)
    optimizers = {way: torch.optim.Adam(net.parameters(), 1e-5, fused=True) for way, net in networks.items()}
    times = {way: [] for way in networks}
    for round_ in range(ROUNDS + 1):
        for way, network in networks.items():
            took = seconds(network, optimizers[way], images)
            times[way] += [took] if round_ else []  # the first warms up
    speed = {way: BATCH / statistics.median(took) for way, took in times.items()}
    for way, value in speed.items():
        print(f"{way}: {value:.1f} images a second")
    ratio = speed["adahlib"] / speed["plain PyTorch"]
    print(f"{ratio:.2f} times")
    about = {"network": NAME, "batch": BATCH, "image_size": SIDE, "threads": 1}
    save("end_to_end", about | {"images_a_second": speed, "times": ratio})
