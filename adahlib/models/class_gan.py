"""The networks of DSH-GANs' first stage: AC-GAN's published ones for CIFAR-10 (Odena et al., ICML 2017), 32 px."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from adahlib.models.gan import FIRST


class ClassGenerator(nn.Module):
    """Noise z and a class, as a vector of 0 and 1, → a picture in [−1, 1], (n, 3, 32, 32).

    The published widths are 384, 192 and 96.

    Args:
        classes: c.
        noise: dimensions of z.
        width: channels of the first maps; the next have a half and a quarter of them.
    """

    def __init__(self, classes: int, noise: int = 100, width: int = 384):
        super().__init__()
        self.noise, self.classes = noise, classes
        self.first = nn.Sequential(
            nn.Linear(noise + classes, width * FIRST * FIRST), nn.Unflatten(1, (width, FIRST, FIRST)), nn.ReLU()
        )
        self.blocks = nn.Sequential(*enlarge(width, width // 2), *enlarge(width // 2, width // 4))
        self.last = nn.Sequential(enlarge(width // 4, 3)[0], nn.Tanh())

    def forward(self, labels: Tensor) -> Tensor:
        """Return pictures for labels (n, c); draws from torch's generator."""
        noise = torch.randn(len(labels), self.noise, device=labels.device)
        return self.last(self.blocks(self.first(torch.cat([noise, labels.float()], dim=1))))


class ClassDiscriminator(nn.Module):
    """Pictures → the logit that they are real, and logits of their classes.

    Args:
        classes: c.
        width: channels of the first convolution, 16 as published; the last has 32 times as many.
        dropout: after each convolution.
    """

    def __init__(self, classes: int, width: int = 16, dropout: float = 0.5):
        super().__init__()
        widths = [width * 2**level for level in range(6)]
        layers = convolved(3, width, 2, norm=False, dropout=dropout)
        for number, (inputs, outputs) in enumerate(zip(widths, widths[1:], strict=False)):
            layers += convolved(inputs, outputs, 1 if number % 2 == 0 else 2, norm=True, dropout=dropout)
        self.features = nn.Sequential(*layers, nn.Flatten())
        length = widths[-1] * FIRST * FIRST
        self.real, self.classes = nn.Linear(length, 1), nn.Linear(length, classes)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits (n,) and (n, c) of pictures (n, 3, 32, 32) in [−1, 1]."""
        features = self.features(pictures)
        return self.real(features)[:, 0], self.classes(features)


def enlarge(inputs: int, outputs: int) -> list[nn.Module]:
    """Return a transposed convolution of 5×5 that doubles the side, with its norm."""
    convolution = nn.ConvTranspose2d(inputs, outputs, 5, stride=2, padding=2, output_padding=1)
    return [convolution, nn.BatchNorm2d(outputs), nn.ReLU()]


def convolved(inputs: int, outputs: int, stride: int, norm: bool, dropout: float) -> list[nn.Module]:
    """Return a convolution of 3×3 with what follows it."""
    norms = [nn.BatchNorm2d(outputs)] if norm else []
    return [nn.Conv2d(inputs, outputs, 3, stride, 1), *norms, nn.LeakyReLU(0.2), nn.Dropout(dropout)]


def class_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Return the mean of −log p of the true classes, an image's labels with the same weight; 0 without labels.

    Args:
        logits: (n, c).
        labels: (n, c) 0/1; a row of zeros is an image without label.
    """
    each = -(functional.log_softmax(logits, dim=1) * labels).sum(1) / labels.sum(1).clamp_min(1)
    return each.sum() / labels.any(dim=1).sum().clamp_min(1)
