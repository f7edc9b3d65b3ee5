"""Every option of DCMH and PRDH; the defaults are the published values."""

from dataclasses import dataclass

import numpy as np

from adahlib.methods.deep.options import DeepOptions
from adahlib.methods.options import check_choice, check_range, option

OPTIMIZERS = ("sgd", "adam")
SCHEDULES = ("log", "linear")
INITS = ("gaussian", "default")
SCALES = ("sum", "batch")


@dataclass(frozen=True)
class DcmhOptions(DeepOptions):
    """Hyperparameters of DCMH (CVPR 2017, sections 3.2 and 4.2, and its released code)."""

    text_hidden: int = option(8192, "width of the text network's hidden layer")
    text_dropout: float = option(0.0, "dropout after the text network's hidden layer")
    word_dropout: float = option(0.0, "probability that a step leaves out a word of a training text")
    init: str = option("gaussian", "text network and last image layer: gaussian, N(0, 0.01²), or default, PyTorch's")
    gamma: float = option(1.0, "γ, weight of the quantisation ‖B − F‖² + ‖B − G‖²")
    eta: float = option(1.0, "η, weight of the balance ‖F1‖² + ‖G1‖²")
    optimizer: str = option("sgd", "sgd, plain as published, or adam")
    learning_rate: float = option(10**-1.5, "learning rate of the first outer iteration")
    final_learning_rate: float = option(1e-3, "learning rate of the last one (another release: 1e-6, linear)")
    schedule: str = option("log", "learning rates between the first and the last: log (geometric) or linear")
    weight_decay: float = option(5e-4, "weight decay of both networks")
    epochs: int = option(500, "outer iterations: one epoch of the text network and one of the image network each")

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, allowed in (("init", INITS), ("optimizer", OPTIMIZERS), ("schedule", SCHEDULES)):
            check_choice(name, getattr(self, name), allowed)
        for name in ("text_dropout", "word_dropout"):
            check_range(name, getattr(self, name), 0, 0.999)
        for name in ("gamma", "eta", "weight_decay"):
            check_range(name, getattr(self, name), 0)
        for name in ("learning_rate", "final_learning_rate"):
            check_range(name, getattr(self, name), 1e-12)
        check_range("text_hidden", self.text_hidden, 1)

    def rates(self) -> list[float]:
        """Return the learning rate of each outer iteration."""
        between = np.geomspace if self.schedule == "log" else np.linspace
        return between(self.learning_rate, self.final_learning_rate, self.epochs).tolist()


@dataclass(frozen=True)
class PrdhOptions(DcmhOptions):
    """Hyperparameters of PRDH (AAAI 2017): those of DCMH, and weight and scale of the decorrelation.

    The other terms are sums over pairs of a batch item and a training item, and divided by the number of these pairs.
    The decorrelation is made of a covariance, which is a mean already. ``sum`` divides it by the number of pairs too,
    and then it is too small to have an effect; ``batch`` takes it as it is.
    """

    decorrelation: float = option(1.0, "λ, weight of the decorrelation (from memory: 1)")
    decorrelation_scale: str = option("sum", "the decorrelation: divided as sums are, or as it is: batch (open)")

    def __post_init__(self) -> None:
        super().__post_init__()
        check_range("decorrelation", self.decorrelation, 0)
        check_choice("decorrelation_scale", self.decorrelation_scale, SCALES)
