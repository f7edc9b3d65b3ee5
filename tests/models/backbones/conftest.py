"""Writes networks in MatConvNet's file format, as MATLAB would."""

import numpy as np
import pytest
import scipy.io


@pytest.fixture(scope="session")
def random_filters():
    """Return a function from filter shapes (h, w, in, out) by layer name to filters and biases (1, out)."""

    def draw_all(shapes, seed=0):
        draw = np.random.default_rng(seed)
        return {name: (_filters(draw, shape), _normal(draw, (1, shape[3]))) for name, shape in shapes.items()}

    return draw_all


@pytest.fixture(scope="session")
def write_matconvnet():
    """Return a function that saves layers and an average image in the ``"old"`` or ``"new"`` generation."""

    def write(path, layers, average, generation):
        normalization = {"normalization": {"averageImage": average, "interpolation": "bicubic"}}
        head = normalization if generation == "old" else {"meta": normalization}
        scipy.io.savemat(path, {"layers": _cell(_structs(layers, generation)), **head})

    return write


def _normal(draw, shape):
    return draw.standard_normal(shape, dtype=np.float32)


def _filters(draw, shape):
    return _normal(draw, shape) * np.float32((2 / np.prod(shape[:3])) ** 0.5)  # keeps the scale of the maps


def _cell(items):
    cell = np.empty((1, len(items)), dtype=object)
    for column, item in enumerate(items):
        cell[0, column] = item
    return cell


def _structs(layers, generation):
    """Return one struct per convolution, each followed by that of its ReLU."""
    structs = []
    for name, (filters, biases) in layers.items():
        old = {"filters": filters, "biases": biases}
        weights = old if generation == "old" else {"weights": _cell([filters, biases])}
        structs.append({"name": name, "type": "conv", "stride": 1.0, "pad": 0.0, **weights})
        structs.append({"name": f"relu of {name}", "type": "relu"})
    return structs
