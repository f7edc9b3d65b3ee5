"""PRDH: learning, its terms, and a decorrelation that is there and falls where it is asked to."""

import numpy as np
import pytest
import torch

from adahlib.errors import AdahError
from adahlib.losses.likelihood import decorrelation_loss, likelihood_loss
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
    F, G, batch = method.network.F, method.network.G, torch.tensor([3, 17, 5, 1])
    similar = torch.from_numpy((labels[batch] @ labels.T > 0).astype(np.float32))
    terms = method.terms(F[batch], F, G, similar, batch)
    assert set(terms) == {"likelihood", "likelihood within", "quantisation", "balance", "decorrelation"} == set(
        method.weights()
    )
    assert terms["likelihood within"].item() == pytest.approx(likelihood_loss(F[batch], F, similar).item())
    assert terms["decorrelation"].item() == pytest.approx(decorrelation_loss(F[batch]).item()) != 0


def covariance_share(outputs):
    """Return which part of the squared covariance lies off the diagonal: 0 for uncorrelated bits."""
    covariance = torch.cov(outputs.T, correction=0)
    return (2 * decorrelation_loss(outputs) / covariance.square().sum()).item()


@pytest.mark.slow
def test_decorrelation_is_there_and_falls_when_trained():
    maps, texts, labels = toy_pairs(300)
    weights = {0.0: [], 1e5: []}
    for weight, shares in weights.items():
        method = make_method("prdh", 8, **TINY | {"epochs": 12, "decorrelation": weight}).fit(maps, texts, labels)
        terms = [epoch[f"decorrelation, {name}"] for epoch in method.history_ for name in ("texts", "images")]
        assert min(terms) > 0
        shares += [covariance_share(part) for part in (method.network.F, method.network.G)]
    assert max(weights[1e5]) < 0.7 * min(weights[0.0])


def test_bad_weight_is_one_sentence():
    with pytest.raises(AdahError, match="decorrelation=-1.0 must be at least 0"):
        make_method("prdh", 8, decorrelation=-1.0)
