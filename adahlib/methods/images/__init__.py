"""Methods that hash images alone, as the table of SSGAH (ECCV 2018) compares them; some images have labels."""

from adahlib.methods.images.base import ImageHashing
from adahlib.methods.images.itq import ITQ
from adahlib.methods.images.lsh import LSH
from adahlib.methods.images.sdh import SDH
from adahlib.methods.images.sh import SH

__all__ = ["IMAGE_METHODS", "ITQ", "LSH", "SDH", "SH", "ImageHashing"]

IMAGE_METHODS: dict[str, type[ImageHashing]] = {"lsh": LSH, "sh": SH, "itq": ITQ, "sdh": SDH}
