"""Adversarial retrieval loss: attended queries against unattended codes of the other modality (eq. 6)."""

from typing import Any

from torch import Tensor

from adahlib.losses.triplet import triplet_ranking_loss


def adversarial_retrieval_loss(
    images: Tensor,
    texts: Tensor,
    unattended_images: Tensor | None,
    unattended_texts: Tensor | None,
    similar: Tensor,
    **options: Any,
) -> dict[str, Tensor]:
    """Return the terms F_{T→Î} and F_{I→T̂} of the adversarial retrieval loss by name (eq. 6).

    The hashing modules D minimise them and the attention modules G maximise them (eq. 7).

    Args:
        images: attended image codes H^I, (B, q).
        texts: attended text codes H^T, (B, q).
        unattended_images: Ĥ^I, (B, q), or None where images have no attention module (then F_{T→Î} is left out).
        unattended_texts: Ĥ^T, (B, q), or None likewise.
        similar: S, (B, B).
        **options: margin, reduction, distance of ``triplet_ranking_loss``.

    Returns:
        Scalars by the names ``"T→Î"`` and ``"I→T̂"``.

    Raises:
        AdahError: S does not fit the codes, or an option is unknown.

    Example:
        >>> import torch
        >>> from adahlib.losses import adversarial_retrieval_loss
        >>> images, texts = torch.eye(2), torch.eye(2)
        >>> terms = adversarial_retrieval_loss(images, texts, -images, None, torch.eye(2), margin=1.0)
        >>> {name: round(term.item(), 3) for name, term in terms.items()}
        {'T→Î': 1.586}
    """
    terms = {}
    if unattended_images is not None:
        terms["T→Î"] = triplet_ranking_loss(texts, unattended_images, similar, **options)
    if unattended_texts is not None:
        terms["I→T̂"] = triplet_ranking_loss(images, unattended_texts, similar, **options)
    return terms
