"""The table of SSGAH's slides on CIFAR-10 as runs: shallow methods on three kinds of features, and the search."""

from adahlib.experiments.grids.usual import SEEDS
from adahlib.experiments.image_draws import IMAGE_ARMS, IMAGE_DRAWS, drawn_image_options
from adahlib.experiments.spec import RunSpec

CIFAR, VALIDATION = "cifar10", "cifar10-validation"
IMAGE_BITS = (12, 24, 32, 48)
LSH_DRAWS = tuple(range(10))  # LSH learns nothing, so that its draws differ most
# name → backbone and side of the images in pixels; 0 is the backbone's own, 128
FEATURES = {
    "GIST": ("gist", 0),
    "CNN 64": ("efficientnet_lite0_pooled", 64),
    "CNN 128": ("efficientnet_lite0_pooled", 0),
}
COMMON = {"image_size": 64}  # of all deep methods: the same network, on 64 px for what a CPU can do
SEEDS_OF = {"lsh": LSH_DRAWS, "sh": (0,)}  # SH draws nothing at random
SHALLOW_IMAGES = ("lsh", "sh", "itq", "sdh")
SEARCH_BITS, SEARCH_SEED = 48, 0


def image_shallow() -> list[RunSpec]:
    """LSH, SH, ITQ and SDH on GIST and on a network's features, at four code lengths."""
    return [
        RunSpec(CIFAR, method, bits, seed, backbone=backbone, image_size=side)
        for backbone, side in FEATURES.values()
        for method in SHALLOW_IMAGES
        for seed in SEEDS_OF.get(method, SEEDS)
        for bits in IMAGE_BITS
    ]


def image_draw(method: str, variant: str, draw: int) -> RunSpec:
    """Return the run of one draw of an arm: queries are labelled images, never those of the tables."""
    options = drawn_image_options(method, variant, draw)
    return RunSpec(VALIDATION, method, SEARCH_BITS, SEARCH_SEED, **COMMON, options=options)


def image_search() -> list[RunSpec]:
    """As many random draws of every deep method's options, and of every variant of SSGAH's."""
    return [image_draw(*arm, draw) for arm in IMAGE_ARMS for draw in range(IMAGE_DRAWS)]


IMAGE_GRIDS = {"image-shallow": image_shallow, "image-search": image_search}
