"""The pairwise likelihood of DCMH (Jiang and Li, CVPR 2017) and what DCMH and PRDH add to it; rows are items.

All are sums, as printed, and pure functions of real-valued outputs F, G (n, q) of the two networks.
"""

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from adahlib.errors import AdahError


def likelihood_loss(F: Tensor, G: Tensor, similar: Tensor) -> Tensor:
    """Return −log p(S | F, G) = Σ_ij [log(1 + e^Θ_ij) − S_ij Θ_ij] with Θ = ½ F Gᵀ; no Θ overflows.

    It is the first term of DCMH's objective; PRDH has it within each modality too (F = G).

    Args:
        F: outputs (n, q).
        G: outputs (m, q).
        similar: S, (n, m), 0.0 or 1.0 in the type of the outputs, as ``label_similarity`` returns it.

    Raises:
        AdahError: S does not fit the outputs.

    Example:
        >>> import torch
        >>> from adahlib.losses import likelihood_loss
        >>> F, G = torch.tensor([[2.0, 0.0]]), torch.tensor([[2.0, 1.0], [-2.0, 1.0]])
        >>> round(float(likelihood_loss(F, G, torch.tensor([[1.0, 0.0]]))), 4)  # Θ = 2, −2: both as they should be
        0.2539
    """
    if tuple(similar.shape) != (len(F), len(G)):
        raise AdahError(
            f"similar has shape {tuple(similar.shape)}; {len(F)} and {len(G)} outputs need {(len(F), len(G))}."
        )
    return binary_cross_entropy_with_logits(F @ G.T / 2, similar, reduction="sum")


def quantisation_loss(F: Tensor, B: Tensor) -> Tensor:
    """Return ‖B − F‖², the quantisation loss of outputs by their codes (the second term of DCMH's objective).

    Args:
        F: real-valued outputs (n, q).
        B: their codes (n, q) in {−1, +1}.

    Example:
        >>> import torch
        >>> from adahlib.losses import quantisation_loss
        >>> float(quantisation_loss(torch.tensor([[0.5, -1.0]]), torch.tensor([[1.0, -1.0]])))
        0.25
    """
    return (B - F).square().sum()


def balance_loss(F: Tensor) -> Tensor:
    """Return ‖Fᵀ1‖², the balance loss of DCMH: 0 where each bit's outputs sum to 0 over the items.

    Args:
        F: real-valued outputs (n, q).

    Example:
        >>> import torch
        >>> from adahlib.losses import balance_loss
        >>> float(balance_loss(torch.tensor([[1.0, 1.0], [-1.0, 1.0]])))  # the second bit is always on
        4.0
    """
    return F.sum(0).square().sum()


def decorrelation_loss(F: Tensor) -> Tensor:
    """Return ½(‖C‖² − ‖diag C‖²), C (q, q) the covariance of the outputs over the items.

    It is the decorrelation of PRDH's objective, J₄ there.

    Args:
        F: real-valued outputs (n, q).

    Example:
        >>> import torch
        >>> from adahlib.losses import decorrelation_loss
        >>> float(decorrelation_loss(torch.tensor([[1.0, 1.0], [-1.0, -1.0]])))  # two bits that are always equal
        1.0
    """
    centred = F - F.mean(0)
    covariance = centred.T @ centred / len(F)
    return (covariance.square().sum() - covariance.diagonal().square().sum()) / 2


def unified_codes(F: Tensor, G: Tensor) -> Tensor:
    """Return B = sign(F + G), the codes that minimise ‖B − F‖² + ‖B − G‖² over {−1, +1} (DCMH); sign(0) is +1.

    Args:
        F, G: real-valued outputs (n, q) of the two modalities.

    Returns:
        The unified codes (n, q), in the type of F.

    Example:
        >>> import torch
        >>> from adahlib.losses import unified_codes
        >>> unified_codes(torch.tensor([[0.2, -0.5]]), torch.tensor([[-0.1, 0.1]])).tolist()
        [[1.0, -1.0]]
    """
    return torch.where(F + G >= 0, 1.0, -1.0).to(F.dtype)
