"""Page ``table1_map``: STMH with the choices of a public program, one by one and in all, beside its printed row."""

from collections.abc import Collection

import pandas as pd

from adahlib.experiments.grids.alternatives import other_methods
from adahlib.experiments.grids.lists import matching
from adahlib.experiments.grids.usual import PHOTOS
from adahlib.report.pages.table1_map import named_paper
from adahlib.report.records import find_records
from adahlib.report.text import three_decimals
from adahlib.report.titles import TASKS

BITS = 16
# option and value → what the choice is called
CHOICES = {
    ("tolerance", 0.0): "its stop",
    ("start", "random"): "its start",
    ("centred", False): "its features, which are not centred",
}


def stmh_records(datasets: Collection[str] = (PHOTOS,)) -> pd.DataFrame:
    """Return the records of STMH on the photos: as it is set here, and with each other choice and all.

    Args:
        datasets: those that the page is about; none are returned where the photos are not among them.
    """
    return find_records(matching(other_methods(PHOTOS), {"method": ["stmh"]}) if PHOTOS in datasets else [])


def stmh_in_words(records: pd.DataFrame) -> str:
    """Return the MAP of STMH as it is set here and with a public program's choices; "" where a record is missing.

    Args:
        records: as ``stmh_records`` returns them.
    """
    own: frozenset = frozenset()
    every = frozenset(CHOICES)
    told = {frozenset(row["options"]): in_words(row) for _, row in records.iterrows()}
    singly = {frozenset([choice]): name for choice, name in CHOICES.items()}
    if not {own, every, *singly} <= told.keys():
        return ""
    printed = named_paper(PHOTOS).query("method == 'stmh' and bits == @BITS").set_index("task")["map"]
    alone = "; ".join(f"{name}: {told[choice]}" for choice, name in singly.items())
    return (
        f"On the photos at {BITS} bits, with one seed, STMH as it is set here has MAP of {told[own]} "
        f"({', '.join(TASKS.values())}). With the start, the stop and the features of a public program it has "
        f"{told[every]}, where {pair(printed['t2i'], printed['i2t'])} are printed; with one of them alone, {alone}. "
        "The other code lengths were run as it is set here."
    )


def in_words(row: pd.Series) -> str:
    """Return the MAP of both directions of a record."""
    return pair(row["map_t2i"], row["map_i2t"])


def pair(first: float, second: float) -> str:
    """Return two values of MAP in words."""
    return f"{three_decimals(first)} and {three_decimals(second)}"
