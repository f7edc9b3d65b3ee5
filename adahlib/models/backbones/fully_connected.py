"""The fully connected layers of a network of 2012's kind as blocks that make a vector of its maps, and those before."""

from torch import nn

from adahlib.models.backbones.base import Backbone


def convolution_blocks(layers: nn.Sequential) -> list[nn.Module]:
    """Return layers in groups, each of which begins with a convolution."""
    starts = [place for place, layer in enumerate(layers) if isinstance(layer, nn.Conv2d)]
    return [layers[start:stop] for start, stop in zip(starts, [*starts[1:], len(layers)], strict=True)]


def end_in_vectors(backbone: Backbone) -> None:
    """Put a backbone's own fc6 and fc7 behind its convolutions: its maps are then vectors (n, 4096, 1, 1)."""
    layers = vector_layers(backbone.hash_pool, *backbone.hash_layers())
    backbone.features = nn.Sequential(backbone.features, *layers)
    backbone.hash_pool, backbone.hash_shapes = nn.Identity(), ()


def vector_layers(pool: nn.Module, fc6: nn.Linear, fc7: nn.Linear) -> list[nn.Module]:
    """Return two blocks from conv5's maps to vectors (n, 4096, 1, 1): the pooling with fc6, and fc7, each with ReLU."""
    ends = [[nn.ReLU(), nn.Unflatten(1, (-1, 1, 1))] for _ in range(2)]
    return [nn.Sequential(pool, nn.Flatten(), fc6, *ends[0]), nn.Sequential(nn.Flatten(), fc7, *ends[1])]
