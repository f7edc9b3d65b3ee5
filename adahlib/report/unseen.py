"""Where attention pays: the gain on database items that trained, and on those that the training has not seen."""

import pandas as pd

from adahlib.report.numbers import signed, three_decimals
from adahlib.report.paper import TASKS
from adahlib.report.tables import DATASET_TITLES


def unseen_table(measured: dict) -> pd.DataFrame:
    """Return MAP without attention and what both attentions add to it, by part of the database.

    Args:
        measured: what ``python -m benchmarks unseen`` kept; means over seeds.
    """
    rows = []
    for (dataset, bits, part), group in pd.DataFrame(measured["rows"]).groupby(["dataset", "bits", "part"], sort=False):
        row = {"Data set": DATASET_TITLES.get(dataset, dataset), "Bits": bits, "Database": part}
        for task, arrow in TASKS.items():
            found = group[group["task"] == task].set_index("attention")["map"]
            row |= {f"{arrow} none": three_decimals(found["none"])}
            row |= {f"{arrow} both − none": signed(found["both"] - found["none"])}
        rows.append(row | {"n": int(group["n"].min())})
    return pd.DataFrame(rows)
