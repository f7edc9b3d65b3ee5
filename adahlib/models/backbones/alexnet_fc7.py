"""AlexNet to the ReLU of fc7: the network f of SSGAH's slides, one feature vector per image.

The network is the one of Krizhevsky (One weird trick for parallelizing convolutional neural networks, 2014) with
torchvision's layer numbers, so that torchvision's ImageNet weights fit.
"""

from pathlib import Path

from torch import nn

from adahlib.models.backbones.fully_connected import convolution_blocks, end_in_vectors
from adahlib.models.backbones.torchvision_network import TorchvisionNetwork

FILE = "alexnet-owt-7be5be79.pth"
FC6, FC7 = "classifier.1", "classifier.4"


class AlexNetFC7(TorchvisionNetwork):
    """AlexNet's 4,096 features after fc7 and its ReLU: maps are (n, 4096, 1, 1), without dropout.

    It takes images of 224 px; of others conv5's maps are averaged, or repeated, to fc6's 6×6 cells.
    """

    name = "alexnet_fc7"
    channels = 4096
    stride = 32  # one cell; 64 px is the least of which conv5 has a map
    image_size = 224
    hash_shapes = ((9216, 4096), (4096, 4096))
    file, published_as = FILE, "AlexNet_Weights.IMAGENET1K_V1"
    connected = (FC6, FC7)

    def __init__(self, weights: Path | str | None = None, pretrained: bool = True) -> None:
        """Build the network from torchvision's weights, in torch's hub cache or a given file, or at random.

        Raises:
            AdahError: the weights file is missing, truncated or of another network.
        """
        super().__init__(convolutions(), nn.AdaptiveAvgPool2d(6), weights, pretrained)
        end_in_vectors(self)

    def trainable_blocks(self) -> list[nn.Module]:
        """Return the five convolutions, those with a pooling behind them with it, then fc6 and fc7."""
        convolutions, *connected = self.features
        return [*convolution_blocks(convolutions), *connected]


def convolutions() -> nn.Sequential:
    """Return conv1 to pool5 with torchvision's layer numbers."""
    return nn.Sequential(
        *(nn.Conv2d(3, 64, 11, stride=4, padding=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2)),
        *(nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2)),
        *(nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(inplace=True)),
        *(nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(inplace=True)),
        *(nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2)),
    )
