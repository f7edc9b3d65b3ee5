"""Is ADAH better? Differences of MAP with bootstrap intervals, as ``python -m benchmarks bootstrap`` kept them."""

import pandas as pd

from adahlib.report.method_tables import NAMES
from adahlib.report.numbers import signed
from adahlib.report.paper import TASKS
from adahlib.report.tables import DATASET_TITLES


def interval_table(measured: dict, datasets) -> pd.DataFrame:
    """Return ADAH's MAP less another method's, with the interval, a row per data set and task."""
    rows = []
    for row in measured["rows"]:
        if row["dataset"] in datasets:
            other = "ADAH, attention none" if row["against"] == "adah-none" else NAMES[row["against"]]
            rows.append(
                {
                    "Data set": DATASET_TITLES.get(row["dataset"], row["dataset"]),
                    "Bits": row["bits"],
                    "ADAH less": f"{other}, the best other" if row["best_other"] else other,
                    "Task": TASKS[row["task"]],
                    "Difference": signed(row["difference"], 4),
                    "Interval": f"{signed(row['low'], 4)} to {signed(row['high'], 4)}",
                    "Queries": f"{row['queries']:,}",
                    "n": row["n"],
                }
            )
    return pd.DataFrame(rows)
