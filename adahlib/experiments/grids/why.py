"""The runs that test why attention pays or does not: page ``why_attention`` says what each is to decide.

Nothing is chosen here. Every run has the profile's options but for those that its hypothesis is about, and each gain is
that of runs which differ in their attention alone.
"""

from collections.abc import Sequence
from typing import Any

from adahlib.experiments.grids.usual import BITS, PHOTOS, SCENES, SEEDS
from adahlib.experiments.profiles import SAME_AS, profile_options
from adahlib.experiments.spec import RunSpec

PROTOCOL = {PHOTOS: 10_000, SCENES: 2_000}  # training pairs
SIZES = {PHOTOS: (500, 2_000), SCENES: (500, 1_000, 3_000, 5_000)}  # others that are tried
SHARE_BITS, MASK_BITS = 32, 16
FROZEN_G = {"attention_learning_rate": 0.0, "text_attention_learning_rate": 0.0}
FREE_G = {PHOTOS: {"attention_learning_rate": 5e-4, "text_attention_learning_rate": 5e-4}}
WEIGHTS = (0.0, 1.0)  # of eq. 6, beside the profile's .1
IMAGE_SIZES = {PHOTOS: (0, 224), SCENES: (224, 320)}  # 0 is 128; the scenes' maps of 128 are of stride 16 already
TRAINED_EPOCHS = {PHOTOS: 10, SCENES: 20}
FIRST_TRAINED = {PHOTOS: 12, SCENES: 9}  # of the last five blocks of two depths, and of the last three of stride 16
BACKBONE_RATE = 0.2  # of the profile's rate, .001: E^I learns at the printed .0002
LONG = 100  # the paper's epochs
FRESH = tuple(SAME_AS)  # scenes of seeds 1 and 2


def share_options(dataset: str, size: int) -> dict:
    """Return the options that give a training with fewer or more pairs as many steps as the profile's has.

    The epochs, and those before the attention starts, grow as the pairs become fewer: otherwise a small training set
    would also be a short training.
    """
    usual, scale = profile_options("cpu", dataset), PROTOCOL[dataset] / size
    warmup = {"attention_warmup": round(usual["attention_warmup"] * scale)} if "attention_warmup" in usual else {}
    return {"epochs": round(usual["epochs"] * scale)} | warmup


def pairs_of_runs(
    dataset: str,
    bits: int,
    seeds: Sequence[int] = SEEDS,
    attentions: Sequence[str] = ("none", "both"),
    **fields: Any,
) -> list[RunSpec]:
    """Return runs that differ in seed and attention alone; those without attention first, seed by seed."""
    return [RunSpec(dataset, "adah", bits, seed, attention=a, **fields) for seed in seeds for a in attentions]


def share() -> list[RunSpec]:
    """None and both with other numbers of training pairs, and as many steps."""
    return [
        spec
        for dataset, sizes in SIZES.items()
        for size in sizes
        for spec in pairs_of_runs(dataset, SHARE_BITS, train_size=size, options=share_options(dataset, size))
    ]


def mask_settings(dataset: str) -> dict[str, dict]:
    """Return the options of each way to train the masks, besides the profile's own."""
    return {
        "G frozen": FROZEN_G,
        **({"G learns faster": FREE_G[dataset]} if dataset in FREE_G else {}),
        **{f"weight {weight:g}": {"adversarial_weight": weight} for weight in WEIGHTS},
    }


def mask() -> list[RunSpec]:
    """Both, with G frozen and learning, and with other weights of eq. 6."""
    return [
        spec
        for dataset in PROTOCOL
        for options in mask_settings(dataset).values()
        for spec in pairs_of_runs(dataset, MASK_BITS, attentions=("both",), options=options)
    ]


def frozen_settings(dataset: str) -> dict[str, dict]:
    """Return the options that train none of E^I, its last blocks, and all of it, for the same number of epochs."""
    epochs = {"epochs": TRAINED_EPOCHS[dataset]}
    whole = {"fine_tune": True, "backbone_rate": BACKBONE_RATE}
    late = whole | {"fine_tune_from": FIRST_TRAINED[dataset]}
    return {"frozen": epochs, "last blocks": epochs | late, "whole": epochs | whole}


def frozen() -> list[RunSpec]:
    """None and both with E^I frozen, with its last blocks trained, and with all of it trained."""
    return [
        spec
        for dataset in PROTOCOL
        for options in frozen_settings(dataset).values()
        for spec in pairs_of_runs(dataset, MASK_BITS, options=options)
    ]


def cells() -> list[RunSpec]:
    """None and both on maps of stride 16 alone, at 128 px and at larger sizes, whose cells see less of an image."""
    return [
        spec
        for dataset in PROTOCOL
        for size in IMAGE_SIZES[dataset]
        for spec in pairs_of_runs(dataset, MASK_BITS, image_size=size, backbone="efficientnet_lite0")
    ]


def longest() -> list[RunSpec]:
    """None and both for the paper's 100 epochs, one seed."""
    return [spec for dataset in PROTOCOL for spec in pairs_of_runs(dataset, MASK_BITS, (0,), options={"epochs": LONG})]


def fresh() -> list[RunSpec]:
    """None, visual and both on scenes and splits of seeds on which nothing was chosen."""
    return [
        spec
        for seed, dataset in enumerate(FRESH, 1)
        for bits in BITS
        for spec in pairs_of_runs(dataset, bits, attentions=("none", "visual", "both"), split_seed=seed)
    ]


WHY = {
    "why-share": share,
    "why-mask": mask,
    "why-frozen": frozen,
    "why-cells": cells,
    "why-length": longest,
    "why-fresh": fresh,
}
