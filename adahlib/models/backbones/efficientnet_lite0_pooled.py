"""EfficientNet-Lite0 to the end of its head: one feature vector per image, for the shallow methods."""

from efficientnet_lite_pytorch import EfficientNet
from torch import nn

from adahlib.models.backbones.efficientnet_lite import folded_conv, relu6
from adahlib.models.backbones.efficientnet_lite0 import EfficientNetLite0


class EfficientNetLite0Pooled(EfficientNetLite0):
    """EfficientNet-Lite0's 1,280 head features, averaged over all cells: maps are (n, 1280, 1, 1).

    They come from the same weights and pixels as the maps that the deep methods see, so that a table of shallow and
    deep methods compares the methods and not the features.
    """

    name = "efficientnet_lite0_pooled"
    channels = 1280

    def layers(self, network: EfficientNet) -> nn.Module:
        """Return the layers from the preprocessed image to the pooled head."""
        head = folded_conv(network._conv_head, network._bn1)
        shallow, deep = self.shallow_layers(network), self.deep_layers(network)
        return nn.Sequential(shallow, *deep, head, relu6(), nn.AdaptiveAvgPool2d(1))

    def trainable_blocks(self) -> list[nn.Module]:
        """Return the stem, the sixteen blocks, and the head with its pooling; from 12 on they have stride 32."""
        shallow, *deep = self.features
        stem, activation, *blocks = shallow
        return [nn.Sequential(stem, activation), *blocks, *deep[:-3], nn.Sequential(*deep[-3:])]
