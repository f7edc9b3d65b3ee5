"""Claims on image hashing: the table of SSGAH's slides, its component analysis and the amount of supervision.

Those on deep methods were stated before any of their runs were made. The bounds for shallow rows are those within which
a row counts as reproduced, set before they were measured: .015 for LSH, SH and ITQ, .05 for SDH.
"""

from collections.abc import Sequence

from adahlib.errors import AdahError
from adahlib.experiments.grids.images import (
    CIFAR,
    CURVE_BITS,
    CURVE_SEEDS,
    FEATURES,
    IMAGE_BITS,
    SEEDS,
    SEEDS_OF,
    chosen_run,
)
from adahlib.experiments.image_chosen import chosen_image_draws
from adahlib.experiments.spec import RunSpec
from adahlib.report.claims.claim import Claim, always_above, each_within, ordered_as, positive
from adahlib.report.claims.evidence import Arm, Quantity, arm, column, less, measured
from adahlib.report.claims.verdict import NotMeasuredError
from adahlib.report.slides import slide_results
from adahlib.report.titles import IMAGE_METHOD_TITLES

WHOLE = (column("map"),)
BOUNDS = {"lsh": 0.015, "sh": 0.015, "itq": 0.015, "sdh": 0.05}
DEEP = ("cnnh", "ninh", "ssdh", "bgdh", "dsh-gans")  # beside SSGAH
BEFORE = "this book, before any run"
FEW = 500  # labelled images of the claim on supervision


def on_features(method: str, features: str) -> Quantity:
    """Return the MAP of a shallow method on features of ``FEATURES``, at the four code lengths."""
    backbone, side = FEATURES[features]
    runs = arm(CIFAR, method, backbone=backbone, image_size=side)
    return measured(runs, IMAGE_BITS, WHOLE, SEEDS_OF.get(method, SEEDS))


def slide(method: str, features: str) -> Quantity:
    """Return the printed row of a method on CIFAR-10, as one seed."""
    found = slide_results().query("dataset == @CIFAR and method == @method and features == @features")
    values = found.set_index("bits").loc[list(IMAGE_BITS), "map"].to_numpy(dtype=float)[None]
    return lambda evidence: values


def chosen_arm(method: str, variant: str = "", **fields: object) -> Arm:
    """Return the runs of a deep method with what the search chose for it."""

    def runs(bits: int, seed: int) -> RunSpec:
        try:
            return chosen_run((method, variant), bits, seed, chosen_image_draws(), **fields)
        except AdahError as error:
            raise NotMeasuredError("no options were chosen yet") from error

    return runs


def deep(method: str, variant: str = "", seeds: Sequence[int] = SEEDS, **fields: object) -> Quantity:
    """Return the MAP of a deep method at 48 bits, once a seed."""
    return measured(chosen_arm(method, variant, **fields), (CURVE_BITS,), WHOLE, seeds)


def shallow_claims() -> list[Claim]:
    """The shallow rows on GIST are reproduced in value, those on a network's features in order."""
    near = [
        Claim(
            f"image-{method}-printed",
            f"On GIST {IMAGE_METHOD_TITLES[method]} lies within {bound:.3f} of its printed row: it holds in {{cells}} "
            "cells.",
            ("image_hashing",),
            "slides; the bound by this book",
            each_within(less(on_features(method, "GIST"), slide(method, "GIST")), bound),
        )
        for method, bound in BOUNDS.items()
    ]
    order = Claim(
        "image-order-cnn",
        "On CNN features of 64-px images LSH, SH, ITQ and SDH come in the order of the printed rows with CNN: it "
        "holds in {cells} cells.",
        ("image_hashing",),
        "slides",
        ordered_as({m: slide(m, "CNN") for m in BOUNDS}, {m: on_features(m, "CNN 64") for m in BOUNDS}),
    )
    return [*near, order]


def method_claims(methods: Sequence[str] = DEEP) -> list[Claim]:
    """SSGAH is the best of the deep methods, on one network, with the same search for all."""
    ahead = [(deep("ssgah", "full"), deep(other)) for other in methods]
    unlabelled = [(deep("ssdh"), deep("ninh")), (deep("bgdh"), deep("ninh")), (deep("dsh-gans"), deep("ninh"))]
    return [
        Claim(
            "image-ssgah-best",
            "On one network and at 48 bits SSGAH has a higher MAP than each of the five other deep methods: it holds "
            "in {cells} cells.",
            ("image_hashing",),
            "slides; on one network by this book",
            always_above(ahead),
        ),
        Claim(
            "image-unlabelled-help",
            "On one network and at 48 bits the methods that learn from unlabelled images too (SSDH, BGDH and "
            "DSH-GANs) are each ahead of NINH, which does not: it holds in {cells} cells.",
            ("image_hashing",),
            "slides; on one network by this book",
            always_above(unlabelled),
        ),
    ]


def component_claims() -> list[Claim]:
    """Each part of SSGAH raises MAP, as its component analysis has it."""
    parts = {
        "ssr-over-baseline": ("L_ssr raises MAP over the baseline", "ssr", "baseline"),
        "ar-over-baseline": ("L_ar raises MAP over the baseline", "ar", "baseline"),
        "full-over-ssr": ("L_ar, added to L_ssr, raises MAP", "full", "ssr"),
        "full-over-ar": ("L_ssr, added to L_ar, raises MAP", "full", "ar"),
        "full-over-baseline": ("SSGAH as a whole is ahead of its baseline", "full", "baseline"),
    }
    return [
        Claim(
            f"image-{name}",
            f"At 48 bits {sentence}.",
            ("image_components",),
            "slides",
            positive(less(deep("ssgah", one), deep("ssgah", other))),
        )
        for name, (sentence, one, other) in parts.items()
    ]


def supervision_claims() -> list[Claim]:
    """Synthetic images help most where labels are few."""

    def gain(**fields: object) -> Quantity:
        return less(deep("ssgah", "full", CURVE_SEEDS, **fields), deep("ssgah", "baseline", CURVE_SEEDS, **fields))

    return [
        Claim(
            "image-few-labels",
            f"At 48 bits SSGAH gains more over its baseline with {FEW} labelled images than with 5,000.",
            ("image_supervision",),
            BEFORE,
            positive(less(gain(train_size=FEW), gain())),
        ),
        Claim(
            "image-few-labels-gain",
            f"At 48 bits and with {FEW} labelled images SSGAH has a higher MAP than its baseline.",
            ("image_supervision",),
            BEFORE,
            positive(gain(train_size=FEW)),
        ),
    ]


IMAGES = (*shallow_claims(), *method_claims(), *component_claims(), *supervision_claims())
