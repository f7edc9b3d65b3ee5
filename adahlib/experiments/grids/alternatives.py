"""What each decision of the book was chosen against: runs that differ from the profile in a few options."""

from adahlib.experiments.grids.conventions import table1_options
from adahlib.experiments.profiles import profile_options
from adahlib.experiments.spec import RunSpec

# An alternative differs from the profile in these options and no others.
ALTERNATIVES: tuple[dict[str, object], ...] = (
    {"margin": 0.5},
    {"margin": 2.0},
    {"distance": "squared", "margin": 4.0},
    {"distance": "hamming", "margin": 4.0},
    {"reduction": "sum"},
    {"reduction": "valid"},
    {"similarity": "count"},
    {"text_threshold": "mean"},
    {"text_threshold": "median"},
    {"score_deviation": 0.0},
    {"score_deviation": 0.1},
    {"score_deviation": 0.5},
    {"score_deviation": 1.0},
    {"score_deviation": 0.0, "attention_learning_rate": 2e-3},
    {"text_attention_learning_rate": 2e-4},
    {"text_attention_learning_rate": 2e-3},
    {"text_attention_learning_rate": 1e-2},
    {"learning_rate": 2e-4},
    {"learning_rate": 5e-3},
    {"beta1": 0.5, "attention_beta1": 0.5},
    {"schedule": "constant"},
    {"adversarial_weight": 0.0},
    {"adversarial_weight": 1.0},
    {"adversary_queries": "free"},
    {"mask_gradient": "through"},
    {"hash_steps": 1},
    {"attention_warmup": 0},
    {"attention_warmup": 8},
    {"head": "flatten"},
    {"image_adapter": 0},
    {"standardise": False},
    {"text_init": "gaussian"},
    {"text_dropout": 0.3},
    {"word_dropout": 0.2},
    {"text_features": 1000},
    {"batch_size": 256},
    {"epoch_choice": "best"},
)
RATES_OF_ATTENTION = (0.0, 2e-5, 1e-4, 5e-4, 2e-3, 1e-2)


# What else was decided for the photos than for the scenes.
PHOTO_ALTERNATIVES: tuple[dict[str, object], ...] = (
    {"word_dropout": 0.0},
    {"adversarial_weight": 1.0},
    {"image_adapter": 0},
)


# Where other methods can follow their authors' code, choice by choice and in all; and a decorrelation that acts.
OTHER_METHODS: dict[str, tuple[dict[str, object], ...]] = {
    "seph": ({"penalty": "kernel"}, {"width": "pairs"}, {"penalty": "kernel", "width": "pairs"}),
    "stmh": (
        {"tolerance": 0.0},
        {"start": "random"},
        {"centred": False},
        {"tolerance": 0.0, "start": "random", "centred": False},
    ),
    "prdh": tuple({"decorrelation_scale": "batch", "decorrelation": weight} for weight in (0.01, 0.1, 1.0)),
}


def decisions() -> list[RunSpec]:
    """The alternatives at 16 bits, seed 0, quick profile: all on the scenes; rates of G and few more on the photos.

    Each data set has the maps of the other one too: of two depths on the scenes, of stride 16 alone on the photos.
    """
    rates = tuple({"attention_learning_rate": rate} for rate in RATES_OF_ATTENTION)
    measured = {"emoji-scenes": rates + ALTERNATIVES, "mirflickr25k": rates + PHOTO_ALTERNATIVES}
    specs = [
        RunSpec(dataset, "adah", 16, profile="quick", options=options)
        for dataset, alternatives in measured.items()
        for options in ({}, *(options for options in alternatives if differs(dataset, options)))
    ]
    maps = {"emoji-scenes": "efficientnet_lite0_hypercolumns", "mirflickr25k": "efficientnet_lite0"}
    others = [RunSpec(dataset, "adah", 16, profile="quick", backbone=backbone) for dataset, backbone in maps.items()]
    return [*specs, *others, *(spec for dataset in measured for spec in other_methods(dataset))]


def other_methods(dataset: str) -> list[RunSpec]:
    """The alternatives of the other methods at 16 bits, seed 0, quick profile, beside their rows of Table 1."""
    return [
        RunSpec(dataset, method, 16, profile="quick", options=table1_options(method) | options)
        for method, alternatives in OTHER_METHODS.items()
        for options in ({}, *alternatives)
    ]


def differs(dataset: str, options: dict) -> bool:
    """Return whether options are another choice than the quick profile's own."""
    return not options.items() <= profile_options("quick", dataset).items()
