"""What the methods with synthetic pictures have in common: pictures beside features, and a way between the two."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from adahlib.errors import AdahError
from adahlib.methods.images.base import SIDE, as_rows
from adahlib.methods.images.collapse import warn_of_collapse
from adahlib.methods.images.deep import DeepImageHashing
from adahlib.methods.images.kept_networks import TrainedNetworks
from adahlib.methods.images.trunk import before_trunk
from adahlib.models.backbones.base import Backbone
from adahlib.models.gan import as_pixels
from adahlib.thread_limits import limited_threads

SLICE = 64  # synthetic pictures that the frozen network sees at a time


class GeneratingMethod(DeepImageHashing):
    """A deep method that learns from synthetic pictures too, where its options say so by ``generates()``.

    A RuntimeWarning says where a generator has collapsed: after its own training, and after that of the codes where it
    learns beside them. Arguments and errors are those of ``DeepImageHashing``.

    Attributes:
        gan_history_: the mean of each term per epoch of the GAN's own training, before any code was learned; empty
            where no picture is made.

    Example:
        >>> from adahlib.methods.images import SSGAH, GeneratingMethod
        >>> issubclass(SSGAH, GeneratingMethod), SSGAH(8, variant="baseline").options.generates()
        (True, False)
    """

    makes_pictures: ClassVar[bool] = True
    gan_history_: Sequence[dict[str, float]] = ()
    game: dict[str, Tensor]  # how much pictures differ in the last step, where the generator learns beside the codes

    @limited_threads()
    def fit(
        self,
        images: np.ndarray,
        labels: np.ndarray,
        *,
        mirrored: np.ndarray | None = None,
        features: Sequence[np.ndarray] = (),
        pictures: np.ndarray | None = None,
        gan: Path | None = None,
        checkpoint: Path | None = None,
        description: str | None = None,
    ) -> Self:
        """Learn from n images; returns self. See ``DeepImageHashing.fit``.

        Args:
            images, labels, mirrored, features, checkpoint, description: as there.
            pictures: the images themselves, uint8 (n, 3, 32, 32); not needed where nothing is generated.
            gan: file that keeps what is trained before any code, for runs of other code lengths.

        Raises:
            AdahError: pictures or backbone are missing, or pictures have another form.
        """
        images = as_rows(images, "images")
        if self.options.generates():
            self.take_pictures(check_pictures(pictures, images, self.backbone))
        self.gan_file, self.description = gan, description or type(self).__name__
        self.game = {}
        super().fit(
            images, labels, mirrored=mirrored, features=features, checkpoint=checkpoint, description=description
        )
        warn_of_collapse(self.game, self.description, "the last step beside the codes")
        return self

    def take_pictures(self, pictures: np.ndarray) -> None:
        """Take the images themselves, uint8 (n, 3, 32, 32), and the frozen part of the network to the device."""
        self.pictures = torch.from_numpy(np.array(pictures)).to(self.device)
        self.before = before_trunk(self.options, self.backbone.to(self.device).requires_grad_(False))

    def noted(self, gan: TrainedNetworks) -> nn.ModuleDict:
        """Keep the history of a GAN's own training, warn where its generator has collapsed, return its networks."""
        self.gan_history_ = gan.history
        warn_of_collapse(gan.history[-1], self.description)
        return gan.networks

    def inputs_of(self, pictures: Tensor) -> Tensor:
        """Return pictures (n, 3, 32, 32) in [−1, 1] as the method takes images: enlarged, and through what is frozen.

        Gradients pass.
        """
        size = self.side or self.backbone.image_size
        enlarged = functional.interpolate(as_pixels(pictures), size=(size, size), mode="bilinear", align_corners=False)
        made = torch.cat([self.before(part) for part in enlarged.split(SLICE)])
        return made if self.options.fine_tune else made.flatten(1)


def check_pictures(pictures: np.ndarray | None, images: np.ndarray, backbone: Backbone | None) -> np.ndarray:
    """Return the pictures as an array.

    Raises:
        AdahError: there are no uint8 pictures (n, 3, 32, 32), one for each image, or there is no backbone.
    """
    if pictures is None or backbone is None:
        lacking = "pictures=… of the images." if pictures is None else "the backbone=… of their features."
        raise AdahError(f"this method makes synthetic images, and needs {lacking}")
    pictures = as_rows(pictures, "pictures")
    if pictures.dtype != np.uint8 or pictures.shape != (len(images), 3, SIDE, SIDE):
        raise AdahError(
            f"pictures are {pictures.dtype} {pictures.shape}; give uint8 ({len(images)}, 3, {SIDE}, {SIDE}), one for "
            "each image."
        )
    return pictures
