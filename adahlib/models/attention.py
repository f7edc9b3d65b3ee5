"""Attention module G^I, G^T (section 3.2): one layer → softmax → threshold → binary mask → two parts of the features.

In the symbols of eq. 1–3: M is the layer's output, P the softmax, Z the mask, f̌ the attended features (Z × f) and
f̂ the unattended ones ((1 − Z) × f).
"""

from typing import Any

import torch
from torch import Tensor, nn

from adahlib.errors import unknown_name

RANKS = {"median": 2, "quartile": 4}  # one over the part of the regions that lies below
THRESHOLDS = ("mean", *RANKS)


class Threshold(torch.autograd.Function):
    """Z = 1 where P ≥ α, else 0 (eq. 1); the gradient passes straight through (section 3.2, after BinaryNet)."""

    @staticmethod
    def forward(ctx: Any, probability: Tensor, alpha: Tensor) -> Tensor:
        return (probability >= alpha).to(probability.dtype)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        return gradient, None


def attention_mask(scores: Tensor, threshold: str = "mean", deviation: float = 0.0) -> Tensor:
    """Return Z (B, d) in {0, 1} from scores M (B, d).

    Args:
        scores: M, one score per region: d = H·W cells of an image, or d text features.
        threshold: ``"mean"``, α = 1/d, the mean of a softmax over d regions (the paper's 1/(H·W)); ``"median"``,
            each item's own median, which attends to half of the regions; ``"quartile"``, its lower quartile, which
            attends to three quarters.
        deviation: standard deviation over its regions that each item's M is brought to first; 0 leaves M as it is.
            The mean of a softmax lies at the scores' mean while they are small and near their maximum once they
            are large, so that with a free scale the attended share falls as G learns.

    Where every score is equal, rounding of the softmax must not decide: all regions are attended.
    """
    if threshold not in THRESHOLDS:
        raise unknown_name("text_threshold", threshold, THRESHOLDS)
    scores = scores.float()
    if deviation:
        scores = scores * (deviation / scores.std(1, keepdim=True).clamp_min(1e-6))
    probability = scores.softmax(dim=1)  # P
    if threshold in RANKS:
        rank = (scores.shape[1] - 1) // RANKS[threshold] + 1
        alpha = probability.detach().kthvalue(rank, dim=1, keepdim=True).values
    else:
        alpha = probability.new_full((1, 1), (1 - 1e-6) / scores.shape[1])
    return Threshold.apply(probability, alpha)


class ImageAttention(nn.Module):
    """G^I: a 1×1 convolution scores the cells of the feature maps."""

    def __init__(self, channels: int, deviation: float = 0.0):
        super().__init__()
        self.convolution = nn.Conv2d(channels, 1, kernel_size=1)
        self.deviation = deviation

    def forward(self, maps: Tensor) -> Tensor:
        """Return Z^I (B, 1, H, W) for maps f^I (B, C, H, W)."""
        scores = self.convolution(maps)  # M^I
        return attention_mask(scores.flatten(1), deviation=self.deviation).view_as(scores).to(maps.dtype)


class TextAttention(nn.Module):
    """G^T: a fully connected layer scores the text features."""

    def __init__(self, features: int, threshold: str = "mean", deviation: float = 0.0):
        super().__init__()
        self.linear = nn.Linear(features, features)
        self.threshold, self.deviation = threshold, deviation

    def forward(self, features: Tensor) -> Tensor:
        """Return Z^T (B, d) for text features f^T (B, d)."""
        return attention_mask(self.linear(features), self.threshold, self.deviation).to(features.dtype)


def attend(features: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Return (attended, unattended) features: Z × f and (1 − Z) × f (eq. 2 and 3)."""
    attended = mask * features
    return attended, features - attended  # the rest is (1 - Z) × f exactly, as Z is 0 or 1
