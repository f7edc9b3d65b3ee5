"""The networks of CNNH's and NINH's own papers for pictures of 32 px, which are trained from nothing."""

from torch import nn


def cnnh_layers(dropout: float = 0.5) -> tuple[nn.Module, int]:
    """Return CNNH's network up to its last layer and the width of that, 500.

    Three times a 5×5 convolution, ReLU and max-pooling 3/2, with 32, 64 and 128 filters; then 500 units and dropout.
    Source: Xia et al., AAAI 2014, as others describe it.
    """
    layers: list[nn.Module] = []
    for inputs, outputs in ((3, 32), (32, 64), (64, 128)):
        layers += [nn.Conv2d(inputs, outputs, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2, padding=1)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(128 * 4 * 4, 500), nn.ReLU(), nn.Dropout(dropout)), 500


def ninh_layers(features: int, width: float = 0.5, dropout: float = 0.5) -> nn.Module:
    """Return NINH's network in network from pictures to ``features`` values, one for each map of its last layer.

    Source: the configuration that its authors released: 5×5 and 1×1 convolutions of 96 and 256 filters, 1×1 of 384,
    3×3 of 1,024 and 1×1 of ``features``, each with ReLU, pooling after the first three pairs, means at the end.

    Args:
        features: 50 a bit in the paper.
        width: of the published numbers of filters; a half is a third of the cost.
        dropout: after the first and the third pair.
    """
    first, second, third, fourth = (round(width * filters) for filters in (96, 256, 384, 1024))
    return nn.Sequential(
        *pair(3, first, 5, 2),
        nn.MaxPool2d(3, 2, ceil_mode=True),
        nn.Dropout(dropout),
        *pair(first, second, 5, 2),
        nn.MaxPool2d(3, 2, ceil_mode=True),
        *pair(second, third, 1, 0),
        nn.AvgPool2d(3, 2, ceil_mode=True),
        nn.Dropout(dropout),
        *pair(third, fourth, 3, 1, features),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
    )


def pair(inputs: int, filters: int, side: int, padding: int, outputs: int = 0) -> list[nn.Module]:
    """Return a convolution and a 1×1 convolution behind it, each with ReLU; both begin as He's do."""
    layers = [nn.Conv2d(inputs, filters, side, padding=padding), nn.Conv2d(filters, outputs or filters, 1)]
    for layer in layers:
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
    return [layers[0], nn.ReLU(), layers[1], nn.ReLU()]
