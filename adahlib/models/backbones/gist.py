"""GIST (Oliva and Torralba, IJCV 2001): 512 values that say how much of each orientation and scale is where.

No kept library has it. This follows the authors' program: a picture's contrast is made even, then it passes 32 Gabor
filters, 4 scales of 8 orientations, and each filter's response is averaged in 4×4 blocks.
"""

import functools
import math
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from adahlib.errors import AdahError
from adahlib.models.backbones.base import Backbone

SCALES, ORIENTATIONS, BLOCKS = 4, 8, 4
FIRST_FREQUENCY, RATIO = 0.3, 1.85  # cycles a pixel of the finest scale, and from each scale to the next
SHARPNESS, SPREAD = 0.35, 16 / 32**2  # of the filters in frequency and in angle
CUTOFF, LEAST_CONTRAST = 4, 0.2  # of the contrast: cycles a picture, and what is added to the local deviation
PREFILTER_PADDING, PADDING = 5, 8  # pixels, mirrored; the program pads larger pictures by 32


class GIST(Backbone):
    """GIST of grey pictures as the maps of a network without weights: (n, 512, 1, 1).

    The channels are scale by scale, the finest first, within a scale by orientation, and within it by block, column by
    column. Pictures are usually resized to 256 px; here they are 32 px as CIFAR-10 has them. Nothing is trained.
    """

    name = "gist"
    channels = SCALES * ORIENTATIONS * BLOCKS**2
    stride = 8
    image_size = 32

    def __init__(self, weights: Path | str | None = None, pretrained: bool = True) -> None:
        """Build the filters.

        Raises:
            AdahError: weights are given.
        """
        if weights is not None:
            raise AdahError(f"backbone gist has no weights, but was given {weights}; leave them out.")
        super().__init__(nn.Identity(), nn.Identity(), None)
        self.weights_hash = "none"

    def trainable_blocks(self) -> list[nn.Module]:
        """Return no block: there is nothing to train."""
        return []

    def network_input(self, images: Tensor) -> Tensor:
        """Return grey pictures in 0…255, (n, H, W): each is stretched to the whole range."""
        grey = images.float().mean(dim=1)
        low, high = grey.amin(dim=(1, 2), keepdim=True), grey.amax(dim=(1, 2), keepdim=True)
        return 255 * (grey - low) / (high - low).clamp_min(1e-6)

    def _maps(self, images: Tensor) -> Tensor:
        return gist(even_contrast(self.network_input(images)))[:, :, None, None]


def even_contrast(grey: Tensor) -> Tensor:
    """Return pictures (n, H, W) less their low frequencies, over the local deviation of what is left."""
    padded = mirrored((grey + 1).log(), PREFILTER_PADDING)
    low_pass = gaussian(padded.shape[-2:], CUTOFF / math.sqrt(math.log(2))).to(grey)
    detail = padded - filtered(padded, low_pass).real
    deviation = filtered(detail.square(), low_pass).abs().sqrt()
    return cropped(detail / (LEAST_CONTRAST + deviation), PREFILTER_PADDING)


def gist(pictures: Tensor) -> Tensor:
    """Return the mean response of each filter in each block, (n, 512), for pictures (n, H, W)."""
    padded = mirrored(pictures, PADDING)
    spectrum, responses = torch.fft.fft2(padded), []
    for transfer in gabor_filters(tuple(padded.shape[-2:])).to(pictures):
        response = cropped(torch.fft.ifft2(spectrum * transfer).abs(), PADDING)
        means = functional.adaptive_avg_pool2d(response[:, None], BLOCKS)[:, 0]
        responses.append(means.transpose(1, 2).flatten(1))
    return torch.cat(responses, dim=1)


@functools.lru_cache(maxsize=4)
def gabor_filters(size: tuple[int, int]) -> Tensor:
    """Return the filters' transfer functions (32, H, W), frequency zero first."""
    rows, columns = frequencies(size)
    radius = torch.hypot(rows / size[0], columns / size[1])
    angle = torch.atan2(rows, columns)
    filters = []
    for scale in range(SCALES):
        frequency = FIRST_FREQUENCY / RATIO**scale
        along = -10 * SHARPNESS * (radius / frequency - 1).square()
        for orientation in range(ORIENTATIONS):
            turned = angle + math.pi * orientation / ORIENTATIONS
            turned = torch.remainder(turned + math.pi, 2 * math.pi) - math.pi
            across = -2 * math.pi * SPREAD * ORIENTATIONS**2 * turned.square()
            filters.append((along + across).exp())
    return torch.stack(filters)


def gaussian(size: Sequence[int], width: float) -> Tensor:
    """Return the transfer function exp(−f²/width²), f in cycles a picture, frequency zero first."""
    rows, columns = frequencies(size)
    return (-(rows.square() + columns.square()) / width**2).exp()


def frequencies(size: Sequence[int]) -> tuple[Tensor, ...]:
    """Return the frequencies of the rows and columns of a spectrum, in cycles a picture, float64 (H, W) each."""
    rows, columns = (torch.fft.fftfreq(side, 1 / side, dtype=torch.float64) for side in size)
    return torch.meshgrid(rows, columns, indexing="ij")


def filtered(pictures: Tensor, transfer: Tensor) -> Tensor:
    """Return pictures (n, H, W) after a filter with this transfer function; complex."""
    return torch.fft.ifft2(torch.fft.fft2(pictures) * transfer)


def mirrored(pictures: Tensor, width: int) -> Tensor:
    """Return pictures with a border that repeats them mirrored, the edge included."""
    for dimension in (-1, -2):
        first, last = pictures.narrow(dimension, 0, width), pictures.narrow(dimension, -width, width)
        pictures = torch.cat([first.flip(dimension), pictures, last.flip(dimension)], dim=dimension)
    return pictures


def cropped(pictures: Tensor, width: int) -> Tensor:
    """Return pictures without a border."""
    return pictures[:, width:-width, width:-width]
