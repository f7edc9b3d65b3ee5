"""CNNH's and NINH's own networks: shapes and numbers of weights by closed form."""

import pytest
import torch

from adahlib.models.small_networks import cnnh_layers, ninh_layers


def weights(network):
    return sum(parameter.numel() for parameter in network.parameters())


def test_cnnh_s_network():
    layers, width = cnnh_layers()
    assert layers(torch.randn(2, 3, 32, 32)).shape == (2, width) == (2, 500)
    convolutions = [(3, 32), (32, 64), (64, 128)]
    assert weights(layers) == sum(25 * i * o + o for i, o in convolutions) + 128 * 16 * 500 + 500


@pytest.mark.parametrize("width", [0.5, 1.0])
def test_ninh_s_network(width):
    layers, (a, b, c, d), out = ninh_layers(600, width), (int(width * n) for n in (96, 256, 384, 1024)), 600
    assert layers(torch.randn(2, 3, 32, 32)).shape == (2, out)
    parts = [(3, a, 25), (a, a, 1), (a, b, 25), (b, b, 1), (b, c, 1), (c, c, 1), (c, d, 9), (d, out, 1)]
    assert weights(layers) == sum(i * o * k + o for i, o, k in parts)
