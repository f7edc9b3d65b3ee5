"""The four retrieval terms and the two adversarial terms: who asks, who answers."""

import torch

from adahlib.losses import adversarial_retrieval_loss, cross_modal_retrieval_loss, triplet_ranking_loss


def test_terms_take_query_and_database_in_the_order_of_the_arrow():
    generator = torch.Generator().manual_seed(0)
    images, texts, hidden_images, hidden_texts = torch.randn(4, 8, 5, generator=generator)
    similar = (torch.randn(8, 8, generator=generator) > 0).float()
    options = {"margin": 1.0, "reduction": "sum"}
    terms = cross_modal_retrieval_loss(images, texts, similar, **options)
    assert list(terms) == ["T→I", "I→T", "I→I", "T→T"]
    assert terms["T→I"] == triplet_ranking_loss(texts, images, similar, **options)
    assert terms["I→T"] == triplet_ranking_loss(images, texts, similar, **options)
    adversarial = adversarial_retrieval_loss(images, texts, hidden_images, hidden_texts, similar, **options)
    assert adversarial["T→Î"] == triplet_ranking_loss(texts, hidden_images, similar, **options)
    assert adversarial["I→T̂"] == triplet_ranking_loss(images, hidden_texts, similar, **options)


def test_a_modality_without_attention_has_no_adversarial_term():
    images, texts, hidden = torch.randn(3, 8, 5, generator=torch.Generator().manual_seed(0))
    similar = torch.eye(8)
    terms = adversarial_retrieval_loss(images, texts, hidden, None, similar, margin=1.0)
    assert list(terms) == ["T→Î"]
