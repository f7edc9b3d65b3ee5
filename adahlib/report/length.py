"""Does attention pay late? MAP with and without attention by length of training, on validation data."""

import pandas as pd

from adahlib.report.decisions import VALIDATION
from adahlib.report.numbers import EMPTY, signed, stale_mark, three_decimals
from adahlib.report.paper import TASKS
from adahlib.report.tables import DATASET_TITLES


def length_table(records: pd.DataFrame) -> pd.DataFrame:
    """Return a row per data set and length of training: validation MAP without and with both attentions, and the gain.

    Args:
        records: of the grid ``length``, with the whole record in column ``record``; one seed.
    """
    epochs = [record["options"]["epochs"] for record in records["record"]]
    records = records.assign(epochs=epochs)
    rows = []
    for (dataset, length), group in records.groupby(["dataset", "epochs"]):
        row = {"Data set": DATASET_TITLES.get(dataset, dataset), "Epochs": f"{length}{stale_mark(group)}"}
        by_attention = group.set_index("attention")
        for task, arrow in TASKS.items():
            found = by_attention[VALIDATION[task]]
            row |= {f"{arrow} {name}": three_decimals(found.get(name, float("nan"))) for name in ("none", "both")}
            both_there = {"none", "both"} <= set(found.index)
            row[f"{arrow} gain"] = signed(found["both"] - found["none"]) if both_there else EMPTY
        rows.append(row)
    return pd.DataFrame(rows)
