"""Profiles: named sets of hyperparameters that deviate from the paper's, by data set."""

from adahlib.experiments.chosen import chosen_options
from adahlib.experiments.image_chosen import chosen_image_options
from adahlib.experiments.image_draws import IMAGE_ARMS
from adahlib.methods.options import check_choice

# What the CPU profile changes against the paper, for frozen maps of a small network and minutes instead of hours.
# Set by hand on the way; page `decisions` shows what the alternatives measured, and which of them are ahead.
CPU: dict[str, object] = {
    "text_hidden": 1024,
    "text_features": 512,
    "image_adapter": 256,
    "image_hidden": (1024,),
    "head": "pool",
    "image_dropout": 0.3,
    "text_dropout": 0.3,
    "standardise": True,
    "text_init": "default",
    "learning_rate": 1e-3,
    "beta1": 0.9,
    "attention_beta1": 0.9,
    "schedule": "cosine",
    "mask_gradient": "cut",
}
# Per data set: what the attention needs, and epochs by profile; long training is three times the book's.
CPU_BY_DATASET: dict[str, dict[str, object]] = {
    "mirflickr25k": {
        "word_dropout": 0.3,
        "adversarial_weight": 0.1,
        "attention_learning_rate": 2e-5,
        "text_attention_learning_rate": 2e-5,
    },
    "emoji-scenes": {
        "text_dropout": 0.0,
        "adversarial_weight": 0.1,
        "attention_warmup": 4,
        "score_deviation": 0.75,
        "text_threshold": "quartile",
        "attention_learning_rate": 1e-2,
        "text_attention_learning_rate": 2e-5,
    },
}
EPOCHS = {
    "mirflickr25k": {"quick": 5, "cpu": 20, "long": 60},
    "emoji-scenes": {"quick": 40, "cpu": 60, "long": 180},
}
# The deep baselines have ADAH's image branch and, except for DVSH, the widths of its text branch. Adam takes the place
# of plain SGD, with the sums of the objective divided as published. The balance sums outputs that are up to an outer
# iteration old: at Adam's rates it swings, and is left out.
IMAGE_BRANCH = {name: CPU[name] for name in ("image_adapter", "image_hidden", "head", "image_dropout", "standardise")}
LIKELIHOOD = IMAGE_BRANCH | {
    "text_hidden": CPU["text_hidden"],
    "init": "default",
    "optimizer": "adam",
    "learning_rate": 3e-3,
    "final_learning_rate": 1e-5,
    "weight_decay": 0.0,
    "eta": 0.0,
}
LIKELIHOOD_BY_DATASET: dict[str, dict[str, object]] = {
    "mirflickr25k": {"text_dropout": 0.3, "word_dropout": 0.3},
    "emoji-scenes": {"batch_size": 64},
}
OUTER_ITERATIONS = {
    "mirflickr25k": {"quick": 5, "cpu": 15, "long": 45},
    "emoji-scenes": {"quick": 22, "cpu": 45, "long": 135},
}
# By method: common options, options by data set, and epochs by data set and profile.
CPU_PROFILES: dict[str, tuple[dict[str, object], dict[str, dict[str, object]], dict[str, dict[str, int]]]] = {
    "adah": (CPU, CPU_BY_DATASET, EPOCHS),
    "dcmh": (LIKELIHOOD, LIKELIHOOD_BY_DATASET, OUTER_ITERATIONS),
    "prdh": (LIKELIHOOD, LIKELIHOOD_BY_DATASET, OUTER_ITERATIONS),
    "dvsh": (
        IMAGE_BRANCH | {"sentence_width": 256, "hashing_weight": 0.1, "batch_size": 64},
        {"emoji-scenes": {"batch_size": 32}},
        EPOCHS,
    ),
}
PUBLISHED_BACKBONES = {"dcmh": "cnn_f", "prdh": "cnn_f"}
# Of the table in SSGAH's slides: f is AlexNet there, and SSDH and BGDH are published with CNN-F. Which network DSH-GANs
# and the rows "+CNN" have could not be found; theirs is AlexNet too. CNNH and NINH have networks of their own.
SMALL_VECTORS = "efficientnet_lite0_pooled"
PUBLISHED_VECTORS = (
    dict.fromkeys(("ssgah", "dsh-gans", "lsh", "sh", "itq", "itq-labelled", "sdh"), "alexnet_fc7")
    | dict.fromkeys(("ssdh", "bgdh"), "cnn_f_fc7")
    | dict.fromkeys(("cnnh", "ninh"), SMALL_VECTORS)
)
# What the papers print and the defaults do not say: eq. 8 trains E^I, and so do the papers of the deep baselines; eq. 5
# and 6 are sums over triplets; and in eq. 9 both sides of the distances move with G.
END_TO_END: dict[str, object] = {"fine_tune": True}
PUBLISHED: dict[str, dict[str, object]] = {"adah": END_TO_END | {"reduction": "sum", "adversary_queries": "free"}}
PUBLISHED |= dict.fromkeys(("dcmh", "prdh", "dvsh"), END_TO_END)
# Of images alone: the whole network is trained, with the codes on fc7 itself; CNNH's and NINH's begin at random.
PUBLISHED |= dict.fromkeys(("ssgah", "dsh-gans", "ssdh", "bgdh"), END_TO_END | {"hidden": 0})
PUBLISHED |= dict.fromkeys(("cnnh", "ninh"), {"network": "own"})
# Of images alone: ``cpu`` is the defaults, ``quick`` and ``long`` differ in epochs, and ``quick`` has smaller GANs.
IMAGE_EPOCHS = {"quick": 10, "long": 60}
IMAGE_LENGTHS = {
    length: dict.fromkeys(("cnnh", "ninh", "ssdh", "bgdh", "dsh-gans", "ssgah"), {"epochs": epochs})
    for length, epochs in IMAGE_EPOCHS.items()
}
GANS_QUICK = {
    "ssgah": {"gan_epochs": 1, "generator_width": 64, "judge_width": 16, "pool": 2_000},
    "dsh-gans": {"gan_epochs": 1, "generator_width": 96, "judge_width": 8},
}
IMAGE_LENGTHS["quick"] |= {name: IMAGE_LENGTHS["quick"][name] | gan for name, gan in GANS_QUICK.items()}
BACKBONES = {"mirflickr25k": "efficientnet_lite0_hypercolumns"}
# Scenes of other seeds are trained as the scenes are: nothing is chosen on them.
SAME_AS = {"emoji-scenes-seed1": "emoji-scenes", "emoji-scenes-seed2": "emoji-scenes"}
LENGTHS = ("quick", "cpu", "long")
CHOSEN = "chosen"  # by the random search, with as many draws for all; of methods for pairs all else as in ``cpu``
PROFILES = ("paper", *LENGTHS, CHOSEN)


