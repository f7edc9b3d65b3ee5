"""Page ``image_hashing``: where the profile ``paper`` of image hashing and the papers part, or leave a choice open."""

import pandas as pd

from adahlib.experiments.profiles import profile_backbone, profile_options
from adahlib.methods import IMAGE_METHODS
from adahlib.models.backbones import BACKBONES
from adahlib.report.pages.deviations import answer
from adahlib.report.titles import BACKBONE_TITLES, IMAGE_METHOD_TITLES

DATASET = "cifar10"
PRINTED = "The paper, or its authors' program"
NETWORK = ""  # the answer is the backbone of the profile
# method → points: what its paper says, as far as it was available, and the options in which our answer stands, or words
IMAGE_POINTS = {
    "ssgah": (
        ("Network f", "AlexNet; how it begins is not said", NETWORK),
        ("Layer between f and the codes", "none: H(x) = σ(f(x) W + b)", ("hidden",)),
        ("Margins", "not given", ("margin", "ssr_margin", "ar_margin")),
        ("Weights of L_ssr and L_ar", "none, so 1", ("ssr_weight", "ar_weight")),
        ("Weight of the divergence", "none, so 1", ("divergence_weight",)),
        ("Layers of G and D, noise", "not given", ("generator_width", "judge_width", "condition", "noise")),
        ("What G is given of an image, v", "its feature", "the feature of f before it is trained"),
        ("Ranking losses", "sums over Hamming distances", "means over violating triplets, squared distances of H(x)"),
        ("Loss of G", "log(1 − D), as printed", "−log D; D's target of real triplets is lower by `smoothing`"),
        ("Whether L_ssr moves G", "in the objective, and not on its own slide", "it does not"),
        ("Training of G and D beforehand", "not said", ("gan_epochs", "gan_batch", "gan_rate")),
        ("Optimiser, batch, epochs", "not given", ("learning_rate", "batch_size", "epochs")),
        ("Learning rate of f", "not given", ("backbone_rate",)),
    ),
    "dsh-gans": (
        ("Network", "a CNN, which one could not be found", NETWORK),
        ("Weights of the three streams", "could not be found", ("class_weight", "adversary_weight")),
        ("Margin", "could not be found", ("margin",)),
        ("Networks of the GAN", "could not be found", "AC-GAN's published ones"),
        ("Classes of an image with several", "could not be found", "a softmax, whose target they share"),
        ("Optimiser, batch, epochs", "could not be found", ("learning_rate", "batch_size", "epochs")),
    ),
    "ssdh": (
        ("Network", "CNN-F from ImageNet's weights", NETWORK),
        ("Optimiser", "SGD, 0.0001, momentum 0.9", ("learning_rate", "backbone_rate")),
        ("Labelled images of a batch, with as many unlabelled", "64", ("batch_size",)),
        ("Neighbours", "by deep features; its program: by hash outputs", "by features before training"),
        ("Margin of the graph", "3, and 2.5 at 12 bits", ("graph_margin",)),
        ("Ranking loss", "half the hinge of one random triplet an anchor", "the mean of all violating triplets"),
        ("Far images", "ranks 114 to 123 of 128", ("strangers",)),
        ("Crops", "224 px of larger images", "whole images, mirrored, moved by up to 4 px"),
    ),
    "bgdh": (
        ("Network", "CNN-F from ImageNet's weights", NETWORK),
        ("Variant", "which one the table has is not said", "the inductive one"),
        ("Anchors and neighbours", "could not be found", ("anchors", "nearest")),
        ("Weights λ and η", "could not be found", ("graph_weight", "quantisation")),
        ("Graph", "of features", "of features before training"),
    ),
    "ninh": (
        ("Network", "network in network, at 32 px", "the same at half its width"),
        ("Triplets", "drawn beforehand, 100 a batch", ("batch_size",)),
        ("Optimiser", "SGD, 0.001, 100,000 batches", ("learning_rate", "epochs")),
        ("Outputs", "a piecewise threshold after the sigmoid; its program has none", "the sigmoid alone"),
        ("Start and weight decay", "Gaussians of deviation 0.01 to 0.1; 0.0005", "He's; none"),
    ),
    "cnnh": (
        ("Optimiser, batch, epochs", "could not be found", ("learning_rate", "batch_size", "epochs")),
        ("Sweeps of the first stage", "could not be found", ("sweeps",)),
    ),
}


def image_deviations_table() -> pd.DataFrame:
    """Return a row per method and point: what the paper says, and what the profile ``paper`` does, by its options."""
    rows = []
    for method, points in IMAGE_POINTS.items():
        chosen = vars(IMAGE_METHODS[method].Options()) | profile_options("paper", DATASET, method)
        backbone = profile_backbone("paper", DATASET, True, method)
        network = f"{BACKBONE_TITLES[backbone]} at {BACKBONES[backbone].image_size} px"
        for point, printed, ours in points:
            here = network if ours == NETWORK else answer(ours, chosen)
            rows.append({"Method": IMAGE_METHOD_TITLES[method], "Point": point, PRINTED: printed, "Here": here})
    return pd.DataFrame(rows)
