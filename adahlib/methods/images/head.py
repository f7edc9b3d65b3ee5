"""The hashing layers on a network's features: H(x) = σ(f(x) W + b), b = [H(x) ≥ ½]."""

import torch
from torch import Tensor, nn

from adahlib.models.hashing import Standardise


class HashHead(nn.Module):
    """Features → fc, ReLU → q sigmoids; features are standardised by channel, as the training images have them.

    Args:
        features: d.
        hidden: width of the layer between; 0 for none, as H is printed.
        bits: q.
        dropout: after the hidden layer, or on the features.

    Attributes:
        width: of what the last layer sees.
    """

    def __init__(self, features: int, hidden: int, bits: int, dropout: float = 0.0):
        super().__init__()
        self.scale = Standardise(features)
        between = [nn.Linear(features, hidden), nn.ReLU()] if hidden else []
        self.hidden, self.width = nn.Sequential(*between, nn.Dropout(dropout)), hidden or features
        self.output = nn.Linear(self.width, bits)

    def forward(self, features: Tensor) -> Tensor:
        """Return h in (0, 1), (n, q), of features (n, d)."""
        return torch.sigmoid(self.output(self.hidden(self.scale(features))))


class DividedHead(HashHead):
    """Divide and encode (NINH): each bit is computed from a slice of its own of the hidden layer.

    Args:
        features, bits, dropout: as in ``HashHead``.
        slice_width: neurons of the hidden layer for each bit.
    """

    def __init__(self, features: int, slice_width: int, bits: int, dropout: float = 0.0):
        super().__init__(features, slice_width * bits, bits, dropout)
        self.output = Slices(slice_width, bits)  # type: ignore[assignment]


class PictureHead(HashHead):
    """A hashing network that sees pictures (n, 3, H, W) and not features: its own paper's, trained from nothing.

    Args:
        layers: from pictures, standardised by colour, to values (n, width).
        width: of these.
        output: from them to the outputs of the bits; default: one linear layer.
        bits: q.
    """

    def __init__(self, layers: nn.Module, width: int, bits: int, output: nn.Module | None = None):
        nn.Module.__init__(self)
        self.scale, self.hidden, self.width = Standardise(3), layers, width  # type: ignore[assignment]
        self.output = output or nn.Linear(width, bits)  # type: ignore[assignment]


class Slices(nn.Module):
    """One linear map a bit from a slice of the input, (n, q·w) → (n, q)."""

    def __init__(self, width: int, bits: int):
        super().__init__()
        bound = width**-0.5
        self.weight = nn.Parameter(torch.empty(bits, width).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.zeros(bits))

    def forward(self, hidden: Tensor) -> Tensor:
        """Return (n, q)."""
        return (hidden.unflatten(1, self.weight.shape) * self.weight).sum(-1) + self.bias
