"""VGG-19 up to conv5_4: the image feature module E^I of the paper (section 3.2).

The network is configuration E of Simonyan and Zisserman (ICLR 2015), with torchvision's layer numbers, so
that torchvision's ImageNet weights fit.
"""

from pathlib import Path

from torch import nn

from adahlib.models.backbones.base import stages
from adahlib.models.backbones.torchvision_network import TorchvisionNetwork

STAGES = ((64, 2), (128, 2), (256, 4), (512, 4), (512, 4))  # channels and number of 3×3 convolutions
FILE = "vgg19-dcbb9e9d.pth"
FC6, FC7 = "classifier.0", "classifier.3"


class VGG19(TorchvisionNetwork):
    """VGG-19 up to and including the ReLU of conv5_4; maps are (n, 512, 14, 14) for 224×224 images.

    D^I must pool the maps before fc6: ``hash_pool`` is VGG's pool5, 2×2 with stride 2, whose 512×7×7 values,
    flattened in that order, are the 25,088 inputs of fc6. See :class:`Backbone` for the interface.
    """

    name = "vgg19"
    channels = 512
    stride = 16
    image_size = 224
    hash_shapes = ((25088, 4096), (4096, 4096))
    file, published_as = FILE, "VGG19_Weights.IMAGENET1K_V1"
    connected = (FC6, FC7)

    def __init__(self, weights: Path | str | None = None, pretrained: bool = True) -> None:
        """Build the network from torchvision's weights, in torch's hub cache or a given file, or at random.

        Raises:
            AdahError: the weights file is missing, truncated or of another network.
        """
        super().__init__(convolutions(), nn.MaxPool2d(2, 2), weights, pretrained)

    def trainable_blocks(self) -> list[nn.Module]:
        """Return the five stages, each up to its pooling."""
        return stages(self.features, nn.MaxPool2d)


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
