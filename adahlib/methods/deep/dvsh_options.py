"""Every option of DVSH. Margins and objective are published; what its paper leaves open here is marked so."""

from dataclasses import dataclass

from adahlib.methods.deep.options import DeepOptions
from adahlib.methods.options import check_choice, check_range, option
from adahlib.training import SCHEDULES


@dataclass(frozen=True)
class DvshOptions(DeepOptions):
    """Hyperparameters of DVSH (KDD 2016)."""

    sentence_width: int = option(512, "width of the word vectors and of the LSTM (open)")
    cosine_margin: float = option(0.5, "μ_c of the cosine max-margin loss")
    bitwise_margin: float = option(0.5, "μ_b of the bitwise max-margin loss")
    bitwise_weight: float = option(0.1, "λ, weight of the bitwise max-margin loss (open)")
    hashing_weight: float = option(1.0, "β, weight of the distance between hash codes and fusion code (open)")
    learning_rate: float = option(1e-3, "Adam's learning rate (open; the paper uses plain SGD)")
    schedule: str = option("cosine", "rate: step (a tenth every 20 epochs), cosine (to zero) or constant (open)")
    epochs: int = option(50, "passes over the training pairs (open)")

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choice("schedule", self.schedule, SCHEDULES)
        check_range("sentence_width", self.sentence_width, 1)
        for name in ("cosine_margin", "bitwise_margin", "bitwise_weight", "hashing_weight", "learning_rate"):
            check_range(name, getattr(self, name), 0)
