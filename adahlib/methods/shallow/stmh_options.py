"""Every option of STMH."""

from dataclasses import dataclass

from adahlib.methods.options import check_choice, check_range, option

STARTS = ("pca", "random")


@dataclass(frozen=True)
class STMHOptions:
    """Hyperparameters of STMH; weights and number of rounds are the paper's, start, stop and centring this project's.

    The public code has ``start="random"``, ``centred=False`` and, in effect, ``tolerance=0``: it stops where a round
    changes the objective, a sum over all pairs, by less than .01.
    """

    image_weight: float = option(0.5, "r₁ of the images; r₂ of the texts is 1 − r₁")
    link: float = option(0.5, "λ, weight of the map from image factors to topics")
    gamma: float = option(1e-4, "γ, weight of the squared norms")
    iterations: int = option(10, "maximum number of rounds")
    tolerance: float = option(0.01, "stop when a round changes the objective by no more than this share; 0: never")
    start: str = option("pca", "start: pca (principal components, projected texts) or random (normal G₁, random G₂)")
    centred: bool = option(True, "whether both modalities are centred by their training means")

    def __post_init__(self) -> None:
        check_range("image_weight", self.image_weight, 1e-6, 1 - 1e-6)
        check_range("link", self.link, 1e-12)
        check_range("gamma", self.gamma, 1e-12)
        check_range("iterations", self.iterations, 1)
        check_range("tolerance", self.tolerance, 0)
        check_choice("start", self.start, STARTS)
