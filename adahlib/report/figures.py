"""The book's charts: Figures on opaque white, so legible in dark mode too, in colour-blind-safe colours."""

import io

import numpy as np
import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from adahlib.report.curves import by_method, mean_curve
from adahlib.report.paper import TASKS

INK = "#333333"
PALETTE = seaborn.color_palette("colorblind")
STYLE = {
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


class Chart(Figure):
    """A Figure that a notebook shows as PNG without pyplot and its global state."""

    def _repr_png_(self) -> bytes:
        buffer = io.BytesIO()
        self.savefig(buffer, format="png", metadata={"Software": None})
        return buffer.getvalue()


def new_figure(width: float, height: float, rows: int = 1, columns: int = 1, **options) -> tuple[Figure, np.ndarray]:
    """Return a Figure of this size in inches, opaque white, and its axes (rows, columns)."""
    with seaborn.axes_style("whitegrid", STYLE):
        figure = Chart(figsize=(width, height), facecolor="white", layout="constrained", dpi=130)
        axes = figure.subplots(rows, columns, squeeze=False, **options)
    return figure, axes


def precision_recall_figure(records: pd.DataFrame) -> Figure:
    """Return Fig. 5, a row per data set, a column per direction."""
    datasets = list(dict.fromkeys(records["dataset"]))
    figure, axes = new_figure(10.0, 3.4 * len(datasets) + 0.4, len(datasets), 2, sharey="row")
    for row, dataset in zip(axes, datasets, strict=True):
        for axis, (task, arrow) in zip(row, TASKS.items(), strict=True):
            draw_curves(axis, records[records["dataset"] == dataset], task)
            axis.set(title=f"{dataset}, {arrow}", xlabel="recall", xlim=(0, 1.01))
        row[0].set_ylabel("precision")
    figure.legend(*axes[0, 1].get_legend_handles_labels(), loc="outside right upper", frameon=True, fontsize=8)
    return figure


def draw_curves(axis: Axes, records: pd.DataFrame, task: str) -> None:
    """Draw one curve per method, with a band of one standard deviation over seeds, and the chance line."""
    for (method, group), colour in zip(by_method(records), PALETTE, strict=False):
        curve = mean_curve(group, task)
        low, high = (curve["precision"] + sign * curve["precision_std"] for sign in (-1, 1))
        axis.fill_between(curve["recall"], low, high, color=colour, alpha=0.25, linewidth=0)
        axis.plot(curve["recall"], curve["precision"], color=colour, marker="o", markersize=3, label=method)
    axis.axhline(records["chance"].mean(), color=INK, linestyle="--", linewidth=1, label="chance")


def label_figure(counts: dict[str, int], total: int) -> Figure:
    """Return a bar chart of how many of ``total`` pairs carry each label."""
    ordered = pd.Series(counts).sort_values()
    figure, axes = new_figure(7.2, 0.9 + 0.25 * len(ordered))
    axis = axes[0, 0]
    axis.barh(ordered.index, ordered.to_numpy(), color=PALETTE[0])
    axis.bar_label(axis.containers[0], labels=[f"{value / total:.0%}" for value in ordered], padding=3, fontsize=8)
    axis.set(xlabel=f"pairs with the label (of {total:,})", ylabel="label", xlim=(0, 1.1 * ordered.max()))
    axis.grid(visible=False, axis="y")
    return figure


def trade_figure(rates: pd.DataFrame) -> Figure:
    """Return how the rate of G trades masks against MAP.

    Args:
        rates: columns rate, map_t2i, map_i2t (validation) and gap (attended | foreground − attended | background).
    """
    figure, axes = new_figure(8.4, 3.4, 1, 2, sharex=True)
    rates = rates.sort_values("rate")
    for (task, arrow), colour in zip(TASKS.items(), (PALETTE[0], PALETTE[1]), strict=True):
        axes[0, 0].plot(rates["rate"], rates[f"map_{task}"], color=colour, marker="o", label=arrow)
    axes[0, 0].set(xscale="log", xlabel="learning rate of G", ylabel="validation MAP")
    axes[0, 0].legend(frameon=True)
    axes[0, 1].plot(rates["rate"], rates["gap"], color=PALETTE[2], marker="s")
    axes[0, 1].set(xlabel="learning rate of G", ylabel="mask gap")
    return figure


def training_figure(histories: dict[str, list[dict[str, float]]]) -> Figure:
    """Return the training losses by epoch, a panel per run: name → history."""
    figure, axes = new_figure(4.2 * len(histories), 3.4, 1, len(histories), sharey=True)
    for axis, (name, history) in zip(axes[0], histories.items(), strict=True):
        for term, colour in zip(history[-1], PALETTE, strict=False):
            values = [epoch.get(term, np.nan) for epoch in history]
            axis.plot(range(1, len(history) + 1), values, color=colour, label=term)
        axis.set(title=name, xlabel="epoch")
        axis.legend(frameon=True, fontsize=7, ncols=2)
    axes[0, 0].set_ylabel("loss, mean over the epoch's batches")
    return figure
