"""The likelihood, quantisation, balance and decorrelation against naive loops; gradients against differences."""

import itertools
import math

import pytest
import torch

from adahlib.errors import AdahError
from adahlib.losses.likelihood import (
    balance_loss,
    decorrelation_loss,
    likelihood_loss,
    quantisation_loss,
    unified_codes,
)


def normal(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def random_similarity(n, m):
    return (torch.rand(n, m, generator=torch.Generator().manual_seed(9)) < 0.4).double()


def test_likelihood_is_the_double_sum():
    F, G, S = normal(5, 3), normal(7, 3, seed=1), random_similarity(5, 7)
    expected = 0.0
    for i, j in itertools.product(range(5), range(7)):
        theta = 0.5 * sum(F[i, k].item() * G[j, k].item() for k in range(3))
        expected += math.log(1 + math.exp(theta)) - S[i, j].item() * theta
    assert likelihood_loss(F, G, S).item() == pytest.approx(expected, rel=1e-12)


def test_quantisation_and_balance_are_their_sums():
    F, B = normal(5, 3), normal(5, 3, seed=1).sign()
    pairs = list(itertools.product(range(5), range(3)))
    assert quantisation_loss(F, B).item() == pytest.approx(sum((B[i, k] - F[i, k]).item() ** 2 for i, k in pairs))
    sums = [sum(F[i, k].item() for i in range(5)) for k in range(3)]
    assert balance_loss(F).item() == pytest.approx(sum(value**2 for value in sums))


def test_decorrelation_is_half_the_squared_covariances_of_different_bits():
    F = normal(6, 4) @ normal(4, 4, seed=2)
    mean = [F[:, k].mean().item() for k in range(4)]
    expected = 0.0
    for k, m in itertools.product(range(4), range(4)):
        covariance = sum((F[i, k].item() - mean[k]) * (F[i, m].item() - mean[m]) for i in range(6)) / 6
        expected += 0.5 * covariance**2 if k != m else 0.0
    assert decorrelation_loss(F).item() == pytest.approx(expected, rel=1e-10) and expected > 0.1


def test_decorrelation_vanishes_for_independent_bits_alone():
    patterns = torch.tensor(list(itertools.product((-1.0, 1.0), repeat=4)))
    assert decorrelation_loss(patterns).item() == 0
    assert decorrelation_loss(patterns[:, [0, 0, 1]]).item() == 1.0  # two equal bits: covariance 1, twice, halved


@pytest.mark.parametrize(
    "loss",
    [
        lambda F: likelihood_loss(F, normal(6, 3, seed=1), random_similarity(5, 6)),
        lambda F: likelihood_loss(F, F, random_similarity(5, 5)),
        lambda F: quantisation_loss(F, normal(5, 3, seed=1).sign()),
        balance_loss,
        decorrelation_loss,
    ],
)
def test_gradients_are_the_finite_differences(loss):
    F = normal(5, 3).requires_grad_()
    (gradient,) = torch.autograd.grad(loss(F), F)
    for i, k in itertools.product(range(5), range(3)):
        step = torch.zeros(5, 3, dtype=torch.float64)
        step[i, k] = 1e-5
        difference = (loss(F.detach() + step) - loss(F.detach() - step)) / 2e-5
        assert gradient[i, k].item() == pytest.approx(difference.item(), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("theta", [-1000.0, -100.0, 100.0, 1000.0])
@pytest.mark.parametrize("similar", [0.0, 1.0])
def test_safe_for_large_inner_products(theta, similar):
    F = torch.tensor([[2 * theta]], requires_grad=True)
    loss = likelihood_loss(F, torch.ones(1, 1), torch.tensor([[similar]]))
    (gradient,) = torch.autograd.grad(loss, F)
    assert loss.item() == pytest.approx(max(theta, 0) - similar * theta, rel=1e-6, abs=1e-6)
    assert gradient.item() == pytest.approx(0.5 * ((theta > 0) - similar), abs=1e-6)


def test_unified_codes_are_the_best_of_all_sign_patterns():
    F, G = normal(4, 3), normal(4, 3, seed=1)
    best = unified_codes(F, G)
    cost = quantisation_loss(F, best) + quantisation_loss(G, best)
    for signs in itertools.product((-1.0, 1.0), repeat=12):
        B = torch.tensor(signs, dtype=torch.float64).view(4, 3)
        if not torch.equal(B, best):
            assert quantisation_loss(F, B) + quantisation_loss(G, B) > cost
    assert unified_codes(torch.zeros(1, 2), torch.zeros(1, 2)).tolist() == [[1.0, 1.0]]


def test_similarity_of_another_shape():
    with pytest.raises(AdahError, match=r"similar has shape \(4, 5\); 5 and 4 outputs need \(5, 4\)"):
        likelihood_loss(normal(5, 3), normal(4, 3), torch.zeros(4, 5))
