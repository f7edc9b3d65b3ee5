"""The space of the random search, and its draws: the same for every arm, and the same number of them.

An arm is ADAH with one kind of attention, or one of the other deep methods. Draw k gives an option the same value in
every arm that has it, so that arms differ in their own options alone. No draw is a profile's own setting: that was set
by hand, with more trials for some arms than for others.
"""

import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

DRAWS = 12  # of each arm
ARMS = (("adah", "none"), ("adah", "visual"), ("adah", "both"), ("dcmh", ""), ("prdh", ""), ("dvsh", ""))


@dataclass(frozen=True)
class OneOf:
    """One of some values, each as likely."""

    values: tuple

    def draw(self, generator: np.random.Generator) -> object:
        """Return one of the values."""
        return self.values[generator.integers(len(self.values))]

    def __str__(self) -> str:
        return ", ".join(map(str, self.values))


@dataclass(frozen=True)
class Between:
    """A number whose logarithm is uniform between two, with two significant digits."""

    low: float
    high: float

    def draw(self, generator: np.random.Generator) -> float:
        """Return a number."""
        return float(f"{math.exp(generator.uniform(math.log(self.low), math.log(self.high))):.2g}")

    def __str__(self) -> str:
        return f"{self.low:g} to {self.high:g}, log-uniform"


# Every deep method has these; what one of them lacks is left out there.
COMMON: dict[str, OneOf | Between] = {
    "learning_rate": Between(3e-4, 1e-2),
    "batch_size": OneOf((32, 64, 128)),
    "image_adapter": OneOf((128, 256, 512)),
    "image_dropout": OneOf((0.0, 0.3, 0.5)),
}
TEXTS: dict[str, OneOf | Between] = {"text_dropout": OneOf((0.0, 0.3, 0.5)), "word_dropout": OneOf((0.0, 0.15, 0.3))}
TRIPLETS: dict[str, OneOf | Between] = {"margin": OneOf((0.25, 0.5, 1.0, 2.0))}
VISUAL: dict[str, OneOf | Between] = {
    "adversarial_weight": Between(0.01, 1.0),
    "attention_learning_rate": Between(1e-5, 1e-2),
    "score_deviation": OneOf((0.0, 0.5, 0.75, 1.0)),
}
TEXTUAL: dict[str, OneOf | Between] = {
    "text_attention_learning_rate": Between(1e-5, 1e-2),
    "text_threshold": OneOf(("mean", "median", "quartile")),
}
LIKELIHOOD: dict[str, OneOf | Between] = {"gamma": Between(0.1, 10.0)}
SPACE: dict[tuple[str, str], dict[str, OneOf | Between]] = {
    ("adah", "none"): COMMON | TEXTS | TRIPLETS,
    ("adah", "visual"): COMMON | TEXTS | TRIPLETS | VISUAL,
    ("adah", "both"): COMMON | TEXTS | TRIPLETS | VISUAL | TEXTUAL,
    ("dcmh", ""): COMMON | TEXTS | LIKELIHOOD,
    ("prdh", ""): COMMON | TEXTS | LIKELIHOOD | {"decorrelation": Between(0.01, 10.0)},
    ("dvsh", ""): COMMON
    | {
        "sentence_width": OneOf((128, 256, 512)),
        "cosine_margin": OneOf((0.2, 0.5, 0.8)),
        "bitwise_weight": Between(0.01, 1.0),
        "hashing_weight": Between(0.01, 1.0),
    },
}
FIXED = {("prdh", ""): {"decorrelation_scale": "batch"}}  # without it the weight that is drawn would do nothing


def drawn_options(method: str, attention: str, draw: int) -> dict:
    """Return the options of a draw, the same in every process and for ever.

    Args:
        method, attention: an arm of ``ARMS``.
        draw: number of the draw, from 0.
    """
    return FIXED.get((method, attention), {}) | drawn_from(SPACE[method, attention], draw)


def drawn_from(space: Mapping[str, OneOf | Between], draw: int) -> dict:
    """Return the values of a draw: an option has the same value in every space that draws it from the same values."""
    seeds = {name: (zlib.crc32(name.encode()), draw) for name in space}
    return {name: space[name].draw(np.random.default_rng(seeds[name])) for name in space}
