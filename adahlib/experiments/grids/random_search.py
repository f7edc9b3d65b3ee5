"""The runs of the random search: every arm has the same draws, seeds and length of training on each data set."""

from typing import Any

from adahlib.experiments.draws import ARMS, DRAWS, drawn_options
from adahlib.experiments.grids.usual import DATASETS
from adahlib.experiments.spec import RunSpec

SEARCH_BITS = 32
SEARCH_SEEDS = (0, 1)


def draw_runs(dataset: str, method: str, attention: str, draw: int) -> list[RunSpec]:
    """Return the runs of one draw of an arm, a run a seed."""
    fields: dict[str, Any] = {
        "attention": attention,
        "profile": "quick",
        "options": drawn_options(method, attention, draw),
    }
    return [RunSpec(dataset, method, SEARCH_BITS, seed, **fields) for seed in SEARCH_SEEDS]


def arm_runs(dataset: str, method: str, attention: str) -> list[RunSpec]:
    """Return the runs of all draws of an arm."""
    return [spec for draw in range(DRAWS) for spec in draw_runs(dataset, method, attention, draw)]


def random_search() -> list[RunSpec]:
    """Every arm's draws on both data sets."""
    return [spec for dataset in DATASETS for arm in ARMS for spec in arm_runs(dataset, *arm)]
