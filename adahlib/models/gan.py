"""The networks of SSGAH's GAN for pictures of 32 px: from an image's feature to a synthetic triplet, and its judge.

The slides give the condition (feature → Gaussian) and the losses; layers are ours, after StackGAN, whose construction
it is: conditioning augmentation, and a discriminator that sees what belongs together.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

SIDE, FIRST = 32, 4  # pixels of a picture, and cells of the generator's first maps


class Triplet(NamedTuple):
    """Synthetic pictures of a batch, in [−1, 1], and the Gaussians that they were drawn from.

    Attributes:
        positive, negative: G_p(x) and G_n(x), (n, 3, 32, 32).
        mean, log_deviation: μ(v) and log σ(v), (n, c).
    """

    positive: Tensor
    negative: Tensor
    mean: Tensor
    log_deviation: Tensor


class TripletGenerator(nn.Module):
    """G: the feature v of an image and noise z → a picture like it and a picture unlike it.

    Args:
        features: length of v.
        condition: c, dimensions of the Gaussian N(μ(v), Σ(v)).
        noise: dimensions of z.
        width: channels of the first maps; each of three blocks halves them and doubles the side.
    """

    def __init__(self, features: int, condition: int = 128, noise: int = 100, width: int = 128):
        super().__init__()
        self.noise = noise
        self.gaussian = nn.Linear(features, 2 * condition)
        self.first = nn.Sequential(
            nn.Linear(condition + noise, FIRST * FIRST * width, bias=False),
            nn.BatchNorm1d(FIRST * FIRST * width),
            nn.ReLU(),
            nn.Unflatten(1, (width, FIRST, FIRST)),
        )
        widths = [width // 2**level for level in range(4)]
        self.blocks = nn.Sequential(*map(grow, widths[:-1], widths[1:]))
        self.positive, self.negative = (picture_layer(widths[-1]) for _ in range(2))

    def forward(self, features: Tensor) -> Triplet:
        """Return a synthetic triplet's two pictures for features (n, d); draws from torch's generator."""
        mean, log_deviation = self.gaussian(features).chunk(2, dim=1)
        drawn = mean + log_deviation.exp() * torch.randn_like(mean)
        noise = torch.randn(len(features), self.noise, device=features.device)
        maps = self.blocks(self.first(torch.cat([drawn, noise], dim=1)))
        return Triplet(self.positive(maps), self.negative(maps), mean, log_deviation)


class TripletDiscriminator(nn.Module):
    """D: three pictures → the logit that they are real, and in the order anchor, positive, negative.

    Args:
        width: channels of the first of three convolutions, which all pictures share.
    """

    def __init__(self, width: int = 32):
        super().__init__()
        self.shared = nn.Sequential(
            nn.Conv2d(3, width, 4, 2, 1), nn.LeakyReLU(0.2), *shrink(width, 2 * width), *shrink(2 * width, 4 * width)
        )
        self.joint = nn.Sequential(
            nn.Conv2d(12 * width, 4 * width, 1, bias=False),
            nn.BatchNorm2d(4 * width),
            nn.LeakyReLU(0.2),
            nn.Conv2d(4 * width, 1, FIRST),
            nn.Flatten(0),
        )

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        """Return logits (n,) of pictures (n, 3, 32, 32) in [−1, 1]."""
        return self.joint(torch.cat(self.maps(anchor, positive, negative), dim=1))

    def both_orders(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> tuple[Tensor, Tensor]:
        """Return the logits of triplets, and of the same with positive and negative swapped.

        The maps of the pictures are the same in both orders, and so are the statistics of their batch: they are
        computed once.
        """
        q, p, n = self.maps(anchor, positive, negative)
        return self.joint(torch.cat([q, p, n], dim=1)), self.joint(torch.cat([q, n, p], dim=1))

    def maps(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> tuple[Tensor, ...]:
        """Return the maps of each picture, (n, 4 · width, 4, 4) thrice, normalised over all of them together."""
        return self.shared(torch.cat([anchor, positive, negative])).chunk(3)


def grow(inputs: int, outputs: int) -> nn.Sequential:
    """Return a block that doubles the side: nearest neighbours, then a convolution."""
    convolution = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
    return nn.Sequential(nn.Upsample(scale_factor=2), convolution, nn.BatchNorm2d(outputs), nn.ReLU())


def shrink(inputs: int, outputs: int) -> list[nn.Module]:
    """Return layers that halve the side."""
    return [nn.Conv2d(inputs, outputs, 4, 2, 1, bias=False), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2)]


def picture_layer(channels: int) -> nn.Sequential:
    """Return the last layer, from maps to a picture in [−1, 1]."""
    return nn.Sequential(nn.Conv2d(channels, 3, 3, padding=1), nn.Tanh())


def as_signed(pictures: Tensor) -> Tensor:
    """Return uint8 pictures (n, 3, H, W) as floats in [−1, 1]."""
    return pictures.float() / 127.5 - 1


def as_pixels(pictures: Tensor) -> Tensor:
    """Return pictures in [−1, 1] as floats in [0, 255]; gradients pass."""
    return (pictures + 1) * 127.5
