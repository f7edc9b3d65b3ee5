"""SSGAH's L_GD: the judge of triplets, their generator, and the Gaussian that an image's feature is made into."""

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy


def judge_loss(real: Tensor, swapped: Tensor, synthetic: Tensor, smoothing: float = 0.0) -> Tensor:
    """Return the discriminator's loss −[log D(q,p,n) + log(1 − D(q,n,p)) + log(1 − D(x, G_p(x), G_n(x)))].

    It is −L_GD of SSGAH's slides without the KL divergence, on which D has no influence; each term is a mean over its
    batch.

    Args:
        real, swapped, synthetic: logits of D, each of any length.
        smoothing: in [0, 1): one-sided label smoothing, by which the target of real triplets is 1 − smoothing.

    Example:
        >>> import torch
        >>> from adahlib.losses import judge_loss
        >>> round(float(judge_loss(torch.tensor([0.0]), torch.tensor([0.0]), torch.tensor([0.0]))), 4)  # 3 log 2
        2.0794
    """
    real_loss = cross_entropy(real, torch.full_like(real, 1 - smoothing))
    return real_loss + sum(cross_entropy(logits, torch.zeros_like(logits)) for logits in (swapped, synthetic))


def deceiver_loss(synthetic: Tensor) -> Tensor:
    """Return the generator's loss that does not saturate, −log D(x, G_p(x), G_n(x)), the mean over the batch.

    SSGAH's slides print log(1 − D) (L_GD), whose gradient vanishes while D is sure. Both fall as D rises (Goodfellow et
    al., NIPS 2014).

    Args:
        synthetic: logits of D for synthetic triplets, of any length.

    Example:
        >>> import torch
        >>> from adahlib.losses import deceiver_loss
        >>> round(float(deceiver_loss(torch.tensor([0.0, 0.0]))), 4)  # log 2
        0.6931
    """
    return cross_entropy(synthetic, torch.ones_like(synthetic))


def gaussian_divergence(mean: Tensor, log_deviation: Tensor) -> Tensor:
    """Return the KL divergence KL(N(μ, σ²) ‖ N(0, 1)) = −log σ + (σ² + μ²)/2 − ½ of independent dimensions.

    It is the regulariser of SSGAH's generator, summed over dimensions and averaged over the batch.

    Args:
        mean, log_deviation: μ and log σ, (n, c).

    Example:
        >>> import torch
        >>> from adahlib.losses import gaussian_divergence
        >>> float(gaussian_divergence(torch.tensor([[1.0, 0.0]]), torch.zeros(1, 2)))
        0.5
    """
    each = -log_deviation + ((2 * log_deviation).exp() + mean.square()) / 2 - 0.5
    return each.sum(1).mean()


def triplet_hinge(anchor: Tensor, positive: Tensor, negative: Tensor, margin: float) -> Tensor:
    """Return max(0, m − (‖a − n‖² − ‖a − p‖²)), the hinge of each triplet, (n,).

    L_ssr and L_ar of SSGAH's slides are of such hinges, and so is the ranking loss of DSH-GANs.

    Args:
        anchor, positive, negative: codes of each triplet, (n, q).
        margin: m of at least 0, in squared distance.

    Example:
        >>> import torch
        >>> from adahlib.losses import triplet_hinge
        >>> near, far = torch.tensor([[1.0, 1.0]]), torch.tensor([[0.0, 1.0]])
        >>> triplet_hinge(near, near, far, 1.5).tolist()
        [0.5]
    """
    near, far = ((anchor - other).square().sum(1) for other in (positive, negative))
    return (margin + near - far).clamp_min(0)


def violating_mean(hinges: Tensor) -> Tensor:
    """Return the mean of the hinges that are positive; 0, with gradient 0, where none is.

    The slides have sums; the mean over violating triplets keeps the size of a step while fewer and fewer violate.

    Args:
        hinges: non-negative, of any shape.

    Example:
        >>> import torch
        >>> from adahlib.losses import violating_mean
        >>> float(violating_mean(torch.tensor([0.5, 0.0, 1.5])))
        1.0
    """
    return hinges.sum() / (hinges > 0).sum().clamp_min(1)
