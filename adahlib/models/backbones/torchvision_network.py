"""What backbones with torchvision's layers have in common: where the ImageNet weights lie, and the preprocessing."""

from pathlib import Path
from typing import ClassVar

import torch
from torch import Tensor, nn

from adahlib.models.backbones.base import Backbone, initialise
from adahlib.models.backbones.weights import fill, find_weights, read_state_dict

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet's RGB in 0..1, as those weights expect


class TorchvisionNetwork(Backbone):
    """A backbone whose convolutions have torchvision's layer numbers, so that torchvision's ImageNet weights fit.

    Attributes:
        file: name of the weights file, as torchvision publishes it.
        published_as: torchvision's name of these weights.
        connected: names of fc6 and fc7 in the file.
    """

    file: ClassVar[str]
    published_as: ClassVar[str]
    connected: ClassVar[tuple[str, str]]

    def __init__(
        self, features: nn.Sequential, hash_pool: nn.Module, weights: Path | str | None, pretrained: bool
    ) -> None:
        """Take the convolutions, and their weights from torch's hub cache or a given file, or at random.

        Args:
            features: the convolutions, with torchvision's layer numbers.
            hash_pool: pooling between the maps and fc6.
            weights: file of weights; None for that in torch's hub cache.
            pretrained: whether weights are read at all.

        Raises:
            AdahError: the weights file is missing, truncated or of another network.
        """
        features, path = initialise(features), None  # type: ignore[assignment]
        if pretrained:
            how_to_get = (
                f"fetch https://download.pytorch.org/models/{self.file}, the file of "
                f"torchvision.models.{self.published_as}, and put it there or name it"
            )
            path = find_weights(weights, [Path(torch.hub.get_dir()) / "checkpoints" / self.file], how_to_get)
            fill(features, convolution_weights(read_state_dict(path)), path, self.name)
        super().__init__(features, hash_pool, path)
        self.register_buffer("mean", 255 * torch.tensor(MEAN).view(3, 1, 1), persistent=False)
        self.register_buffer("std", 255 * torch.tensor(STD).view(3, 1, 1), persistent=False)

    def preprocess(self, pixels: Tensor) -> Tensor:
        """Return the pixels less ImageNet's mean colour, divided by its standard deviation."""
        return (pixels - self.mean) / self.std

    def read_hash_weights(self) -> list[tuple[Tensor, Tensor]]:
        """Return weight and bias of fc6 and fc7."""
        state = read_state_dict(self.weights_path)  # type: ignore[arg-type]
        return [(state[f"{layer}.weight"], state[f"{layer}.bias"]) for layer in self.connected]


def convolution_weights(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return torchvision's ``features.*`` tensors without that prefix."""
    prefix = "features."
    return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
