"""What the methods with synthetic pictures have in common: pictures beside features, and a way between the two."""

from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from adahlib.errors import AdahError
from adahlib.methods.images.base import SIDE
from adahlib.methods.images.collapse import warn_of_collapse
from adahlib.methods.images.deep import DeepImageHashing
from adahlib.methods.images.kept_networks import TrainedNetworks
from adahlib.models.backbones.base import Backbone
from adahlib.models.gan import as_pixels
from adahlib.thread_limits import limited_threads

SLICE = 64  # synthetic pictures that the frozen network sees at a time


class GeneratingMethod(DeepImageHashing):
    """A deep method that learns from synthetic pictures too.

    Args:
        bits, seed: as in ``ImageHashingMethod``.
        backbone: the frozen network whose features ``fit`` is given.
        side: pixels to which pictures are enlarged for it; None for its own size.
        **hyperparameters: fields of ``Options``, which say by ``generates()`` whether pictures are made.

    Attributes:
        gan_history_: the mean of each term per epoch of the GAN's own training, before any code was learned; empty
            where no picture is made.
    """

    makes_pictures: ClassVar[bool] = True

    def __init__(
        self,
        bits: int,
        seed: int = 0,
        backbone: Backbone | None = None,
        side: int | None = None,
        **hyperparameters: Any,
    ):
        super().__init__(bits, seed, **hyperparameters)
        self.backbone, self.side = backbone, side
        self.gan_history_: list[dict[str, float]] = []

    @limited_threads()
    def fit(
        self,
        images: np.ndarray,
        labels: np.ndarray,
        *,
        mirrored: np.ndarray | None = None,
        pictures: np.ndarray | None = None,
        gan: Path | None = None,
        checkpoint: Path | None = None,
        description: str | None = None,
    ) -> Self:
        """Learn from n images; returns self. See ``DeepImageHashing.fit``.

        Args:
            images, labels, mirrored, checkpoint, description: as there.
            pictures: the images themselves, uint8 (n, 3, 32, 32); not needed where nothing is generated.
            gan: file that keeps what is trained before any code, for runs of other code lengths.

        Raises:
            AdahError: pictures or backbone are missing, or pictures have another form.
        """
        if self.options.generates():
            check_pictures(pictures, images, self.backbone)
            self.take_pictures(pictures)
        self.gan_file, self.description = gan, description or type(self).__name__
        return super().fit(images, labels, mirrored=mirrored, checkpoint=checkpoint, description=description)

    def take_pictures(self, pictures: np.ndarray) -> None:
        """Take the images themselves, uint8 (n, 3, 32, 32), and the frozen network to the device."""
        self.pictures = torch.from_numpy(np.array(pictures)).to(self.device)
        self.trunk = self.backbone.to(self.device).requires_grad_(False)

    def noted(self, gan: TrainedNetworks) -> nn.ModuleDict:
        """Keep the history of a GAN's own training, warn where its generator has collapsed, return its networks."""
        self.gan_history_ = gan.history
        warn_of_collapse(gan.history, self.description)
        return gan.networks

    def features_of(self, pictures: Tensor) -> Tensor:
        """Return the frozen network's features (n, d) of pictures (n, 3, 32, 32) in [−1, 1]; gradients pass."""
        size = self.side or self.trunk.image_size
        enlarged = functional.interpolate(as_pixels(pictures), size=(size, size), mode="bilinear", align_corners=False)
        return torch.cat([self.trunk(part).flatten(1) for part in enlarged.split(SLICE)])


def check_pictures(pictures: np.ndarray | None, images: np.ndarray, backbone: Backbone | None) -> None:
    """Raise AdahError unless there are uint8 pictures (n, 3, 32, 32), one for each image, and a backbone."""
    if pictures is None or backbone is None:
        lacking = "pictures=… of the images." if pictures is None else "the backbone=… of their features."
        raise AdahError(f"this method makes synthetic images, and needs {lacking}")
    if pictures.dtype != np.uint8 or pictures.shape != (len(images), 3, SIDE, SIDE):
        raise AdahError(
            f"pictures are {pictures.dtype} {pictures.shape}; give uint8 ({len(images)}, 3, {SIDE}, {SIDE}), one for "
            "each image."
        )
