"""The triplet loss of image hashing against a loop over triplets: value, gradient, and items that are neither."""

import pytest
import torch

from adahlib.losses import masked_triplet_loss

MARGIN = 1.0


def by_loop(anchors, database, positive, negative):
    """The mean of the hinges that are positive, triplet by triplet."""
    hinges = [
        MARGIN + (anchor - database[p]).square().sum() - (anchor - database[n]).square().sum()
        for row, anchor in enumerate(anchors)
        for p in positive[row].nonzero().flatten()
        for n in negative[row].nonzero().flatten()
    ]
    violating = [hinge for hinge in hinges if hinge > 0]
    return sum(violating) / max(len(violating), 1), len(violating), len(hinges)


@pytest.fixture
def batch():
    """Codes of 5 anchors and 9 items in double precision, and masks by which items 0 and 8 are neither."""
    torch.manual_seed(0)
    anchors, database = (torch.rand(count, 6, dtype=torch.float64, requires_grad=True) for count in (5, 9))
    positive = torch.rand(5, 9) < 0.4
    positive[:, [0, 8]] = False
    negative = ~positive
    negative[:, [0, 8]] = False
    return anchors, database, positive, negative


def test_value_and_gradient_are_those_of_the_loop(batch):
    anchors, database, positive, negative = batch
    expected, violating, all_triplets = by_loop(*batch)
    assert 0 < violating < all_triplets
    loss = masked_triplet_loss(anchors, database, positive, negative, MARGIN)
    assert loss.item() == pytest.approx(expected.item(), rel=1e-12)
    right = torch.autograd.grad(expected, (anchors, database))
    found = torch.autograd.grad(loss, (anchors, database))
    assert all(torch.allclose(mine, other, atol=1e-12) for mine, other in zip(found, right, strict=True))
    assert not found[1][[0, 8]].any() and found[1][1:8].any()  # items that are neither positive nor negative


def test_without_a_violating_triplet_loss_and_gradient_are_zero(batch):
    anchors, database, positive, negative = batch
    for none in (
        {"positive": torch.zeros_like(positive), "negative": negative},
        {"positive": positive, "negative": torch.zeros_like(negative)},
    ):
        loss = masked_triplet_loss(anchors, database, margin=MARGIN, **none)
        assert loss.item() == 0 and not any(part.any() for part in torch.autograd.grad(loss, (anchors, database)))
    far = torch.cat([anchors.detach() * 0, anchors.detach() * 0 + 9]).requires_grad_()
    near = torch.tensor([[True] * 5 + [False] * 5] * 5)
    loss = masked_triplet_loss(anchors, far, near, ~near, MARGIN)
    assert loss.item() == 0 and not torch.autograd.grad(loss, far)[0].any()
