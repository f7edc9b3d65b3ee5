"""Page ``table1_map``: STMH with the choices of a public program, one by one and in all, beside its printed row."""

import pandas as pd

from adahlib.experiments.grids.alternatives import other_methods
from adahlib.experiments.grids.lists import matching
from adahlib.experiments.grids.usual import PHOTOS
from adahlib.report.pages.table1_map import named_paper
from adahlib.report.records import find_records
from adahlib.report.summary import is_stale
from adahlib.report.text import STALE, three_decimals
from adahlib.report.titles import TASKS

BITS = 16
# what a run sets → what it is called; "" is the setting of the table
CHOICES = {
    "tolerance=0.0": "its stop",
    "start=random": "its start",
    "centred=False": "its features, which are not centred",
}


def stmh_records() -> pd.DataFrame:
    """Return the records of STMH among the alternatives: as it is set here, and with each other choice and all."""
    return find_records(matching(other_methods(PHOTOS), {"method": ["stmh"]}))


def stmh_in_words(records: pd.DataFrame) -> str:
    """Return the MAP of STMH as it is set here and with a public program's choices; "" where a record is missing.

    Args:
        records: as ``stmh_records`` returns them; the text is about the first seed.
    """
    options = records["variation"].str.removeprefix("quick").str.strip(", ") if len(records) else pd.Series(dtype=str)
    told = {name: in_words(row) for name, (_, row) in zip(options, records.iterrows(), strict=True)}
    every = next((told[name] for name in told if all(choice in name for choice in CHOICES)), None)
    if every is None or not {"", *CHOICES} <= told.keys():
        return ""
    printed = named_paper(PHOTOS).query("method == 'stmh' and bits == @BITS").set_index("task")["map"]
    mark = STALE * bool(is_stale(records).any())
    alone = "; ".join(f"{name}: {told[choice]}" for choice, name in CHOICES.items())
    return (
        f"On the photos at {BITS} bits, with one seed, STMH as it is set here has MAP of {told['']} "
        f"({', '.join(TASKS.values())}). With the start, the stop and the features of a public program it has {every}, "
        f"where {pair(printed['t2i'], printed['i2t'])} are printed; with one of them alone, {alone}{mark}. The other "
        "code lengths were run as it is set here."
    )


def in_words(row: pd.Series) -> str:
    """Return the MAP of both directions of a record."""
    return pair(row["map_t2i"], row["map_i2t"])


def pair(first: float, second: float) -> str:
    """Return two values of MAP in words."""
    return f"{three_decimals(first)} and {three_decimals(second)}"
