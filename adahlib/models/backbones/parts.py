"""A backbone in two parts: the blocks that stay frozen, whose maps are cached, and those behind, which are trained."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from adahlib.errors import check_whole
from adahlib.models.backbones.base import CPU_SLICE, RANDOM, Backbone


def frozen_part(backbone: Backbone, block: int) -> "EarlyBlocks | Photos":
    """Return what comes before a block, of which maps are cached: photos alone where all blocks are trained.

    Args:
        backbone: E^I.
        block: number of the first trained block, from 0; see :func:`trained_part`.
    """
    return EarlyBlocks(backbone, checked_block(backbone, block)) if block else Photos(backbone)


def trained_part(backbone: Backbone, block: int) -> nn.Module:
    """Return the blocks from one on, trainable; their weights are the backbone's own.

    Args:
        backbone: E^I.
        block: number of the first trained block: 0 for all of the backbone, which then takes photos. The others take
            the maps of :func:`frozen_part`.

    Raises:
        AdahError: the backbone has no such block.
    """
    part = LateBlocks(backbone.late_layers(checked_block(backbone, block))) if block else backbone
    return part.requires_grad_(True)


def checked_block(backbone: Backbone, block: int) -> int:
    """Return the block's number; raise AdahError if the backbone has none of this number that can be trained."""
    return check_whole(f"fine_tune_from of {backbone.name}", block, 0, backbone.last_trainable)


class Photos(nn.Module):
    """The frozen part where all of a backbone is trained: its maps are the photos themselves, uint8 (n, 3, H, W).

    Attributes:
        name, weights_hash, stride, kept: see ``Backbone``.
    """

    name = "photos"
    weights_hash = RANDOM
    kept = torch.uint8

    def __init__(self, backbone: Backbone):
        super().__init__()
        self.stride = backbone.stride

    def forward(self, images: Tensor) -> Tensor:
        """Return the photos as they are."""
        return images


class EarlyBlocks(nn.Module):
    """The blocks of a backbone before one of them, frozen; their maps are kept as those of a whole backbone are."""

    kept = torch.float16

    def __init__(self, backbone: Backbone, block: int):
        super().__init__()
        self.backbone, self.blocks = backbone, nn.Sequential(*backbone.trainable_blocks()[:block])
        self.name, self.weights_hash = f"{backbone.name}-before-{block}", backbone.weights_hash
        self.stride = backbone.stride

    def forward(self, images: Tensor) -> Tensor:
        """Return the maps (n, C, H', W') of photos, uint8 (n, 3, H, W)."""
        return in_slices(lambda part: self.blocks(self.backbone.network_input(part)), images)


class LateBlocks(nn.Module):
    """Blocks behind the frozen ones: from their maps, of any float type, to the maps f^I (n, C, H, W)."""

    def __init__(self, layers: nn.Module):
        super().__init__()
        self.layers = layers.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def forward(self, maps: Tensor) -> Tensor:
        """Return f^I (n, C, H, W) of the frozen blocks' maps."""
        return in_slices(lambda part: self.layers(part.float(memory_format=torch.channels_last)), maps)  # type: ignore[call-arg]


def in_slices(work: Callable[[Tensor], Tensor], batch: Tensor) -> Tensor:
    """Return ``work`` of a batch; on a CPU slice by slice, since more does not fit its cache."""
    size = {"cpu": CPU_SLICE}.get(batch.device.type, len(batch))
    return torch.cat([work(part) for part in batch.split(size)]).contiguous()
