"""Methods that hash images alone, as the table of SSGAH (ECCV 2018) compares them; some images have labels."""

from adahlib.methods.images.base import ImageHashingMethod
from adahlib.methods.images.bgdh import BGDH
from adahlib.methods.images.cnnh import CNNH
from adahlib.methods.images.deep import DeepImageHashing
from adahlib.methods.images.dsh_gans import DSHGANs
from adahlib.methods.images.generating import GeneratingMethod
from adahlib.methods.images.itq import ITQ
from adahlib.methods.images.itq_labelled import ITQLabelled
from adahlib.methods.images.lsh import LSH
from adahlib.methods.images.ninh import NINH
from adahlib.methods.images.sdh import SDH
from adahlib.methods.images.sh import SH
from adahlib.methods.images.ssdh import SSDH
from adahlib.methods.images.ssgah import SSGAH

__all__ = [
    "IMAGE_METHODS", "BGDH", "CNNH", "DSHGANs", "DeepImageHashing", "GeneratingMethod", "ITQ", "ITQLabelled",
    "ImageHashingMethod", "LSH", "NINH", "SDH", "SH", "SSDH", "SSGAH",
]  # fmt: skip

#: The methods for images alone, by name.
IMAGE_METHODS: dict[str, type[ImageHashingMethod]] = {
    "bgdh": BGDH,
    "cnnh": CNNH,
    "dsh-gans": DSHGANs,
    "itq": ITQ,
    "itq-labelled": ITQLabelled,
    "lsh": LSH,
    "ninh": NINH,
    "sdh": SDH,
    "sh": SH,
    "ssdh": SSDH,
    "ssgah": SSGAH,
}
