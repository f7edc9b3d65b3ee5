"""The table of SSGAH's slides as runs: on CIFAR-10 shallow and deep methods and the search, and on NUS-WIDE."""

from collections.abc import Collection
from typing import Any

from adahlib.experiments.grids.usual import SEEDS
from adahlib.experiments.image_chosen import chosen_image_draws, chosen_image_options, image_arm_name
from adahlib.experiments.image_draws import IMAGE_ARMS, IMAGE_DRAWS, SEARCH_SIDE, drawn_image_options
from adahlib.experiments.spec import RunSpec

CIFAR, VALIDATION, NUSWIDE = "cifar10", "cifar10-validation", "nus-wide-images"
IMAGE_BITS = (12, 24, 32, 48)
LSH_DRAWS = tuple(range(10))  # LSH learns nothing, so that its draws differ most
# name → backbone and side of the images in pixels; 0 is the backbone's own, 128
FEATURES = {
    "GIST": ("gist", 0),
    "CNN 64": ("efficientnet_lite0_pooled", 64),
    "CNN 128": ("efficientnet_lite0_pooled", 0),
}
COMMON: dict[str, Any] = {"image_size": SEARCH_SIDE}  # of all deep methods
SEEDS_OF = {"lsh": LSH_DRAWS, "sh": (0,)}  # SH draws nothing at random
OWN_SIDE = 32  # of CIFAR-10's images, which the networks of CNNH's and NINH's papers take as they are
SHALLOW_IMAGES = ("lsh", "sh", "itq", "sdh")
ENDS = ("baseline", "full")  # variants of SSGAH, of which the curve over labelled images is
SEARCH_BITS, SEARCH_SEED = 48, 0
# Beside the protocol's 5,000; every number of labelled images and every seed has a GAN of its own, which costs most.
CURVE_BITS, LABELLED, CURVE_SEEDS = 48, (500, 1_000, 2_000, 10_000), (0, 1)


def image_shallow() -> list[RunSpec]:
    """LSH, SH, ITQ and SDH on GIST and on a network's features, at four code lengths."""
    return [
        RunSpec(CIFAR, method, bits, seed, backbone=backbone, image_size=side)
        for backbone, side in FEATURES.values()
        for method in SHALLOW_IMAGES
        for seed in SEEDS_OF.get(method, SEEDS)
        for bits in IMAGE_BITS
    ]


def image_itq_labelled() -> list[RunSpec]:
    """ITQ from the 5,000 labelled images alone, once beside the rows of ``image-shallow`` that learn from all."""
    networks = [FEATURES[name] for name in ("GIST", "CNN 64")]
    return [
        RunSpec(CIFAR, "itq-labelled", bits, backbone=backbone, image_size=side)
        for backbone, side in networks
        for bits in IMAGE_BITS
    ]


def image_own() -> list[RunSpec]:
    """CNNH and NINH with the networks of their papers, trained from random weights on the images' own 32 px, once.

    Their options are the defaults, with 60 epochs: nothing is searched, as nothing of the table is compared with them
    but the printed rows.
    """
    return [
        RunSpec(CIFAR, method, SEARCH_BITS, profile="long", image_size=OWN_SIDE, options={"network": "own"})
        for method in ("cnnh", "ninh")
    ]


def image_draw(method: str, variant: str, draw: int) -> RunSpec:
    """Return the run of one draw of an arm: queries are labelled images, never those of the tables."""
    options = drawn_image_options(method, variant, draw)
    return RunSpec(VALIDATION, method, SEARCH_BITS, SEARCH_SEED, **COMMON, options=options)


def image_search() -> list[RunSpec]:
    """As many random draws of every deep method's options, and of every variant of SSGAH's."""
    return [image_draw(*arm, draw) for arm in IMAGE_ARMS for draw in range(IMAGE_DRAWS)]


def chosen_arms(choice: dict[str, int]) -> list[tuple[str, str]]:
    """Return the arms that options were chosen for, in the order of the table."""
    return [arm for arm in IMAGE_ARMS if image_arm_name(*arm) in choice]


def image_deep(choice: dict[str, int] | None = None) -> list[RunSpec]:
    """The deep rows and the component analysis, with what the search chose: three seeds at 48 bits, one at the others.

    Args:
        choice: the number of the draw by arm (default: what the package keeps); arms that it lacks have no runs.
    """
    choice = chosen_image_draws() if choice is None else choice
    return [
        chosen_run(arm, bits, seed, choice)
        for arm in chosen_arms(choice)
        for bits in IMAGE_BITS
        for seed in (SEEDS if bits == CURVE_BITS else SEEDS[:1])
    ]


def image_supervision(choice: dict[str, int] | None = None) -> list[RunSpec]:
    """SSGAH and its baseline with other numbers of labelled images, 48 bits, with the options chosen for 5,000."""
    choice = chosen_image_draws() if choice is None else choice
    if not {("ssgah", variant) for variant in ENDS} <= set(chosen_arms(choice)):
        return []
    return [
        chosen_run(("ssgah", variant), CURVE_BITS, seed, choice, train_size=size)
        for size in LABELLED
        for variant in ENDS
        for seed in CURVE_SEEDS
    ]


def unchosen_arms(name: str, methods: Collection[str] = ()) -> list[str]:
    """Return the arms without whose options a grid has no runs, or not all; none of other grids.

    Args:
        name: of the grid.
        methods: only their arms; none of them: all.
    """
    ends = [("ssgah", variant) for variant in ENDS]
    arms = {"image-deep": IMAGE_ARMS, "image-nuswide": IMAGE_ARMS, "image-supervision": ends}.get(name, ())
    chosen = chosen_arms(chosen_image_draws())
    return [image_arm_name(*arm) for arm in arms if arm not in chosen and (not methods or arm[0] in methods)]


def image_nuswide(choice: dict[str, int] | None = None) -> list[RunSpec]:
    """The same rows on NUS-WIDE, whose release has to be there with its photos: one seed, MAP of the first 5,000 ranks.

    Photos are taken at the network's own 128 px, and for GIST at its 32. The deep rows have the options that were
    chosen on CIFAR-10.
    """
    choice = chosen_image_draws() if choice is None else choice
    fields: dict[str, Any] = {"protocol": "top-5000"}
    networks = [FEATURES[name][0] for name in ("GIST", "CNN 128")]
    shallow = [
        RunSpec(NUSWIDE, method, bits, backbone=backbone, **fields)
        for backbone in networks
        for method in SHALLOW_IMAGES
        for bits in IMAGE_BITS
    ]
    return shallow + [
        RunSpec(NUSWIDE, arm[0], bits, **fields, options=chosen_image_options(*arm, choice))
        for arm in chosen_arms(choice)
        for bits in IMAGE_BITS
    ]


def chosen_run(arm: tuple[str, str], bits: int, seed: int, choice: dict[str, int], **fields: Any) -> RunSpec:
    """Return a run of an arm on CIFAR-10 with the options that were chosen for it."""
    return RunSpec(CIFAR, arm[0], bits, seed, **COMMON, **fields, options=chosen_image_options(*arm, choice))


IMAGE_GRIDS = {
    "image-shallow": image_shallow,
    "image-itq-labelled": image_itq_labelled,
    "image-own": image_own,
    "image-search": image_search,
    "image-deep": image_deep,
    "image-supervision": image_supervision,
    "image-nuswide": image_nuswide,
}
