"""CNN-F up to conv5: the image network of DCMH, and the small one of the paper's Table 3.

The network is the fast one of Chatfield et al. (BMVC 2014); its ImageNet weights are imagenet-vgg-f.mat, one
of MatConvNet's pretrained models.
"""

from collections import OrderedDict
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from adahlib.models.backbones.base import Backbone, initialise, stages
from adahlib.models.backbones.matconvnet import MatConvNet, read_matconvnet
from adahlib.models.backbones.weights import fill, find_weights
from adahlib.paths import data_root

FILE = "imagenet-vgg-f.mat"
HOW_TO_GET = "fetch https://www.vlfeat.org/matconvnet/models/imagenet-vgg-f.mat and put it there or name it"
CONVOLUTIONS = ("conv1", "conv2", "conv3", "conv4", "conv5")
FC6, FC7 = "fc6", "fc7"


class CNNF(Backbone):
    """CNN-F up to and including the ReLU of conv5; maps are (n, 256, 13, 13) for 224×224 images.

    D^I must pool the maps before fc6: ``hash_pool`` is the network's pool5, 3×3 with stride 2, whose 256×6×6
    values, flattened in that order, are the 9,216 inputs of fc6. See :class:`Backbone` for the interface.
    """

    name = "cnn_f"
    channels = 256
    stride = 16
    image_size = 224
    hash_shapes = ((9216, 4096), (4096, 4096))

    def __init__(self, weights: Path | str | None = None, pretrained: bool = True) -> None:
        """Build the network from imagenet-vgg-f.mat, in the data folder or a given file, or at random.

        Without pretrained weights the average image is zero.

        Raises:
            AdahError: the weights file is missing, truncated or of another network.
        """
        features, path, average = initialise(convolutions()), None, torch.zeros(3, 1, 1)
        if pretrained:
            path = find_weights(weights, [data_root() / FILE, data_root() / "weights" / FILE], HOW_TO_GET)
            file = read_matconvnet(path)
            fill(features, convolution_weights(file), path, self.name)
            average = file.average_image
        super().__init__(features, nn.MaxPool2d(3, 2), path)
        self.register_buffer("average_image", average, persistent=False)

    def trainable_blocks(self) -> list[nn.Module]:
        """Return the five convolutions, the first two with the pooling behind them."""
        conv1, conv2 = stages(self.features[:8], nn.MaxPool2d)
        return [conv1, conv2, *(self.features[start : start + 2] for start in range(8, len(self.features), 2))]

    def preprocess(self, pixels: Tensor) -> Tensor:
        """Return the pixels less the average image, which is resized to theirs where the sizes differ."""
        average, size = self.average_image, pixels.shape[-2:]
        if average.shape[-2:] not in (size, (1, 1)):
            average = functional.interpolate(average[None], size, mode="bilinear", align_corners=False)
        return pixels - average

    def read_hash_weights(self) -> list[tuple[Tensor, Tensor]]:
        """Return weight and bias of fc6, a 6×6 convolution in the file, and of fc7."""
        layers = read_matconvnet(self.weights_path).weights  # type: ignore[arg-type]
        return [(layers[name][0].flatten(1), layers[name][1]) for name in (FC6, FC7)]


def convolutions() -> nn.Sequential:
    """Return conv1 to the ReLU of conv5 of CNN-F, layers named as in the MatConvNet file."""
    return nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(3, 64, 11, stride=4),
            relu1=nn.ReLU(inplace=True),
            norm1=response_norm(),
            pool1=overlapping_pool(),
            conv2=nn.Conv2d(64, 256, 5, padding=2),
            relu2=nn.ReLU(inplace=True),
            norm2=response_norm(),
            pool2=overlapping_pool(),
            conv3=nn.Conv2d(256, 256, 3, padding=1),
            relu3=nn.ReLU(inplace=True),
            conv4=nn.Conv2d(256, 256, 3, padding=1),
            relu4=nn.ReLU(inplace=True),
            conv5=nn.Conv2d(256, 256, 3, padding=1),
            relu5=nn.ReLU(inplace=True),
        )
    )


def response_norm() -> nn.LocalResponseNorm:
    """Return x / (2 + 1e-4 Σ x²)^0.75 over 5 neighbouring channels; torch divides its alpha by those 5."""
    return nn.LocalResponseNorm(size=5, alpha=5e-4, beta=0.75, k=2)


def overlapping_pool() -> nn.MaxPool2d:
    """Return 3×3 pooling with stride 2 that keeps a cut window at the far edge: 54 → 27 → 13 cells at 224."""
    return nn.MaxPool2d(3, 2, ceil_mode=True)


def convolution_weights(file: MatConvNet) -> dict[str, Tensor]:
    """Return the file's convolutions as named tensors of :func:`convolutions`."""
    found = [name for name in CONVOLUTIONS if name in file.weights]
    weights = {f"{name}.weight": file.weights[name][0] for name in found}
    return weights | {f"{name}.bias": file.weights[name][1] for name in found}
