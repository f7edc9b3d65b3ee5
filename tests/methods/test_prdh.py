"""PRDH: learning, its terms, and a decorrelation that is there and falls where it is asked to."""

import numpy as np
import pytest
import torch

from adahlib.errors import AdahError
from adahlib.losses.likelihood import decorrelation_loss, likelihood_loss
from adahlib.losses.similarity import label_similarity
from adahlib.methods import make_method
from tests.toys import TINY_DCMH as TINY
from tests.toys import retrieval_maps, toy_pairs


@pytest.mark.slow
def test_learns_to_retrieve_across_modalities():
    maps, texts, labels = toy_pairs(400)
    train, asked = slice(0, 300), slice(300, None)
    options = TINY | {"batch_size": 16, "epochs": 12}
    method = make_method("prdh", 8, **options).fit(maps[train], texts[train], labels[train])
    assert min(retrieval_maps(method, maps, texts, labels, asked, train)) > 0.5


def test_a_batch_adds_the_likelihood_within_and_the_decorrelation():
    maps, texts, labels = toy_pairs(40)
    method = make_method("prdh", 4, **TINY | {"epochs": 1}).fit(maps, texts, labels)
    F, G, batch = method.network_.F, method.network_.G, torch.tensor([3, 17, 5, 1])
    similar = torch.from_numpy((labels[batch] @ labels.T > 0).astype(np.float32))
    terms = method.terms(F[batch], F, G, similar, batch)
    assert set(terms) == {"likelihood", "likelihood within", "quantisation", "balance", "decorrelation"} == set(
        method.weights()
    )
    assert terms["likelihood within"].item() == pytest.approx(likelihood_loss(F[batch], F, similar).item())
    assert terms["decorrelation"].item() == pytest.approx(decorrelation_loss(F[batch]).item()) != 0


def gradient_share(scale):
    """Return the decorrelation's part of a step's gradient, at the outputs of an early epoch of a real size.

    10,000 training pairs in batches of 128, as in the protocol, with outputs of about a half; no balance, as in the
    profile.
    """
    torch.manual_seed(0)
    method = make_method("prdh", 16, decorrelation_scale=scale)
    factors = torch.randn(10_000, 4) @ torch.randn(4, 16) / 4  # bits that depend on each other, as before training
    F, G, B = factors, factors + 0.1 * torch.randn_like(factors), factors.sign()
    labels = (torch.rand(10_000, 24) < 0.1).float()
    batch = torch.arange(128)
    outputs = F[batch].clone().requires_grad_()
    method.network = type("Buffers", (), {"B": B})
    terms = method.terms(outputs, F, G, label_similarity(labels[batch], labels), batch)
    weights = method.weights() | {"balance": 0.0}
    sizes = {}
    for term, value in terms.items():
        (slope,) = torch.autograd.grad(weights[term] * value, outputs, retain_graph=True)
        sizes[term] = slope.norm().item()
    return sizes["decorrelation"] / sum(sizes.values())


def test_the_scale_decides_whether_the_decorrelation_acts():
    """At its published weight it is below a ten-thousandth of the gradient, or a part that counts."""
    assert gradient_share("sum") < 1e-4
    assert gradient_share("batch") > 0.1


def test_the_decorrelation_of_a_batch_is_the_covariances_own():
    outputs = torch.randn(8, 4, generator=torch.Generator().manual_seed(0))
    summed, own = (make_method("prdh", 4, decorrelation_scale=scale) for scale in ("sum", "batch"))
    value = decorrelation_loss(outputs).item()
    assert summed.decorrelation(outputs, 40).item() == value
    assert own.decorrelation(outputs, 40).item() / (8 * 40) == pytest.approx(value)


def covariance_share(outputs):
    """Return which part of the squared covariance lies off the diagonal: 0 for uncorrelated bits."""
    covariance = torch.cov(outputs.T, correction=0)
    return (2 * decorrelation_loss(outputs) / covariance.square().sum()).item()


@pytest.mark.slow
@pytest.mark.parametrize(("scale", "strong"), [("sum", 1e5), ("batch", 3.0)])
def test_decorrelation_is_there_and_falls_when_trained(scale, strong):
    maps, texts, labels = toy_pairs(300)
    weights = {0.0: [], strong: []}
    for weight, shares in weights.items():
        options = TINY | {"epochs": 12, "decorrelation": weight, "decorrelation_scale": scale}
        method = make_method("prdh", 8, **options).fit(maps, texts, labels)
        terms = [epoch[f"decorrelation, {name}"] for epoch in method.history_ for name in ("texts", "images")]
        assert min(terms) > 0
        shares += [covariance_share(part) for part in (method.network_.F, method.network_.G)]
    assert max(weights[strong]) < 0.7 * min(weights[0.0])


def test_bad_weight_is_one_sentence():
    with pytest.raises(AdahError, match="decorrelation=-1.0 must be at least 0"):
        make_method("prdh", 8, decorrelation=-1.0)
    with pytest.raises(AdahError, match="unknown decorrelation_scale 'mean'"):
        make_method("prdh", 8, decorrelation_scale="mean")
