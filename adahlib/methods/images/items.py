"""The training images of a deep method as tensors, how a batch of them is drawn, and their mirror images."""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

SHIFT = 4  # most pixels by which a picture is moved


class Items(NamedTuple):
    """The training images as tensors, in the type that was given.

    Attributes:
        views: the images as the network takes them and, where there are any, their mirror images: features (n, d), maps
            (n, C, H, W), or pictures, uint8 (n, 3, H, W).
        labels: (n, c) float32, zero where an image has none.
        labelled, unlabelled: positions of the images with and without a label.
        frozen: features (n, d) of the network before it was trained, of images and mirror images; the views themselves
            where no backbone is trained, and none where they were not given.
    """

    views: tuple[Tensor, ...]
    labels: Tensor
    labelled: Tensor
    unlabelled: Tensor
    frozen: tuple[Tensor, ...]

    def inputs(self, positions: Tensor) -> Tensor:
        """Return the images (b, …) float32 as the network takes them or, each with a chance of a half, mirrored.

        Pictures are turned over as often, and moved by up to ``SHIFT`` pixels.
        """
        if self.views[0].dtype == torch.uint8:
            return moved(self.views[0][positions].float())
        return some_mirrored(self.views, positions)

    def features(self, positions: Tensor) -> Tensor:
        """Return the frozen features (b, d) float32 of images or, each with a chance of a half, mirrored ones."""
        return some_mirrored(self.frozen, positions)


def some_mirrored(views: tuple[Tensor, ...], positions: Tensor) -> Tensor:
    """Return the first view of images, float32, or, each with a chance of a half, the second where there is one."""
    images = views[0][positions]
    if len(views) == 1:
        return images.float()
    flipped = torch.rand(len(positions), *[1] * (images.ndim - 1), device=positions.device) < 0.5
    return torch.where(flipped, views[1][positions], images).float()


def moved(pictures: Tensor) -> Tensor:
    """Return pictures (b, 3, H, W) turned over with a chance of a half, and moved within a border that mirrors them."""
    count, device = len(pictures), pictures.device
    padded = functional.pad(pictures, [SHIFT] * 4, mode="reflect")
    flipped = torch.rand(count, device=device) < 0.5
    padded = torch.where(flipped[:, None, None, None], padded.flip(3), padded)
    top, left = torch.randint(2 * SHIFT + 1, (2, count, 1), device=device)
    rows, columns = (start + torch.arange(pictures.shape[2], device=device) for start in (top, left))
    each = torch.arange(count, device=device)[:, None, None]
    return padded[each, :, rows[:, :, None], columns[:, None]].movedim(3, 1)


def drawn(positions: Tensor, count: int) -> Tensor:
    """Return ``count`` positions drawn with repetition, or none where there are none."""
    if not len(positions):
        return positions
    return positions[torch.randint(len(positions), (count,), device=positions.device)]


def one_of(mask: Tensor) -> Tensor:
    """Return for each row the position of a true entry, drawn at random; any position where there is none."""
    return torch.where(mask, torch.rand(mask.shape, device=mask.device), -1.0).argmax(dim=1)
