"""Verdicts: what records say of a claim, by one rule for all of them.

A quantity is measured once a seed and cell (code length × direction), as an array (seeds, cells). A claim says on which
side of a bound its mean lies. *Supported*: the 95 % interval of the mean lies on the claimed side, and so does the mean
of each cell. *Contradicted*: the interval lies on the other side. *Not supported*: neither; so is what only one seed
says, which has no interval. *Not measured*: records are missing or stale.

The interval is Student's, over the seeds' means. It is about trainings, and takes the data and its split as given.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy import stats

from adahlib.errors import AdahError

SUPPORTED, NOT_SUPPORTED, CONTRADICTED, NOT_MEASURED = "supported", "not supported", "contradicted", "not measured"
STATES = (SUPPORTED, NOT_SUPPORTED, CONTRADICTED, NOT_MEASURED)
LEVEL = 0.95


class NotMeasuredError(AdahError):
    """Records or analyses that a claim is about are missing or stale; the text says which."""


@dataclass(frozen=True)
class Verdict:
    """What the records say of a claim.

    Attributes:
        state: one of ``STATES``.
        effect: what was measured, as it is shown: a mean difference with its sign, or a count.
        interval: of a mean difference, its 95 % interval; None where there is none.
        seeds: number of seeds behind it; 0 where nothing was measured.
        facts: further numbers for the claim's sentence, by their names in it.
        why: why it is not measured or has no interval; "" otherwise.
    """

    state: str
    effect: str = ""
    interval: tuple[float, float] | None = None
    seeds: int = 0
    facts: dict[str, str] = field(default_factory=dict)
    why: str = ""


def student(count: int) -> float:
    """Return Student's factor for a 95 % interval from ``count`` values."""
    return float(stats.t.ppf((1 + LEVEL) / 2, count - 1))


def interval(values: np.ndarray) -> tuple[float, float] | None:
    """Return the 95 % interval of the mean over seeds, by Student's t; None for one seed.

    Args:
        values: (seeds, cells); the cells of a seed are averaged.
    """
    means = values.mean(axis=1)
    if len(means) < 2:
        return None
    width = student(len(means)) * stats.sem(means)
    return float(means.mean() - width), float(means.mean() + width)


def of_difference(values: np.ndarray) -> str:
    """Return the state of the claim that a quantity (seeds, cells) is above zero, in the mean and in each cell."""
    between = interval(values)
    if between is None:
        return NOT_SUPPORTED
    if between[1] < 0:
        return CONTRADICTED
    return SUPPORTED if between[0] > 0 and (values.mean(axis=0) > 0).all() else NOT_SUPPORTED


def of_closeness(values: np.ndarray, tolerance: float) -> str:
    """Return the state of the claim that the mean of a quantity (seeds, cells) is at most ``tolerance`` from zero."""
    between = interval(values)
    if between is None:
        return NOT_SUPPORTED
    if between[0] > tolerance or between[1] < -tolerance:
        return CONTRADICTED
    return SUPPORTED if -tolerance < between[0] and between[1] < tolerance else NOT_SUPPORTED
