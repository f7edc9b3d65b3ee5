"""The triplet ranking loss against the naive sum over triplets, in float64, value and gradient."""

import itertools
import subprocess
import sys

import pytest
import torch

from adahlib.errors import AdahError
from adahlib.losses import label_similarity, triplet_ranking_loss
from adahlib.losses.distances import pairwise_distance
from adahlib.losses.triplet import REDUCTIONS


def naive_loss(queries, candidates, similar, margin, reduction):
    """Eq. 5 as printed: a loop over all triplets."""
    hinges = []
    for i in range(len(queries)):
        for j, k in itertools.product(range(len(candidates)), repeat=2):
            if similar[i, j] > similar[i, k]:
                positive = (queries[i] - candidates[j]).norm()
                negative = (queries[i] - candidates[k]).norm()
                hinges.append((margin + positive - negative).clamp_min(0))
    hinges = torch.stack(hinges)
    if reduction == "sum":
        return hinges.sum()
    return hinges.mean() if reduction == "valid" else hinges[hinges > 0].mean()


def batch(seed, graded=False):
    generator = torch.Generator().manual_seed(seed)
    queries = torch.randn(5, 4, generator=generator, dtype=torch.float64).tanh().requires_grad_()
    candidates = torch.randn(7, 4, generator=generator, dtype=torch.float64).tanh().requires_grad_()
    similar = torch.randint(0, 4 if graded else 2, (5, 7), generator=generator).double()
    return queries, candidates, similar


@pytest.mark.parametrize("graded", [False, True])
@pytest.mark.parametrize("reduction", ["sum", "valid", "violating"])
@pytest.mark.parametrize("margin", [0.0, 0.3, 2.0])
def test_equals_the_naive_sum_in_value_and_gradient(reduction, margin, graded):
    for seed in range(3):
        queries, candidates, similar = batch(seed, graded)
        fast = triplet_ranking_loss(queries, candidates, similar, margin, reduction)
        slow = naive_loss(queries, candidates, similar, margin, reduction)
        torch.testing.assert_close(fast, slow, rtol=1e-10, atol=1e-10)
        gradients = [torch.autograd.grad(loss, (queries, candidates)) for loss in (fast, slow)]
        for ours, oracle in zip(*gradients, strict=True):
            torch.testing.assert_close(ours, oracle, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_a_similarity_of_true_and_false_is_one_of_one_and_zero(share):
    queries, candidates, _ = batch(4)
    similar = torch.rand(5, 7, generator=torch.Generator().manual_seed(1)) < share
    for reduction in REDUCTIONS:
        losses = [triplet_ranking_loss(queries, candidates, s, 0.7, reduction) for s in (similar, similar.double())]
        assert losses[0].item() == losses[1].item() and (losses[0] > 0) == (0 < share < 1)
        ours, oracle = (torch.autograd.grad(loss, (queries, candidates)) for loss in losses)
        assert all(map(torch.equal, ours, oracle))


def test_gradient_passes_the_numerical_check():
    queries, candidates, similar = batch(5)
    assert torch.autograd.gradcheck(
        lambda a, b: triplet_ranking_loss(a, b, similar, 0.7, "sum"), (queries, candidates)
    )


def test_tied_distances_and_exact_margins():
    codes = torch.tensor([[1.0, 1], [1, -1], [-1, -1], [1, 1]], dtype=torch.float64)
    similar = torch.eye(4, dtype=torch.float64)
    for margin in (0.0, 1.0, 2.0, 4.0):
        fast = triplet_ranking_loss(codes, codes, similar, margin, "sum", distance="hamming")
        d = pairwise_distance(codes, codes, "hamming")
        slow = sum(
            max(0.0, margin + d[i, j] - d[i, k])
            for i, j, k in itertools.product(range(4), repeat=3)
            if similar[i, j] > similar[i, k]
        )
        assert float(fast) == pytest.approx(float(slow))


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_batch_without_triplets_gives_zero_and_no_nan(value):
    codes = torch.randn(6, 4, generator=torch.Generator().manual_seed(0), requires_grad=True)
    loss = triplet_ranking_loss(codes, codes, torch.full((6, 6), value), 1.0)
    loss.backward()
    assert loss == 0 and torch.isfinite(codes.grad).all()


def test_order_of_candidates_does_not_matter():
    queries, candidates, similar = batch(3)
    order = torch.randperm(7, generator=torch.Generator().manual_seed(0))
    plain = triplet_ranking_loss(queries, candidates, similar, 0.5)
    shuffled = triplet_ranking_loss(queries, candidates[order], similar[:, order], 0.5)
    torch.testing.assert_close(plain, shuffled)


def test_similarity_follows_the_labels():
    labels = torch.tensor([[1, 1, 0], [1, 1, 1], [0, 0, 1]])
    assert label_similarity(labels, labels).tolist() == [[1, 1, 0], [1, 1, 1], [0, 1, 1]]
    assert label_similarity(labels, labels, "count").tolist() == [[2, 2, 0], [2, 3, 1], [0, 1, 1]]


def test_bad_options_are_named():
    queries, candidates, similar = batch(0)
    with pytest.raises(AdahError, match="did you mean 'violating'"):
        triplet_ranking_loss(queries, candidates, similar, 1.0, "violated")
    with pytest.raises(AdahError, match=r"\(5, 7\)"):
        triplet_ranking_loss(queries, candidates, similar.T, 1.0)
    with pytest.raises(AdahError, match="unknown distance"):
        triplet_ranking_loss(queries, candidates, similar, 1.0, distance="cosine")


LARGE_BATCH = """
import resource
import torch
from adahlib.losses import triplet_ranking_loss
torch.manual_seed(0)
codes = torch.randn(4096, 64).tanh().requires_grad_()
labels = (torch.rand(4096, 24) < 0.1).float()
triplet_ranking_loss(codes, codes, ((labels @ labels.T) > 0).float(), 1.0).backward()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
def test_a_batch_of_4096_fits_in_four_gigabytes():
    shown = subprocess.run([sys.executable, "-c", LARGE_BATCH], check=True, stdout=subprocess.PIPE).stdout
    assert int(shown) < 4 * 2**20  # KiB
