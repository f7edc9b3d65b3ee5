"""VGG-19 up to conv5_4: the image feature module E^I of the paper (section 3.2).

The network is configuration E of Simonyan and Zisserman (ICLR 2015), with torchvision's layer numbers, so
that torchvision's ImageNet weights fit.
"""

from pathlib import Path

import torch
from torch import Tensor, nn

from adahlib.models.backbones.base import Backbone, initialise, stages
from adahlib.models.backbones.weights import fill, find_weights, read_state_dict

STAGES = ((64, 2), (128, 2), (256, 4), (512, 4), (512, 4))  # channels and number of 3×3 convolutions
FILE = "vgg19-dcbb9e9d.pth"
HOW_TO_GET = (
    f"fetch https://download.pytorch.org/models/{FILE}, the file of "
    "torchvision.models.VGG19_Weights.IMAGENET1K_V1, and put it there or name it"
)
FC6, FC7 = "classifier.0", "classifier.3"
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet's RGB in 0..1, as those weights expect


class VGG19(Backbone):
    """VGG-19 up to and including the ReLU of conv5_4; maps are (n, 512, 14, 14) for 224×224 images.

    D^I must pool the maps before fc6: ``hash_pool`` is VGG's pool5, 2×2 with stride 2, whose 512×7×7 values,
    flattened in that order, are the 25,088 inputs of fc6. See :class:`Backbone` for the interface.
    """

    name = "vgg19"
    channels = 512
    stride = 16
    image_size = 224
    hash_shapes = ((25088, 4096), (4096, 4096))

    def __init__(self, weights: Path | str | None = None, pretrained: bool = True) -> None:
        """Build the network from torchvision's weights, in torch's hub cache or a given file, or at random.

        Raises:
            AdahError: the weights file is missing, truncated or of another network.
        """
        features, path = initialise(convolutions()), None
        if pretrained:
            path = find_weights(weights, [Path(torch.hub.get_dir()) / "checkpoints" / FILE], HOW_TO_GET)
            fill(features, convolution_weights(read_state_dict(path)), path, self.name)
        super().__init__(features, nn.MaxPool2d(2, 2), path)
        self.register_buffer("mean", 255 * torch.tensor(MEAN).view(3, 1, 1), persistent=False)
        self.register_buffer("std", 255 * torch.tensor(STD).view(3, 1, 1), persistent=False)

    def trainable_blocks(self) -> list[nn.Module]:
        """Return the five stages, each up to its pooling."""
        return stages(self.features, nn.MaxPool2d)

    def preprocess(self, pixels: Tensor) -> Tensor:
        """Return the pixels less ImageNet's mean colour, divided by its standard deviation."""
        return (pixels - self.mean) / self.std

    def read_hash_weights(self) -> list[tuple[Tensor, Tensor]]:
        """Return weight and bias of fc6 and fc7."""
        state = read_state_dict(self.weights_path)
        return [(state[f"{layer}.weight"], state[f"{layer}.bias"]) for layer in (FC6, FC7)]


def convolutions() -> nn.Sequential:
    """Return conv1_1 to the ReLU of conv5_4: 16 convolutions, 2×2 pooling between the stages only."""
    layers: list[nn.Module] = []
    inputs = 3
    for channels, count in STAGES:
        for _ in range(count):
            layers += [nn.Conv2d(inputs, channels, 3, padding=1), nn.ReLU(inplace=True)]
            inputs = channels
        layers.append(nn.MaxPool2d(2, 2))
    return nn.Sequential(*layers[:-1])


def convolution_weights(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return torchvision's ``features.*`` tensors without that prefix."""
    prefix = "features."
    return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
