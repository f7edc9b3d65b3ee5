"""Every option of SePH."""

from dataclasses import dataclass

from adahlib.methods.options import check_choice, check_range, option
from adahlib.methods.shallow.base import DATABASE_CODES

ANCHORS = ("random", "kmeans")
PENALTIES = ("ridge", "kernel")
WIDTHS = ("anchors", "pairs")
CONVENTIONS = (*DATABASE_CODES, "combined")  # which codes the database has


@dataclass(frozen=True)
class SePHOptions:
    """Hyperparameters of SePH; the defaults are the paper's but for ``penalty``, ``width`` and ``database_codes``.

    The authors' code penalises the norm of the function in the kernel's own space, wᵀK₀w with K₀ the kernel of the
    anchors, and has no bias: ``penalty="kernel"``; its σ is the mean over all pairs of items: ``width="pairs"``.

    Results of SePH are published with two conventions for the codes of the database, and they differ a lot. SePH's own
    paper predicts every database pair from both of its sides: ``combined``. DCMH's Table 4, from which later papers
    take their row of SePH, uses one side only, since the task is cross-modal: ``per-modality``. With ``unified`` the
    pairs that trained keep sign(H), which knows their labels, and the others have combined codes.
    """

    anchors: str = option("random", "centres of the kernel: random training pairs (SePH_rnd) or kmeans (SePH_km)")
    anchor_count: int = option(500, "number of these centres, the anchors")
    alpha: float = option(0.01, "weight of ‖|H| − 1‖², divided by bits × pairs")
    iterations: int = option(100, "steps of gradient descent on H")
    step: float = option(500.0, "learning rate of the gradient descent")
    momentum: float = option(0.5, "momentum of the gradient descent")
    ridge: float = option(0.01, "weight of the penalty in the logistic regressions")
    penalty: str = option("ridge", "penalty of the regressions: ridge, ‖w‖² with a bias, or kernel, wᵀK₀w without one")
    width: str = option("anchors", "σ of the kernel: mean squared distance of items to anchors, or between all pairs")
    max_train: int = option(5000, "training pairs at most, a random subsample of more; time grows with their square")
    database_codes: str = option(
        "unified", "codes of database pairs: unified (sign(H) if trained), combined (of both sides), or per-modality"
    )

    def __post_init__(self) -> None:
        check_choice("anchors", self.anchors, ANCHORS)
        check_range("anchor_count", self.anchor_count, 1)
        check_range("alpha", self.alpha, 0)
        check_range("iterations", self.iterations, 1)
        check_range("step", self.step, 1e-12)
        check_range("momentum", self.momentum, 0, 1)
        check_range("ridge", self.ridge, 1e-12)
        check_choice("penalty", self.penalty, PENALTIES)
        check_choice("width", self.width, WIDTHS)
        check_range("max_train", self.max_train, 2)
        check_choice("database_codes", self.database_codes, CONVENTIONS)
