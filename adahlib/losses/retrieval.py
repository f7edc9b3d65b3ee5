"""Cross-modal retrieval loss: the inter-modal and intra-modal ranking terms of eq. 4."""

from torch import Tensor

from adahlib.losses.triplet import triplet_ranking_loss


def cross_modal_retrieval_loss(images: Tensor, texts: Tensor, similar: Tensor, **options) -> dict[str, Tensor]:
    """Return the four terms of eq. 4 by name: F_{T→I}, F_{I→T}, F_{I→I}, F_{T→T}.

    Args:
        images: attended image codes H^I, (B, q).
        texts: attended text codes H^T, (B, q).
        similar: S, (B, B), symmetric: rows and columns are the same B pairs.
        **options: margin, reduction, distance of ``triplet_ranking_loss``.
    """
    return {
        "T→I": triplet_ranking_loss(texts, images, similar, **options),
        "I→T": triplet_ranking_loss(images, texts, similar, **options),
        "I→I": triplet_ranking_loss(images, images, similar, **options),
        "T→T": triplet_ranking_loss(texts, texts, similar, **options),
    }
