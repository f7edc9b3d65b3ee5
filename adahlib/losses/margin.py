"""The max-margin losses of DVSH's visual-semantic fusion network (Cao et al., KDD 2016), as means."""

from torch import Tensor
from torch.nn.functional import normalize


def cosine_margin_loss(H: Tensor, similar: Tensor, margin: float) -> Tensor:
    """Return the mean of max(0, μ_c − s_ij cos(h_i, h_j)) over the pairs of different items.

    Args:
        H: fusion codes (n, q) of at least two items.
        similar: S, (n, n), 0/1; s_ij is +1 where S_ij = 1, else −1.
        margin: μ_c.
    """
    unit = normalize(H)
    hinges = (margin - (2 * similar - 1) * (unit @ unit.T)).clamp_min(0)
    return (hinges.sum() - hinges.diagonal().sum()) / (len(H) * (len(H) - 1))


def bitwise_margin_loss(H: Tensor, margin: float) -> Tensor:
    """Return the mean of max(0, μ_b − |h_ik|) over all bits of codes (n, q): it keeps outputs away from zero."""
    return (margin - H.abs()).clamp_min(0).mean()
