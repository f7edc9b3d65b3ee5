"""Every option of ADAH; defaults are the paper's but for the options that the class names.

Where the paper leaves a point open or contradicts itself, the option's help says so; page ``decisions`` of the book
says what the alternatives measured.
"""

from dataclasses import dataclass

from adahlib.losses.distances import DISTANCES
from adahlib.losses.similarity import SIMILARITIES
from adahlib.losses.triplet import REDUCTIONS
from adahlib.methods.deep.options import DeepOptions
from adahlib.methods.options import check_choice, check_range, option
from adahlib.models.adah import ATTENTIONS
from adahlib.models.attention import THRESHOLDS
from adahlib.training import PRECISIONS, SCHEDULES


@dataclass(frozen=True)
class AdahOptions(DeepOptions):
    """Hyperparameters of ADAH; the defaults are the paper's (sections 3.2 and 4.1) or, where it leaves one open, ours.

    Three defaults are not what is printed: ``fine_tune=False`` (eq. 8 trains E^I), ``reduction="violating"`` (eq. 5 and
    6 are sums) and ``adversary_queries="fixed"`` (in eq. 9, as it is printed, both sides move with G). The profile
    ``paper`` sets the printed ones.
    """

    attention: str = option("both", "which features have attention: none, visual, textual or both (Fig. 7)")
    text_hidden: int = option(8192, "width of E^T's hidden layer")
    text_features: int = option(1000, "d, width of the text features f^T")
    image_dropout: float = option(0.5, "dropout after fc6 and fc7 (open; VGG's value)")
    text_dropout: float = option(0.0, "dropout between the two layers of E^T (open)")
    word_dropout: float = option(0.0, "probability that a step leaves out a word of a training text (open)")
    text_init: str = option("gaussian", "text branch: gaussian, N(0, 0.01²) (section 4.1), or default, PyTorch's own")
    hash_init: str = option("imagenet", "start of fc6 and fc7: imagenet, if the backbone has them, or random (open)")
    margin: float = option(1.0, "ε of eq. 5 (open: the paper does not give it)")
    distance: str = option("euclidean", "‖·‖ of eq. 5: euclidean as printed, squared or hamming")
    reduction: str = option("violating", "sum over triplets as printed, or mean over valid or violating ones")
    similarity: str = option("share", "S: share, 1 if two items share a label, or count, how many they share (open)")
    text_threshold: str = option("mean", "α of G^T: mean, 1/d as for images, median or quartile (open)")
    score_deviation: float = option(0.0, "standard deviation to which G's scores are scaled; 0 for no scaling (open)")
    adversarial_weight: float = option(1.0, "weight of eq. 6 in the full objective (1 in the paper)")
    adversary_queries: str = option("fixed", "attended queries in G's step: fixed, or free to move with G as printed")
    mask_gradient: str = option("through", "gradient in the step of E, D: through the mask into E, or cut there (open)")
    hash_steps: int = option(4, "steps of E and D before each step of G")
    attention_warmup: int = option(0, "epochs before the attention is switched on (open)")
    learning_rate: float = option(2e-4, "Adam's learning rate for E and D (the paper prints 0.0002 and 0.005)")
    attention_learning_rate: float = option(2e-4, "Adam's learning rate for G^I (open)")
    text_attention_learning_rate: float = option(2e-4, "Adam's learning rate for G^T (open)")
    beta1: float = option(0.5, "Adam's β1 for E and D")
    attention_beta1: float = option(0.5, "Adam's β1 for G")
    schedule: str = option("step", "learning rate: step (a tenth every 20 epochs), cosine (to zero) or constant")
    batch_size: int = option(64, "pairs per batch")
    epochs: int = option(100, "passes over the training pairs")
    precision: str = option("auto", "float32, bfloat16, or auto: bfloat16 on GPUs that support it (open)")

    def __post_init__(self) -> None:
        super().__post_init__()
        choices = {
            "attention": ATTENTIONS,
            "text_init": ("gaussian", "default"),
            "hash_init": ("imagenet", "random"),
            "distance": DISTANCES,
            "reduction": REDUCTIONS,
            "similarity": SIMILARITIES,
            "text_threshold": THRESHOLDS,
            "adversary_queries": ("fixed", "free"),
            "mask_gradient": ("through", "cut"),
            "schedule": SCHEDULES,
            "precision": PRECISIONS,
        }
        for name, allowed in choices.items():
            check_choice(name, getattr(self, name), allowed)
        for name in ("text_dropout", "word_dropout", "beta1", "attention_beta1"):
            check_range(name, getattr(self, name), 0, 0.999)
        for name in ("text_hidden", "text_features", "hash_steps"):
            check_range(name, getattr(self, name), 1)
        rates = ("learning_rate", "attention_learning_rate", "text_attention_learning_rate")
        for name in (*rates, "margin", "score_deviation", "adversarial_weight", "attention_warmup"):
            check_range(name, getattr(self, name), 0)