def profile_backbone(profile: str, dataset: str, vectors: bool = False, method: str = "adah") -> str:
    """Return the backbone of a profile: the paper's own, or a small one, on the photos with its deep maps too.

    Args:
        profile, dataset: as named.
        vectors: whether the method learns from one vector per image, and not from maps.
        method: its paper names the backbone of the profile ``paper``: CNN-F for DCMH and PRDH, VGG-19 for the other
            methods for pairs; for methods for images alone, AlexNet or CNN-F to fc7.
    """
    if vectors:
        return PUBLISHED_VECTORS.get(method, "vgg19_fc7") if profile == "paper" else SMALL_VECTORS
    if profile == "paper":
        return PUBLISHED_BACKBONES.get(method, "vgg19")
    return BACKBONES.get(dataset, "efficientnet_lite0")


def profile_options(profile: str, dataset: str, method: str = "adah", attention: str = "both") -> dict:
    """Return the options that a profile sets for a method on a data set; raise AdahError for an unknown profile.

    ``paper`` trains the backbone too and leaves all else as the papers print it; ``cpu`` was set by hand; ``quick`` and
    ``long`` differ from it in the number of epochs alone; ``chosen`` differs from it in what the random search draws.
    A data set that is not named here has the common options and MIRFlickr's epochs. Shallow methods run with their
    default options everywhere. Methods for images alone have theirs in ``cpu``, train for half or three times as many
    epochs in ``quick`` and ``long``, have smaller and shorter GANs in ``quick``, and in ``chosen`` what their own
    random search chose, which was on images of 64 px.

    Args:
        profile, dataset, method: as named.
        attention: of ADAH, each kind of which was searched by itself.

    Example:
        >>> from adahlib.experiments.profiles import profile_options
        >>> profile_options("cpu", "emoji-scenes")["epochs"], profile_options("quick", "emoji-scenes", "ssdh")
        (60, {'epochs': 10})
    """
    check_choice("profile", profile, PROFILES)
    if profile == "paper":
        return PUBLISHED.get(method, {})
    if method not in CPU_PROFILES:
        if profile == CHOSEN and method in dict(IMAGE_ARMS):
            return chosen_image_options(method, "full" if method == "ssgah" else "")
        return IMAGE_LENGTHS.get(profile, {}).get(method, {})
    dataset = SAME_AS.get(dataset, dataset)
    common, by_dataset, epochs = CPU_PROFILES[method]
    length = "cpu" if profile == CHOSEN else profile
    found = common | by_dataset.get(dataset, {}) | {"epochs": epochs.get(dataset, epochs["mirflickr25k"])[length]}
    return found | (chosen_options(dataset, method, attention) if profile == CHOSEN else {})
