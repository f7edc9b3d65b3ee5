"""The bag-of-words layer against a plain linear layer."""

import torch

from adahlib.models.text import BagOfWordsLinear, TextFeatures


def test_equals_a_linear_layer_in_value_and_gradient():
    layer = BagOfWordsLinear(50, 7).double()
    bags = (torch.rand(9, 50) < 0.1).double() * torch.randint(1, 4, (9, 50))
    bags[2] = 0  # a text without a known word
    expected = bags @ layer.weight + layer.bias
    torch.testing.assert_close(layer(bags), expected)
    gradients = [torch.autograd.grad(y.square().sum(), (layer.weight, layer.bias)) for y in (layer(bags), expected)]
    for ours, oracle in zip(*gradients, strict=True):
        torch.testing.assert_close(ours, oracle)


def test_features_are_rectified_and_sized_as_in_the_paper():
    network = TextFeatures(1386)
    features = network(torch.zeros(2, 1386))
    assert features.shape == (2, 1000) and (features >= 0).all()
    assert [tuple(p.shape) for p in network.parameters()] == [(1386, 8192), (8192,), (1000, 8192), (1000,)]
