"""Training that alternates between the networks of two modalities, an epoch each: the outer iterations of DCMH."""

from collections.abc import Callable
from dataclasses import dataclass

from tqdm import tqdm

from adahlib.training import Training


@dataclass(kw_only=True)
class AlternatingTraining(Training):
    """Two epochs are one outer iteration: the even ones move the first network, the odd ones the second.

    Attributes:
        rates: learning rate of each outer iteration.
        begin: called at the start of each outer iteration.
    """

    rates: list[float]
    begin: Callable[[], None]

    def run_epoch(self, epoch: int, bar: tqdm) -> dict[str, float]:
        """Begin an outer iteration where one is due; run one epoch and return its mean losses."""
        if epoch % 2 == 0:
            self.begin()
        return super().run_epoch(epoch, bar)

    def set_rates(self, factor: float) -> None:
        """Set the outer iteration's rate, times each group's scale; the schedule's ``factor`` is always 1."""
        done = len(self.history)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = self.rates[done // 2] * group["scale"]

    def keep_best(self) -> None:
        """Keep the state with the best validation score of whole outer iterations."""
        if len(self.history) % 2 == 0:
            super().keep_best()


def outer_iterations(epochs: list[dict[str, float]]) -> list[dict[str, float]]:
    """Return the means of each outer iteration: those of its two epochs in one dictionary."""
    return [first | second for first, second in zip(epochs[::2], epochs[1::2], strict=True)]
