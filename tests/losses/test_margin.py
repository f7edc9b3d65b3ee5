"""DVSH's max-margin losses against naive loops."""

import itertools

import pytest
import torch

from adahlib.losses.margin import bitwise_margin_loss, cosine_margin_loss


def test_cosine_margin_is_the_mean_over_pairs_of_different_items():
    H = torch.randn(6, 4, generator=torch.Generator().manual_seed(0))
    S = (torch.arange(6)[:, None] % 2 == torch.arange(6) % 2).float()
    hinges = []
    for i, j in itertools.permutations(range(6), 2):
        cosine = sum(H[i, k].item() * H[j, k].item() for k in range(4)) / (H[i].norm() * H[j].norm()).item()
        hinges.append(max(0.0, 0.5 - (1 if S[i, j] else -1) * cosine))
    assert cosine_margin_loss(H, S, 0.5).item() == pytest.approx(sum(hinges) / 30, rel=1e-5)


def test_cosine_margin_vanishes_for_separated_classes_and_is_safe_at_zero():
    H = torch.tensor([[1.0, 1.0], [3.0, 3.0], [-1.0, -1.0]])
    S = torch.tensor([[1.0, 1, 0], [1, 1, 0], [0, 0, 1]])
    assert cosine_margin_loss(H, S, 0.5).item() == 0
    zero = torch.zeros(3, 2, requires_grad=True)
    (gradient,) = torch.autograd.grad(cosine_margin_loss(zero, S, 0.5), zero)
    assert gradient.isfinite().all()


def test_bitwise_margin_is_the_mean_over_bits():
    H = torch.tensor([[0.2, -0.4], [0.9, -0.7]])
    assert bitwise_margin_loss(H, 0.5).item() == pytest.approx((0.3 + 0.1) / 4)
