"""Reading networks in MatConvNet's file format, in both of its generations.

The format is described at https://www.vlfeat.org/matconvnet/pretrained/: a cell array ``layers`` of structs,
and a struct ``normalization``, at the top of the old files, inside ``meta`` in the new ones.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.io
import torch
from torch import Tensor

from adahlib.errors import AdahError


@dataclass(frozen=True)
class MatConvNet:
    """What such a file holds.

    Attributes:
        weights: by layer name, filters (out, in, h, w) and biases (out,), float32, as torch orders them.
        average_image: mean of the training images, RGB in 0..255, (3, H, W), or (3, 1, 1) for one colour.
    """

    weights: dict[str, tuple[Tensor, Tensor]]
    average_image: Tensor


def read_matconvnet(path: Path) -> MatConvNet:
    """Return the convolutions, which include the fully connected layers, and the average image of a file.

    Raises:
        AdahError: the file is truncated, or is not a MatConvNet file of either generation.
    """
    names = ["layers", "normalization", "meta"]
    try:
        file = scipy.io.loadmat(path, variable_names=names, squeeze_me=True, struct_as_record=False)
    except Exception as error:  # parsing foreign bytes may raise anything
        raise AdahError(f"{path} is not a whole MATLAB 5 file: truncated, foreign or locked.") from error
    try:
        return MatConvNet(_convolutions(file["layers"]), _average_image(file))
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        raise AdahError(f"{path} is not a MatConvNet network with layers and an average image.") from error


def _convolutions(layers: np.ndarray) -> dict[str, tuple[Tensor, Tensor]]:
    layers = [layer for layer in np.atleast_1d(layers) if layer.type == "conv"]  # type: ignore[assignment]
    return {str(layer.name): _torch_order(*_filters_and_biases(layer)) for layer in layers}


def _filters_and_biases(layer: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return a layer's filters (h, w, in, out) and biases (out,), two fields in the old generation."""
    if hasattr(layer, "weights"):
        filters, biases = layer.weights
        return filters, biases
    return layer.filters, layer.biases


def _torch_order(filters: np.ndarray, biases: np.ndarray) -> tuple[Tensor, Tensor]:
    # Squeezing made the 1×1 filters of fc7 and fc8 matrices (in, out).
    filters = filters if filters.ndim == 4 else filters[None, None]
    return _float_tensor(filters.transpose(3, 2, 0, 1)), _float_tensor(biases)


def _average_image(file: dict[str, Any]) -> Tensor:
    normalization = file["meta"].normalization if "meta" in file else file["normalization"]
    average = normalization.averageImage
    return _float_tensor(average.transpose(2, 0, 1) if average.ndim == 3 else average.reshape(3, 1, 1))


def _float_tensor(array: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array, dtype=np.float32))
