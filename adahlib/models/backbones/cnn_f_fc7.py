"""CNN-F to the ReLU of fc7: one feature vector per image, what SSDH and BGDH are published with."""

from pathlib import Path

from torch import nn

from adahlib.models.backbones.cnn_f import CNNF
from adahlib.models.backbones.fully_connected import convolution_blocks, end_in_vectors


class CNNFFC7(CNNF):
    """CNN-F's 4,096 features after fc7 and its ReLU: maps are (n, 4096, 1, 1), for 224×224 images only."""

    name = "cnn_f_fc7"
    channels = 4096
    stride = 112  # one cell; 224 px is the least that fc6 takes

    def __init__(self, weights: Path | str | None = None, pretrained: bool = True) -> None:
        """Build the network as CNNF does, and add its fully connected layers.

        Raises:
            AdahError: the weights file is missing, truncated or of another network.
        """
        super().__init__(weights, pretrained)
        end_in_vectors(self)

    def trainable_blocks(self) -> list[nn.Module]:
        """Return the five convolutions, each with what follows it, then fc6 with its pooling, and fc7."""
        convolutions, *connected = self.features
        return [*convolution_blocks(convolutions), *connected]
