"""The pairwise likelihood of DCMH (Jiang and Li, CVPR 2017) and what DCMH and PRDH add to it; rows are items.

All are sums, as printed, and pure functions of real-valued outputs F, G (n, q) of the two networks.
"""

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from adahlib.errors import AdahError


def likelihood_loss(F: Tensor, G: Tensor, similar: Tensor) -> Tensor:
    """Return −log p(S | F, G) = Σ_ij [log(1 + e^Θ_ij) − S_ij Θ_ij] with Θ = ½ F Gᵀ; safe for any Θ.

    Args:
        F: outputs (n, q).
        G: outputs (m, q).
        similar: S, (n, m), 0/1.

    Raises:
        AdahError: S does not fit the outputs.
    """
    if tuple(similar.shape) != (len(F), len(G)):
        raise AdahError(
            f"similar has shape {tuple(similar.shape)}; {len(F)} and {len(G)} outputs ask for {(len(F), len(G))}."
        )
    return binary_cross_entropy_with_logits(F @ G.T / 2, similar, reduction="sum")


def quantisation_loss(F: Tensor, B: Tensor) -> Tensor:
    """Return ‖B − F‖² of outputs F (n, q) and their codes B (n, q) in {−1, +1}."""
    return (B - F).square().sum()


def balance_loss(F: Tensor) -> Tensor:
    """Return ‖Fᵀ1‖², which is 0 where each bit's outputs (n, q) sum to 0 over the items."""
    return F.sum(0).square().sum()


def decorrelation_loss(F: Tensor) -> Tensor:
    """Return ½(‖C‖² − ‖diag C‖²) with C (q, q) the covariance of the outputs (n, q) over the items: PRDH's J₄."""
    centred = F - F.mean(0)
    covariance = centred.T @ centred / len(F)
    return (covariance.square().sum() - covariance.diagonal().square().sum()) / 2


def unified_codes(F: Tensor, G: Tensor) -> Tensor:
    """Return B = sign(F + G) (n, q), which minimises ‖B − F‖² + ‖B − G‖² over {−1, +1}; sign(0) is +1."""
    return torch.where(F + G >= 0, 1.0, -1.0).to(F.dtype)
