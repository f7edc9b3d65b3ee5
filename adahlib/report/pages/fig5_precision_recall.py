"""Page ``fig5_precision_recall``: precision and recall by Hamming radius, mean and deviation over seeds."""

import itertools

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from adahlib.report.drawing import INK, PALETTE, new_figure
from adahlib.report.text import EMPTY, stale_mark
from adahlib.report.titles import METHOD_TITLES, TASKS, dataset_title, method_name

PALE = (6, 8)  # of the palette: pink and yellow
LINES = ("-", "--", ":")  # where there are more methods than colours
DARK = [colour for number, colour in enumerate(PALETTE) if number not in PALE]


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


def precision_recall_figure(records: pd.DataFrame) -> Figure:
    """Return Fig. 5, a row per data set, a column per direction."""
    datasets = list(dict.fromkeys(records["dataset"]))
    figure, axes = new_figure(10.0, 3.4 * len(datasets) + 0.4, len(datasets), 2, sharey="row")
    for row, dataset in zip(axes, datasets, strict=True):
        for axis, (task, arrow) in zip(row, TASKS.items(), strict=True):
            draw_curves(axis, records[records["dataset"] == dataset], task)
            axis.set(title=f"{dataset_title(dataset)}, {arrow}", xlabel="recall", xlim=(0, 1.01))
        row[0].set_ylabel("precision")
    figure.legend(*axes[0, 1].get_legend_handles_labels(), loc="outside right upper", frameon=True, fontsize=8)
    return figure


def draw_curves(axis: Axes, records: pd.DataFrame, task: str) -> None:
    """Draw one curve per method, with a band of one standard deviation over seeds, and the chance line."""
    methods = by_method(records)
    for (method, group), look in zip(methods, looks([method for method, _ in methods]), strict=True):
        curve = mean_curve(group, task)
        low, high = (curve["precision"] + sign * curve["precision_std"] for sign in (-1, 1))
        axis.fill_between(curve["recall"], low, high, color=look["color"], alpha=0.25, linewidth=0)
        axis.plot(curve["recall"], curve["precision"], marker="o", markersize=3, label=method, **look)
    axis.axhline(records["chance"].mean(), color=INK, linestyle="--", linewidth=1, label="chance")


def looks(methods: list[str]) -> list[dict]:
    """Return the look of each method's curve: ADAH in ink, the others in colours that are dark on white."""
    others = ({"color": colour, "linestyle": line} for line, colour in itertools.product(LINES, DARK))
    ours = {"color": INK, "linewidth": 2.2}
    return [ours if method == METHOD_TITLES["adah"] else next(others) for method in methods]
