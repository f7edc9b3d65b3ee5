"""The table of SSGAH's slides on CIFAR-10 as runs: shallow methods on three kinds of features."""

from adahlib.experiments.grids.usual import SEEDS
from adahlib.experiments.spec import RunSpec

CIFAR = "cifar10"
IMAGE_BITS = (12, 24, 32, 48)
LSH_DRAWS = tuple(range(10))  # LSH learns nothing, so that its draws differ most
# name → backbone and side of the images in pixels; 0 is the backbone's own, 128
FEATURES = {
    "GIST": ("gist", 0),
    "CNN 64": ("efficientnet_lite0_pooled", 64),
    "CNN 128": ("efficientnet_lite0_pooled", 0),
}
SEEDS_OF = {"lsh": LSH_DRAWS, "sh": (0,)}  # SH draws nothing at random
SHALLOW_IMAGES = ("lsh", "sh", "itq", "sdh")


def image_shallow() -> list[RunSpec]:
    """LSH, SH, ITQ and SDH on GIST and on a network's features, at four code lengths."""
    return [
        RunSpec(CIFAR, method, bits, seed, backbone=backbone, image_size=side)
        for backbone, side in FEATURES.values()
        for method in SHALLOW_IMAGES
        for seed in SEEDS_OF.get(method, SEEDS)
        for bits in IMAGE_BITS
    ]


IMAGE_GRIDS = {"image-shallow": image_shallow}
