"""Page ``method``: where the profile ``paper`` and the paper part, or where the paper leaves a choice to its reader."""

import pandas as pd

from adahlib.experiments.profiles import profile_backbone, profile_options
from adahlib.methods import METHODS
from adahlib.models.backbones import BACKBONES
from adahlib.report.titles import BACKBONE_TITLES

# What the paper says of a point, and the options in which our answer stands; where there is none, the answer in words.
POINTS = (
    ("Learning rate", "0.0002 for Adam, and a base rate of 0.005 beside it", ("learning_rate",)),
    ("Margin ε of eq. 5", "not given", ("margin",)),
    ("Distance of eq. 5", "‖·‖, not squared", ("distance",)),
    ("Triplets of eq. 5 and 6", "a sum", ("reduction",)),
    ("What moves in eq. 9", "all that depends on G", ("adversary_queries",)),
    ("Gradient of E and D through the mask", "not said", ("mask_gradient",)),
    ("Similarity S", "1 for similar pairs, 0 for others; S(i, j) > S(i, k) in eq. 5", ("similarity",)),
    ("Threshold of G^T (eq. 3)", "not said; 1/(H×W) for images", ("text_threshold",)),
    ("Scale of G's scores at the start", "not said", ("score_deviation",)),
    ("Epochs before the attention's first step", "not said", ("attention_warmup",)),
    ("Start of fc6 and fc7", "the pre-trained VGGNet", ("hash_init",)),
    ("Dropout after fc6 and fc7", "not said; VGG has it", ("image_dropout",)),
    ("Dropout in E^T", "not said", ("text_dropout", "word_dropout")),
    ("Weight of eq. 6 in eq. 8", "none, so 1", ("adversarial_weight",)),
    ("Learning rates of G", "not said", ("attention_learning_rate", "text_attention_learning_rate")),
    ("Learning rate of E^I", "the same as of the others", ("backbone_rate",)),
    ("Arithmetic", "Caffe's, 32 bits", ("precision",)),
    ("Epoch whose codes are reported", "not said", ("epoch_choice",)),
    ("Layers of E^T", "two fully connected ones", "rectified after both, so that half of f^T is zero at the start"),
    ("Weights of E^I", "VGG-19's of Caffe, on ImageNet", "torchvision's, on ImageNet"),
    ("The last batch of an epoch", "not said", "left out where it is under half of a batch: 16 of 10,000 pairs"),
    ("Pairs of an item with itself", "not excluded by eq. 5", "counted among the similar ones in I→I and T→T"),
    ("Order of items at the same distance", "not said", "the expected value over all orders"),
)


def deviations_table() -> pd.DataFrame:
    """Return a row per point: what the paper says, and what the profile ``paper`` does, read from its options."""
    chosen = vars(METHODS["adah"].Options()) | profile_options("paper", "mirflickr25k")
    rows = [{"Point": point, "The paper": printed, "Here": answer(ours, chosen)} for point, printed, ours in POINTS]
    backbone = profile_backbone("paper", "mirflickr25k")
    network = f"{BACKBONE_TITLES[backbone]} at {BACKBONES[backbone].image_size} px"
    return pd.DataFrame([{"Point": "E^I", "The paper": "VGGNet, up to its last convolution", "Here": network}, *rows])


def answer(ours: str | tuple[str, ...], chosen: dict) -> str:
    """Return our answer to a point: words, or options with their values."""
    return ours if isinstance(ours, str) else ", ".join(f"`{name}` = {chosen[name]}" for name in ours)
