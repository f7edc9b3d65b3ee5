"""The same random search for every arm: its space, its draws and its runs.

An arm is ADAH with one kind of attention, or one of the other deep methods, on one data set. Each has the same number
of random draws of its options, two seeds a draw, at the quick profile; validation pairs choose (``chosen``). No draw is
the profile's own setting: that was set by hand, with more trials for some arms than for others.

Draw k gives an option the same value in every arm that has it, so that arms differ in their own options alone.
"""

import math
import zlib
from collections.abc import Callable

import numpy as np

from adahlib.experiments.grids.usual import DATASETS
from adahlib.experiments.spec import RunSpec

DRAWS = 12
SEARCH_BITS = 32
SEARCH_SEEDS = (0, 1)
ARMS = (("adah", "none"), ("adah", "visual"), ("adah", "both"), ("dcmh", ""), ("prdh", ""), ("dvsh", ""))
Draw = Callable[[np.random.Generator], object]


def one_of(*values: object) -> Draw:
    """Return a draw of one of the values, each as likely."""
    return lambda generator: values[generator.integers(len(values))]


def between(low: float, high: float) -> Draw:
    """Return a draw of a number whose logarithm is uniform, with two significant digits."""
    return lambda generator: float(f"{math.exp(generator.uniform(math.log(low), math.log(high))):.2g}")


# Every deep method has these; what one of them lacks is left out there.
COMMON = {
    "learning_rate": between(3e-4, 1e-2),
    "batch_size": one_of(32, 64, 128),
    "image_adapter": one_of(128, 256, 512),
    "image_dropout": one_of(0.0, 0.3, 0.5),
}
TEXTS = {"text_dropout": one_of(0.0, 0.3, 0.5), "word_dropout": one_of(0.0, 0.15, 0.3)}
TRIPLETS = {"margin": one_of(0.25, 0.5, 1.0, 2.0)}
VISUAL = {
    "adversarial_weight": between(0.01, 1.0),
    "attention_learning_rate": between(1e-5, 1e-2),
    "score_deviation": one_of(0.0, 0.5, 0.75, 1.0),
}
TEXTUAL = {
    "text_attention_learning_rate": between(1e-5, 1e-2),
    "text_threshold": one_of("mean", "median", "quartile"),
}
LIKELIHOOD = {"gamma": between(0.1, 10.0)}
SPACE = {
    ("adah", "none"): COMMON | TEXTS | TRIPLETS,
    ("adah", "visual"): COMMON | TEXTS | TRIPLETS | VISUAL,
    ("adah", "both"): COMMON | TEXTS | TRIPLETS | VISUAL | TEXTUAL,
    ("dcmh", ""): COMMON | TEXTS | LIKELIHOOD,
    ("prdh", ""): COMMON | TEXTS | LIKELIHOOD | {"decorrelation": between(0.01, 10.0)},
    ("dvsh", ""): COMMON
    | {
        "sentence_width": one_of(128, 256, 512),
        "cosine_margin": one_of(0.2, 0.5, 0.8),
        "bitwise_weight": between(0.01, 1.0),
        "hashing_weight": between(0.01, 1.0),
    },
}
FIXED = {("prdh", ""): {"decorrelation_scale": "batch"}}  # without it the weight that is drawn would do nothing


def drawn_options(method: str, attention: str, draw: int) -> dict:
    """Return the options of a draw, the same in every process and for ever.

    Args:
        method, attention: an arm of ``ARMS``.
        draw: number of the draw, from 0.
    """
    space = SPACE[method, attention]
    seeds = {name: (zlib.crc32(name.encode()), draw) for name in space}
    values = {name: space[name](np.random.default_rng(seeds[name])) for name in space}
    return FIXED.get((method, attention), {}) | values


def arm_runs(dataset: str, method: str, attention: str) -> list[RunSpec]:
    """Return the runs of an arm: its draws, and of each draw its seeds."""
    return [
        RunSpec(dataset, method, SEARCH_BITS, seed, attention=attention, profile="quick", options=options)
        for options in (drawn_options(method, attention, draw) for draw in range(DRAWS))
        for seed in SEARCH_SEEDS
    ]


def random_search() -> list[RunSpec]:
    """Every arm's draws on both data sets."""
    return [spec for dataset in DATASETS for arm in ARMS for spec in arm_runs(dataset, *arm)]
