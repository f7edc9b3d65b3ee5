"""The max-margin losses of DVSH's visual-semantic fusion network (Cao et al., KDD 2016), as means."""

from torch import Tensor
from torch.nn.functional import normalize


def cosine_margin_loss(H: Tensor, similar: Tensor, margin: float) -> Tensor:
    """Return the mean of max(0, μ_c − s_ij cos(h_i, h_j)) over the pairs of different items (DVSH).

    Args:
        H: fusion codes (n, q) of at least two items.
        similar: S, (n, n), numbers 0 or 1; s_ij is +1 where S_ij = 1, else −1.
        margin: μ_c, a cosine: from 0 to 1.

    Example:
        >>> import torch
        >>> from adahlib.losses import cosine_margin_loss
        >>> H = torch.tensor([[1.0, 1.0], [1.0, -1.0]])  # orthogonal, though they are similar
        >>> round(float(cosine_margin_loss(H, torch.ones(2, 2), 0.7)), 4)
        0.7
    """
    unit = normalize(H)
    hinges = (margin - (2 * similar - 1) * (unit @ unit.T)).clamp_min(0)
    return (hinges.sum() - hinges.diagonal().sum()) / (len(H) * (len(H) - 1))


def bitwise_margin_loss(H: Tensor, margin: float) -> Tensor:
    """Return the mean of max(0, μ_b − abs(h_ik)) over all bits, which keeps outputs away from zero (DVSH).

    Args:
        H: fusion codes (n, q).
        margin: μ_b, from 0 to 1.

    Example:
        >>> import torch
        >>> from adahlib.losses import bitwise_margin_loss
        >>> round(float(bitwise_margin_loss(torch.tensor([[0.9, -0.2]]), 0.7)), 4)
        0.25
    """
    return (margin - H.abs()).clamp_min(0).mean()
