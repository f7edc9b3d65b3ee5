"""Cross-modal retrieval loss: the inter-modal and intra-modal ranking terms of eq. 4."""

from typing import Any

from torch import Tensor

from adahlib.losses.triplet import triplet_ranking_loss


def cross_modal_retrieval_loss(images: Tensor, texts: Tensor, similar: Tensor, **options: Any) -> dict[str, Tensor]:
    """Return the four terms of the cross-modal retrieval loss by name: F_{T→I}, F_{I→T}, F_{I→I} and F_{T→T} (eq. 4).

    Args:
        images: attended image codes H^I, (B, q).
        texts: attended text codes H^T, (B, q).
        similar: S, (B, B), symmetric: rows and columns are the same B pairs.
        **options: margin, reduction, distance of ``triplet_ranking_loss``.

    Returns:
        Scalars by the names ``"T→I"``, ``"I→T"``, ``"I→I"`` and ``"T→T"``.

    Raises:
        AdahError: S does not fit the codes, or an option is unknown.

    Example:
        >>> import torch
        >>> from adahlib.losses import cross_modal_retrieval_loss
        >>> images, texts = torch.eye(2), torch.eye(2).flip(0)  # each image has the other's text
        >>> terms = cross_modal_retrieval_loss(images, texts, torch.eye(2), margin=1.0)
        >>> {name: round(term.item(), 2) for name, term in terms.items()}
        {'T→I': 2.41, 'I→T': 2.41, 'I→I': 0.0, 'T→T': 0.0}
    """
    return {
        "T→I": triplet_ranking_loss(texts, images, similar, **options),
        "I→T": triplet_ranking_loss(images, texts, similar, **options),
        "I→I": triplet_ranking_loss(images, images, similar, **options),
        "T→T": triplet_ranking_loss(texts, texts, similar, **options),
    }
