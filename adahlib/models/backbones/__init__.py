"""The image backbones E^I by name: ``make_backbone("vgg19")``."""

from pathlib import Path

import torch

from adahlib.errors import AdahError, unknown_name
from adahlib.models.backbones.alexnet_fc7 import AlexNetFC7
from adahlib.models.backbones.base import Backbone
from adahlib.models.backbones.cnn_f import CNNF
from adahlib.models.backbones.cnn_f_fc7 import CNNFFC7
from adahlib.models.backbones.efficientnet_lite0 import EfficientNetLite0, EfficientNetLite0Hypercolumns
from adahlib.models.backbones.efficientnet_lite0_pooled import EfficientNetLite0Pooled
from adahlib.models.backbones.efficientnet_lite2 import EfficientNetLite2, EfficientNetLite2Hypercolumns
from adahlib.models.backbones.gist import GIST
from adahlib.models.backbones.vgg19 import VGG19
from adahlib.models.backbones.vgg19_fc7 import VGG19FC7

KINDS: tuple[type[Backbone], ...]
KINDS = (EfficientNetLite0, EfficientNetLite0Hypercolumns, EfficientNetLite0Pooled, VGG19, VGG19FC7, CNNF)
KINDS += (EfficientNetLite2, EfficientNetLite2Hypercolumns, GIST, AlexNetFC7, CNNFFC7)
#: The image backbones by name, as ``make_backbone`` takes them.
BACKBONES: dict[str, type[Backbone]] = {cls.name: cls for cls in KINDS}

__all__ = ["BACKBONES", "Backbone", "make_backbone"]


def make_backbone(name: str, weights: Path | str | None = None, pretrained: bool = True) -> Backbone:
    """Return the image backbone of this name, in evaluation mode.

    Args:
        name: ``"vgg19"`` (the paper's, section 3.2), ``"cnn_f"`` (Table 3), ``"efficientnet_lite0"``,
            ``"efficientnet_lite2"`` or one of these with ``"_hypercolumns"`` for maps; ``"vgg19_fc7"``,
            ``"alexnet_fc7"``, ``"cnn_f_fc7"`` or ``"efficientnet_lite0_pooled"`` for one vector per image, (n, d, 1,
            1); ``"gist"`` for one made by hand.
        weights: the weights file; ``None`` looks where each backbone says. Nothing is downloaded.
        pretrained: ``False`` draws random weights from torch's global generator instead.

    Raises:
        AdahError: the name is unknown, or the weights are missing, truncated, foreign or not wanted.

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
