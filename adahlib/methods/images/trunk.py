"""The network before the hashing layers: frozen, so that its features are given, or trained with them from a block on.

A trained one takes what the cache keeps of the blocks before it: their maps, or the photos where all of it is trained.
"""

import copy
from typing import Protocol

import torch
from torch import Tensor, nn

from adahlib.errors import AdahError
from adahlib.models.backbones.base import Backbone
from adahlib.models.backbones.parts import frozen_part, trained_part

TRUNK_BATCH = 256  # images that pass a trained network at a time where nothing is learned from them


class TrunkOptions(Protocol):
    """The options that say which blocks are trained; ``HeadOptions`` says what they mean."""

    fine_tune: bool
    fine_tune_from: int


def make_trunk(options: TrunkOptions, backbone: Backbone | None) -> nn.Module:
    """Return what an input passes before the hashing layers: trainable copies of late blocks, to vectors, or nothing.

    Raises:
        AdahError: blocks are to be trained, and there is no backbone, no such block or no weight in it.
    """
    if not options.fine_tune:
        return nn.Identity()
    part = trained_part(given(backbone), options.fine_tune_from)
    if not any(True for _ in part.parameters()):
        raise AdahError(f"option fine_tune=True: {backbone.name} has no weight to train; leave it out.")
    return nn.Sequential(copy.deepcopy(part), nn.Flatten())


def before_trunk(options: TrunkOptions, backbone: Backbone | None) -> nn.Module:
    """Return what pictures pass before it, and what stays as it is: early blocks, nothing, or all of the backbone."""
    return frozen_part(given(backbone), options.fine_tune_from) if options.fine_tune else given(backbone)


def given(backbone: Backbone | None) -> Backbone:
    """Return the backbone; raise AdahError where there is none."""
    if backbone is None:
        raise AdahError("option fine_tune=True needs a backbone; pass backbone=make_backbone(name).")
    return backbone


def input_shape(options: TrunkOptions, backbone: Backbone, side: int | None) -> tuple[int, ...]:
    """Return the shape (C, H, W) of an input: of the frozen blocks' maps of a picture, or of the picture.

    Args:
        options: which blocks are trained.
        backbone: E^I.
        side: of the pictures in pixels; None for the backbone's own.
    """
    side = side or given(backbone).image_size
    device = next(given(backbone).parameters(), torch.empty(0)).device
    with torch.inference_mode():
        picture = torch.zeros(1, 3, side, side, dtype=torch.uint8, device=device)
        return tuple(before_trunk(options, backbone)(picture).shape[1:])


@torch.no_grad()
def features_before_training(trunk: nn.Module, inputs: Tensor) -> Tensor:
    """Return what a trunk as it stands makes of inputs (n, …): features (n, d) float32 on the CPU, or the inputs."""
    return torch.cat([trunk(part.float()).cpu() for part in inputs.split(TRUNK_BATCH)])
