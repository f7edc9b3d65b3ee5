"""Triplet ranking loss over all valid triplets of a batch (eq. 5) in O(B² log B) time and O(B²) memory.

For one query, the sum over positives j and negatives k of max(0, ε + d_j − d_k) needs, for each j, only how many
d_k lie below ε + d_j and their sum: a sort and prefix sums, instead of the B³ triplets.
"""

import torch
from torch import Tensor

from adahlib.deprecation import renamed_arguments
from adahlib.errors import AdahError, unknown_name
from adahlib.losses.distances import pairwise_distance

REDUCTIONS = ("sum", "valid", "violating")


@renamed_arguments("1.0", queries="query", candidates="database")
def triplet_ranking_loss(
    query: Tensor,
    database: Tensor,
    similar: Tensor,
    margin: float,
    reduction: str = "violating",
    distance: str = "euclidean",
) -> Tensor:
    """Return the triplet ranking loss F_{A→B} over all valid triplets of a batch (eq. 5).

    It is max{0, ε + ‖H_i − H_j‖ − ‖H_i − H_k‖} over all ⟨i, j, k⟩ with S(i, j) > S(i, k).

    Args:
        query: codes H^A, (n, q).
        database: codes H^B, (m, q).
        similar: S, (n, m); bool, or numbers: 0/1 or graded (more is more similar), non-negative.
        margin: ε of at least 0, in units of the distance.
        reduction: ``"sum"`` as printed in the paper; ``"valid"``, mean over the valid triplets; ``"violating"``,
            mean over the triplets with a positive loss.
        distance: see ``pairwise_distance``.

    Returns:
        A scalar; 0 (with gradient 0) where the batch has no valid or no violating triplet.

    Raises:
        AdahError: S does not fit the codes, or an option is unknown.

    Example:
        >>> import torch
        >>> from adahlib.losses import triplet_ranking_loss
        >>> queries = torch.tensor([[0.0, 0.0]])
        >>> candidates = torch.tensor([[3.0, 4.0], [0.0, 4.0]])  # the similar one lies at 5, the other one at 4
        >>> triplet_ranking_loss(queries, candidates, torch.tensor([[1, 0]]), margin=1.0).item()
        2.0
    """
    if reduction not in REDUCTIONS:
        raise unknown_name("reduction", reduction, REDUCTIONS)
    if tuple(similar.shape) != (len(query), len(database)):
        raise AdahError(
            f"similar has shape {tuple(similar.shape)}; {len(query)} queries and {len(database)} database items "
            f"need {(len(query), len(database))}."
        )
    distances = pairwise_distance(query, database, distance)  # (n, m)
    total, violating, valid = hinge_sums(distances, similar, margin)
    if reduction == "sum":
        return total
    return total / (valid if reduction == "valid" else violating).clamp_min(1)


def hinge_sums(distances: Tensor, similar: Tensor, margin: float) -> tuple[Tensor, Tensor, Tensor]:
    """Return (sum of hinges, number of violating triplets, number of valid triplets) of a batch.

    The counts carry no gradient. A graded S is taken level by level: positives S = s against negatives S < s.
    """
    weights = torch.zeros_like(distances)  # d total / d distance: hinges in which it stands, with sign
    violating = valid = torch.zeros((), dtype=torch.float64, device=distances.device)
    order = distances.detach().sort(dim=1)
    for positive, negative in levels(similar):
        as_positive, as_negative = hinge_counts(order, positive, negative, margin)
        weights += as_positive - as_negative
        violating = violating + as_positive.sum(dtype=torch.float64)
        valid = valid + (positive.sum(1, dtype=torch.float64) * negative.sum(1, dtype=torch.float64)).sum()
    # The sum of hinges is linear in the distances once the violating triplets are known.
    total = (weights * distances).sum() + margin * violating.to(distances.dtype)
    return total, violating.to(distances.dtype), valid.to(distances.dtype)


def levels(similar: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Return (positives, negatives), bool (n, m), of each level of S but the lowest.

    A bool S has one such level, and is the way to say so without looking: the host would have to wait for a GPU to
    learn which numbers there are.
    """
    if similar.dtype == torch.bool:
        return [(similar, ~similar)]
    return [(similar == level, similar < level) for level in torch.unique(similar.detach())[1:]]


def hinge_counts(
    order: tuple[Tensor, Tensor], positive: Tensor, negative: Tensor, margin: float
) -> tuple[Tensor, Tensor]:
    """Return, for every (i, j), in how many violating triplets of query i item j is the positive or the negative.

    Args:
        order: ``distances.sort(dim=1)``, ascending, without gradient.
        positive: (n, m) bool.
        negative: (n, m) bool, disjoint from ``positive``.
        margin: ε.
    """
    values, index = order
    is_positive, is_negative = (mask.gather(1, index).to(values.dtype) for mask in (positive, negative))
    # below[j]: how many database items lie nearer than ε + d_j. Both counts come from this one comparison, so that
    # rounding at a tie cannot count a triplet for its positive and forget it for its negative.
    below = torch.searchsorted(values, values + margin)
    negatives_below = prefix_sums(is_negative).gather(1, below)
    reach = torch.zeros(len(values), values.shape[1] + 1, dtype=values.dtype, device=values.device)
    reached = prefix_sums(reach.scatter_add_(1, below, is_positive))
    positives_above = reached[:, -1:] - reached[:, 1:-1]  # positives j with below[j] > k
    return (
        torch.zeros_like(values).scatter_(1, index, is_positive * negatives_below),
        torch.zeros_like(values).scatter_(1, index, is_negative * positives_above),
    )


def prefix_sums(rows: Tensor) -> Tensor:
    """Return the (n, m + 1) sums of the first 0, 1, …, m entries of each row."""
    return torch.nn.functional.pad(rows.cumsum(1), (1, 0))
