"""Hashing module D^I, D^T (Fig. 4): fully connected layers, q outputs, tanh; and what stands between maps and D^I."""

from collections.abc import Callable
from typing import Protocol, Self

import torch
from torch import Tensor, nn

from adahlib.distributed import Dropout
from adahlib.errors import unknown_name
from adahlib.models.backbones.base import Backbone

HEADS = ("flatten", "pool")
SAMPLE = 2048  # training items on which standardisation is measured
GPU_SLICE = 256  # of them at a time on a GPU, where the maps of all would take tens of GB
MapShape = tuple[int, int, int]  # (C, H, W)


class ImageOptions(Protocol):
    """The options of a method that an image branch needs; ``DeepOptions`` says what they mean."""

    image_hidden: tuple[int, ...]
    head: str
    image_adapter: int
    image_dropout: float
    standardise: bool
    fine_tune: bool
    fine_tune_from: int


class Standardise(nn.Module):
    """A fixed shift and scale per channel (axis 1), measured once on training data; until then the identity."""

    def __init__(self, channels: int):
        super().__init__()
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("deviation", torch.ones(channels))

    def measure(self, features: Tensor) -> None:
        """Take mean and standard deviation of each channel from features (n, C, …)."""
        others = [axis for axis in range(features.dim()) if axis != 1]
        self.mean.copy_(features.mean(others))
        self.deviation.copy_(features.std(others).clamp_min(1e-6))

    def forward(self, features: Tensor) -> Tensor:
        """Return the standardised features (n, C, …)."""
        shape = (1, -1, *[1] * (features.dim() - 2))
        scale = 1 / self.deviation
        return torch.addcmul((-self.mean * scale).view(shape), features, scale.view(shape))


def adapter(channels: int, width: int) -> list[nn.Module]:
    """Return the layers of a trainable 1×1 convolution from ``channels`` to ``width``; none where the width is 0."""
    return [nn.Conv2d(channels, width, kernel_size=1), nn.ReLU()] if width else []


class ImageHashing(nn.Module):
    """D^I: fc6, fc7, fc(q), tanh on (masked) feature maps.

    Args:
        shape: (C, H, W) of the maps f^I.
        hidden: widths of fc6 and fc7 (paper: 4096, 4096).
        bits: q.
        head: ``"flatten"``, fc6 sees every cell at its place, as in VGG; ``"pool"``, fc6 sees the mean over the
            attended cells and the maximum of each channel, wherever they are.
        pool: what stands between the maps and a flattened fc6 (VGG's pool5); None for nothing.
        dropout: probability, after fc6 and fc7.
        tanh: False leaves the outputs as they are.
    """

    def __init__(
        self,
        shape: MapShape,
        hidden: tuple[int, ...],
        bits: int,
        head: str = "flatten",
        pool: nn.Module | None = None,
        dropout: float = 0.5,
        tanh: bool = True,
    ):
        super().__init__()
        if head not in HEADS:
            raise unknown_name("head", head, HEADS)
        self.head = head
        self.pool = pool or nn.Identity()
        with torch.no_grad():
            width = self.inputs(torch.zeros(1, *shape)).shape[1]
        self.standardise = Standardise(width)
        layers = []
        for size in hidden:
            layers += [nn.Linear(width, size), nn.ReLU(), Dropout(dropout)]
            width = size
        layers += [nn.Linear(width, bits), nn.Tanh()] if tanh else [nn.Linear(width, bits)]
        self.layers = nn.Sequential(*layers)

    @classmethod
    def from_options(
        cls,
        options: ImageOptions,
        shape: MapShape,
        bits: int,
        backbone: Backbone | None = None,
        tanh: bool = True,
    ) -> Self:
        """Return D^I for the image options of a method.

        Args:
            options: ``image_adapter``, ``image_hidden``, ``head`` and ``image_dropout``.
            shape: (C, H, W) of the maps before the adapter.
            bits: width of the last layer.
            backbone: whose pooling a flattened head has before fc6; None for no pooling.
            tanh: as above.
        """
        channels, *cells = shape
        pool = backbone.hash_pool if backbone is not None and options.head == "flatten" else None
        shape = (options.image_adapter or channels, *cells)  # type: ignore[assignment]
        return cls(shape, options.image_hidden, bits, options.head, pool, options.image_dropout, tanh)

    def inputs(self, maps: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return what fc6 sees of the maps (B, C, H, W), of which only the cells of the mask (B, 1, H, W) are left."""
        if self.head == "flatten":
            return self.pool(maps).flatten(1)
        cells = maps.flatten(2)
        # the mean over the cells that are left, not over the holes
        left = cells.shape[2] if mask is None else mask.flatten(1).sum(1, keepdim=True).clamp_min(1)
        # max, whose gradient goes to one cell, is several times faster than amax, which shares it among ties
        return torch.cat([cells.sum(2) / left, cells.max(2).values], dim=1)

    def start_from(self, backbone: Backbone | None) -> None:
        """Copy a backbone's fc6 and fc7 into a flattened head's first layers (section 3.2); without one do nothing."""
        if backbone is None or self.head != "flatten":
            return
        ours = [layer for layer in self.layers if isinstance(layer, nn.Linear)]
        for layer, source in zip(ours, backbone.hash_layers(), strict=False):
            layer.load_state_dict(source.state_dict())

    def forward(self, maps: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return H^I (B, q) in [-1, 1] of maps (B, C, H, W) whose cells outside the mask are zero."""
        return self.layers(self.standardise(self.inputs(maps, mask)))


@torch.no_grad()
def measure(
    images: Tensor,
    trained: nn.Module,
    standardise: Standardise,
    features: Callable[[Tensor], Tensor],
    hashing: ImageHashing,
) -> None:
    """Measure the maps, and what fc6 sees of them, on the first ``SAMPLE`` training items, as they are at the start.

    Args:
        images: what E^I takes, (n, …) of any type, on the modules' device.
        trained: the blocks of E^I that are trained, from images to the maps f^I; the identity for frozen maps.
        standardise: of the maps.
        features: E^I, of which ``trained`` and ``standardise`` are the beginning.
        hashing: D^I.
    """
    parts = images[:SAMPLE].split(GPU_SLICE if images.is_cuda else SAMPLE)
    standardise.measure(torch.cat([trained(part.float()) for part in parts]))
    hashing.standardise.measure(torch.cat([hashing.inputs(features(part.float())) for part in parts]))


class TextHashing(nn.Module):
    """D^T: fc(q), tanh on (masked) text features."""

    def __init__(self, features: int, bits: int):
        super().__init__()
        self.linear = nn.Linear(features, bits)

    def forward(self, features: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return H^T (B, q) in [-1, 1] of (masked) features f^T (B, d)."""
        return self.linear(features).tanh()
