"""AlexNet to the ReLU of fc7: the network f of SSGAH's slides, one feature vector per image.

The network is the one of Krizhevsky (One weird trick for parallelizing convolutional neural networks, 2014) with
torchvision's layer numbers, so that torchvision's ImageNet weights fit.
"""

from pathlib import Path

import torch
from torch import Tensor, nn

from adahlib.models.backbones.base import Backbone, initialise
from adahlib.models.backbones.fully_connected import convolution_blocks, vector_layers
from adahlib.models.backbones.vgg19 import MEAN, STD, convolution_weights
from adahlib.models.backbones.weights import fill, find_weights, read_state_dict

FILE = "alexnet-owt-7be5be79.pth"
HOW_TO_GET = (
    f"fetch https://download.pytorch.org/models/{FILE}, the file of "
    "torchvision.models.AlexNet_Weights.IMAGENET1K_V1, and put it there or name it"
)
FC6, FC7 = "classifier.1", "classifier.4"


class AlexNetFC7(Backbone):
    """AlexNet's 4,096 features after fc7 and its ReLU: maps are (n, 4096, 1, 1), without dropout.

    It takes images of 224 px; of others conv5's maps are averaged, or repeated, to fc6's 6×6 cells.
    """

    name = "alexnet_fc7"
    channels = 4096
    stride = 32  # one cell; 64 px is the least of which conv5 has a map
    image_size = 224
    hash_shapes = ((9216, 4096), (4096, 4096))

    def __init__(self, weights: Path | str | None = None, pretrained: bool = True) -> None:
        """Build the network from torchvision's weights, in torch's hub cache or a given file, or at random.

        Raises:
            AdahError: the weights file is missing, truncated or of another network.
        """
        features, path = initialise(convolutions()), None
        if pretrained:
            path = find_weights(weights, [Path(torch.hub.get_dir()) / "checkpoints" / FILE], HOW_TO_GET)
            fill(features, convolution_weights(read_state_dict(path)), path, self.name)
        super().__init__(features, nn.AdaptiveAvgPool2d(6), path)
        self.features = nn.Sequential(self.features, *vector_layers(self.hash_pool, *self.hash_layers()))
        self.hash_pool, self.hash_shapes = nn.Identity(), ()
        self.register_buffer("mean", 255 * torch.tensor(MEAN).view(3, 1, 1), persistent=False)
        self.register_buffer("std", 255 * torch.tensor(STD).view(3, 1, 1), persistent=False)

    def trainable_blocks(self) -> list[nn.Module]:
        """Return the five convolutions, those with a pooling behind them with it, then fc6 and fc7."""
        convolutions, *connected = self.features
        return [*convolution_blocks(convolutions), *connected]

    def preprocess(self, pixels: Tensor) -> Tensor:
        """Return the pixels less ImageNet's mean colour, divided by its standard deviation."""
        return (pixels - self.mean) / self.std

    def read_hash_weights(self) -> list[tuple[Tensor, Tensor]]:
        """Return weight and bias of fc6 and fc7."""
        state = read_state_dict(self.weights_path)
        return [(state[f"{layer}.weight"], state[f"{layer}.bias"]) for layer in (FC6, FC7)]


def convolutions() -> nn.Sequential:
    """Return conv1 to pool5 with torchvision's layer numbers."""
    return nn.Sequential(
        *(nn.Conv2d(3, 64, 11, stride=4, padding=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2)),
        *(nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2)),
        *(nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(inplace=True)),
        *(nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(inplace=True)),
        *(nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2)),
    )
