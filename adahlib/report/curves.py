"""Precision and recall by Hamming radius, over seeds: the numbers of Fig. 5."""

import numpy as np
import pandas as pd

from adahlib.report.method_tables import method_name
from adahlib.report.numbers import EMPTY, stale_mark
from adahlib.report.paper import TASKS


def by_method(records: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Return the records of each curve, in the order of their appearance, with the name of its method."""
    names = records.apply(method_name, axis=1) if len(records) else pd.Series(dtype=str)
    return [(name, records[names == name]) for name in dict.fromkeys(names)]


def mean_curve(records: pd.DataFrame, task: str) -> pd.DataFrame:
    """Return precision and recall by Hamming radius, mean and standard deviation over the records.

    Returns:
        Columns radius, recall, precision, precision_std (0 for one record); radii that retrieve nothing are left out.
    """
    curves = [record["metrics"]["precision_recall"][task] for record in records["record"]]
    precision, recall = (np.array([curve[name] for curve in curves], dtype=float) for name in ("precision", "recall"))
    kept = ~np.isnan(precision).any(axis=0)
    deviation = precision.std(axis=0, ddof=1) if len(precision) > 1 else np.zeros(precision.shape[1])
    frame = {"radius": np.arange(len(kept)), "recall": recall.mean(0), "precision": precision.mean(0)}
    return pd.DataFrame(frame | {"precision_std": deviation})[kept].reset_index(drop=True)


def curve_table(records: pd.DataFrame, count: int = 8) -> pd.DataFrame:
    """Return about ``count`` points of each curve of Fig. 5: a row per method and radius."""
    parts = []
    for method, group in by_method(records):
        curves = {arrow: mean_curve(group, task).set_index("radius") for task, arrow in TASKS.items()}
        cells = {
            f"{arrow} {name}": curve[name].map("{:.3f}".format)
            for arrow, curve in curves.items()
            for name in ("recall", "precision")
        }
        points = pd.DataFrame(cells).fillna(EMPTY).reset_index(names="Radius")
        points = points.iloc[:: max(1, round(len(points) / count))]
        points.insert(0, "Method", method)
        parts.append(points.assign(n=f"{len(group)}{stale_mark(group)}"))
    return pd.concat(parts, ignore_index=True)
