"""VGG-19 to the ReLU of fc7: one feature vector per image, for the shallow methods in the paper's setting."""

from pathlib import Path

from torch import nn

from adahlib.models.backbones.vgg19 import VGG19


class VGG19FC7(VGG19):
    """VGG-19's 4,096 features after fc7 and its ReLU: maps are (n, 4096, 1, 1), for 224×224 images only."""

    name = "vgg19_fc7"
    channels = 4096
    stride = 112  # one cell; 224 px is the least that fc6 takes

    def __init__(self, weights: Path | str | None = None, pretrained: bool = True) -> None:
        """Build the network as VGG19 does, and add its fully connected layers.

        Raises:
            AdahError: the weights file is missing, truncated or of another network.
        """
        super().__init__(weights, pretrained)
        fc6, fc7 = self.hash_layers()
        vector = nn.Sequential(nn.Flatten(), fc6, nn.ReLU(), fc7, nn.ReLU(), nn.Unflatten(1, (-1, 1, 1)))
        self.features = nn.Sequential(self.features, self.hash_pool, *vector)
        self.hash_pool, self.hash_shapes = nn.Identity(), ()  # type: ignore[assignment]
