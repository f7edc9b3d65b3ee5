"""The triplet ranking loss of image hashing, where masks say which candidates are positives and which negatives."""

from torch import Tensor

from adahlib.deprecation import renamed_arguments
from adahlib.losses.distances import pairwise_distance
from adahlib.losses.triplet import hinge_counts


@renamed_arguments("1.0", candidates="database")
def masked_triplet_loss(
    anchors: Tensor, database: Tensor, positive: Tensor, negative: Tensor, margin: float
) -> Tensor:
    """Return the mean of max(0, m + ‖a − p‖² − ‖a − n‖²) over the triplets of a batch whose loss is positive.

    It is the ranking loss of NINH and SSDH, and L_sr of SSGAH.

    On codes of 0 and 1 the squared distance is the Hamming distance. In O(B² log B), as ``triplet_ranking_loss``; a
    database item that is neither positive nor negative, such as the anchor itself, is left out.

    Args:
        anchors: codes in [0, 1], (n, q).
        database: codes in [0, 1], (m, q).
        positive, negative: (n, m) bool, disjoint.
        margin: m of at least 0, in squared distance: a bit that flips moves a code by 1.

    Returns:
        A scalar; 0 (with gradient 0) where the batch has no violating triplet.

    Example:
        >>> import torch
        >>> from adahlib.losses import masked_triplet_loss
        >>> codes = torch.tensor([[1.0, 1.0], [0.0, 1.0], [1.0, 0.0]])
        >>> positive, negative = torch.tensor([[False, True, False]]), torch.tensor([[False, False, True]])
        >>> float(masked_triplet_loss(codes[:1], codes, positive, negative, margin=1.0))  # both one bit away
        1.0
    """
    distances = pairwise_distance(anchors, database, "squared")
    as_positive, as_negative = hinge_counts(distances.detach().sort(dim=1), positive, negative, margin)
    violating = as_positive.sum()
    total = ((as_positive - as_negative) * distances).sum() + margin * violating
    return total / violating.clamp_min(1)


def same_class(labels: Tensor, others: Tensor) -> Tensor:
    """Return which items share a label, bool (n, m).

    Args:
        labels, others: (n, c) and (m, c) of 0/1.

    Example:
        >>> import torch
        >>> from adahlib.losses import same_class
        >>> same_class(torch.tensor([[1, 0]]), torch.tensor([[1, 1], [0, 1]])).tolist()
        [[True, False]]
    """
    return labels.float() @ others.float().T > 0
