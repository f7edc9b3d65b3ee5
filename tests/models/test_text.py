"""The bag-of-words layer against a plain linear layer, word dropout, and the paper's initialisation."""

import pytest
import torch

from adahlib.models.text import BagOfWordsLinear, TextFeatures, WordDropout, draw_gaussian, leave_words_out


def test_equals_a_linear_layer_in_value_and_gradient():
    layer = BagOfWordsLinear(50, 7).double()
    bags = (torch.rand(9, 50) < 0.1).double() * torch.randint(1, 4, (9, 50))
    bags[2] = 0  # a text without a known word
    expected = bags @ layer.weight + layer.bias
    assert torch.equal(layer(bags), layer.sparse(bags))  # on a CPU
    for way in (layer.sparse, layer.dense):
        torch.testing.assert_close(way(bags), expected)
        outputs = way(bags), bags @ layer.weight + layer.bias
        gradients = [torch.autograd.grad(y.square().sum(), (layer.weight, layer.bias)) for y in outputs]
        for ours, oracle in zip(*gradients, strict=True):
            torch.testing.assert_close(ours, oracle)


def test_features_are_rectified_and_sized_as_in_the_paper():
    network = TextFeatures(1386)
    features = network(torch.zeros(2, 1386))
    assert features.shape == (2, 1000) and (features >= 0).all()
    assert [tuple(p.shape) for p in network.parameters()] == [(1386, 8192), (8192,), (1000, 8192), (1000,)]


def test_word_dropout_leaves_words_out_and_counts_as_they_are():
    words, counts = WordDropout(0.3), torch.full((100, 50), 3.0)
    assert torch.equal(words.eval()(counts), counts)
    seen = words.train()(counts)
    assert set(seen.round(decimals=4).unique().tolist()) == {0.0, 3.0}
    assert (seen > 0).float().mean().item() == pytest.approx(0.7, abs=0.03)
    left = leave_words_out(counts, 0.3)
    assert set(left.unique().tolist()) == {0.0, 3.0}
    assert (left > 0).float().mean().item() == pytest.approx(0.7, abs=0.03)


def test_gaussian_layers():
    layer = torch.nn.Linear(100, 100)
    draw_gaussian([layer])
    assert layer.weight.std().item() == pytest.approx(0.01, rel=0.05)
    assert layer.bias.std().item() == pytest.approx(0.01, rel=0.3)
