"""What every image backbone E^I (section 3.2) has in common: images in, feature maps out."""

from abc import abstractmethod
from pathlib import Path

import torch
from torch import Tensor, nn

from adahlib.errors import AdahError
from adahlib.models.backbones.weights import file_hash

RANDOM = "random"  # the weights_hash of a network that was not pretrained
CPU_SLICE = 8  # images at a time on a CPU: more do not fit its cache, and were slower


class Backbone(nn.Module):
    """The base of the image backbones E^I (section 3.2): convolutional networks from images to feature maps.

    It contains neither batch norm nor dropout, so that training and evaluation mode give the same maps. Its
    parameters may be trained; for frozen maps call it under ``torch.inference_mode()``.

    The preprocessing is inside.

    Attributes:
        name: name in the registry.
        channels: C of the maps.
        kept: type in which its maps are kept in a file.
        stride: pixels of the image from one cell of the maps to the next; of a network whose output is one vector, half
            of the smallest side that it takes.
        image_size: default side of the square input, in pixels.
        hash_shapes: inputs and outputs of each of :meth:`hash_layers`.
        features: the layers behind the preprocessing.
        hash_pool: pooling between the maps and the first of :meth:`hash_layers`.
        weights_path: the weights file, or ``None`` for random weights.
        weights_hash: first 16 hexadecimal digits of that file's sha256, or ``"random"``.

    Example:
        >>> from adahlib.models.backbones import BACKBONES
        >>> BACKBONES["vgg19"].channels, BACKBONES["vgg19"].stride, BACKBONES["vgg19"].image_size
        (512, 16, 224)
    """

    name: str
    channels: int
    stride: int
    image_size: int
    hash_shapes: tuple[tuple[int, int], ...] = ()
    kept = torch.float16

    def __init__(self, features: nn.Module, hash_pool: nn.Module, weights_path: Path | None) -> None:
        super().__init__()
        self.features = features.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.hash_pool = hash_pool
        self.weights_path = weights_path
        self.weights_hash = RANDOM if weights_path is None else file_hash(weights_path)

    def forward(self, images: Tensor) -> Tensor:
        """Return the feature maps f^I (n, C, H', W') of images.

        Args:
            images: uint8, or floats in 0..255; RGB, (n, 3, H, W).

        Raises:
            AdahError: the images are not (n, 3, H, W).
        """
        if images.ndim != 4 or images.shape[1] != 3:
            raise AdahError(
                f"backbone {self.name} takes RGB images of shape (n, 3, H, W), not {tuple(images.shape)}."
            )
        size = CPU_SLICE if images.device.type == "cpu" else len(images)
        return torch.cat([self._maps(part) for part in images.split(size)]).contiguous()

    def preprocess(self, pixels: Tensor) -> Tensor:
        """Return the network's input, (n, 3, H, W), for float RGB pixels in 0..255."""
        raise NotImplementedError

    def hash_layers(self) -> list[nn.Linear]:
        """Return new copies of the fully connected layers that D^I starts from: fc6 and fc7, or none.

        The first takes ``hash_pool(maps).flatten(1)`` of maps at the default image size. Every call reads
        the weights file again, or draws from torch's global generator if the network is not pretrained.

        Raises:
            AdahError: the weights file lacks these layers, or has them in other shapes.
        """
        if self.weights_path is None:
            return [nn.Linear(*shape) for shape in self.hash_shapes]
        try:
            weights = self.read_hash_weights()
        except KeyError as error:
            raise AdahError(f"{self.weights_path} lacks the layer {error} of {self.name}.") from error
        return [
            self._filled_linear(weight, bias, shape)
            for (weight, bias), shape in zip(weights, self.hash_shapes, strict=True)
        ]

    def read_hash_weights(self) -> list[tuple[Tensor, Tensor]]:
        """Return weight (out, in) and bias (out,) of each of the hash layers from the weights file."""
        return []

    @abstractmethod
    def trainable_blocks(self) -> list[nn.Module]:
        """Return the layers behind the preprocessing as blocks, in their order; fine-tuning begins at one of them."""

    @property
    def last_trainable(self) -> int:
        """Number of the last block at which fine-tuning may begin."""
        return len(self.trainable_blocks()) - 1

    def late_layers(self, block: int) -> nn.Module:
        """Return the layers from a block on."""
        return nn.Sequential(*self.trainable_blocks()[block:])

    def network_input(self, images: Tensor) -> Tensor:
        """Return what the first block takes, for photos (n, 3, H, W)."""
        pixels = images.to(next(self.features.parameters()).dtype, memory_format=torch.channels_last)
        return self.preprocess(pixels)

    def _maps(self, images: Tensor) -> Tensor:
        return self.features(self.network_input(images))

    def _filled_linear(self, weight: Tensor, bias: Tensor, shape: tuple[int, int]) -> nn.Linear:
        if tuple(weight.shape) != shape[::-1] or len(bias) != shape[1]:
            raise AdahError(
                f"{self.weights_path} does not hold the fully connected layers of {self.name}: one is "
                f"{tuple(weight.shape)}, not {shape[::-1]}."
            )
        layer = nn.utils.skip_init(nn.Linear, *shape)
        with torch.no_grad():
            layer.weight.copy_(weight)
            layer.bias.copy_(bias)
        return layer


def initialise(features: nn.Module) -> nn.Module:
    """Draw convolutions from He's normal distribution, biases zero: deep random maps keep their scale."""
    for layer in features.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
    return features


def stages(layers: nn.Sequential, last: type[nn.Module]) -> list[nn.Module]:
    """Return layers in groups, each of which ends with a layer of type ``last``; the last group may end without."""
    ends = [place + 1 for place, layer in enumerate(layers) if isinstance(layer, last)]
    edges = sorted({0, *ends, len(layers)})
    return [layers[start:stop] for start, stop in zip(edges[:-1], edges[1:], strict=True)]
