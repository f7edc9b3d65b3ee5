"""The figure of a table of results: dots for our means with deviations, hollow marks for the paper's numbers."""

import pandas as pd
from matplotlib.axes import Axes

from adahlib.report.drawing import COLUMN, INK, PALETTE, Chart, new_figure

MARKERS = "osDv^P"
LENGTH, SPREAD = 0.14, 0.6  # inches of a row for each code length, and the part of a row that lengths are spread over
FEW = 3  # code lengths: a row has room for as many, and the legend a column for each


def dots_figure(panels: dict[str, pd.DataFrame], xlabel: str = "MAP", chance: float | None = None) -> Chart:
    """Return the figure: a panel each, a row a method, a colour and marker a code length.

    Args:
        panels: title → table with columns row (a label), bits, ours, std (nan for one seed) and paper (nan for none).
        xlabel: of the numbers.
        chance: where a dashed line stands; None for none.
    """
    labels = list(dict.fromkeys(label for cells in panels.values() for label in cells["row"]))
    lengths = max(FEW, *(cells["bits"].nunique() for cells in panels.values()))
    height = 1.5 + LENGTH * lengths * len(labels)
    figure, axes = new_figure(COLUMN, height, 1, len(panels), sharey=True, sharex=True)
    for axis, (title, cells) in zip(axes[0], panels.items(), strict=True):
        draw_dots(axis, cells, labels)
        axis.set(title=title, xlabel=xlabel)
        if chance is not None:
            axis.axvline(chance, color=INK, linestyle="--", linewidth=1)
    axes[0, 0].set_yticks(range(len(labels)), labels)
    axes[0, 0].set_ylim(len(labels) - 0.4, -0.6)  # the first row on top
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=lengths, fontsize=9)
    figure.alt = "; ".join(in_words(title, cells) for title, cells in panels.items()) + "."
    return figure


def draw_dots(axis: Axes, cells: pd.DataFrame, labels: list[str]) -> None:
    """Draw a panel's dots with deviations over seeds, and hollow marks where the paper has a number."""
    lengths = sorted(cells["bits"].unique())
    for number, bits in enumerate(lengths):
        own = cells[cells["bits"] == bits]
        shift = SPREAD * ((number + 0.5) / len(lengths) - 0.5)
        heights = [labels.index(label) + shift for label in own["row"]]
        look = {"color": PALETTE[number], "marker": MARKERS[number], "markersize": 6, "linestyle": "none"}
        deviations = own["std"].fillna(0)
        if own["ours"].notna().any():
            axis.errorbar(own["ours"], heights, xerr=deviations, **look, label=f"ours, {bits} bits", elinewidth=1.5)
        if own["paper"].notna().any():
            axis.plot(own["paper"], heights, **look, markerfacecolor="none", label=f"paper, {bits} bits")


def in_words(title: str, cells: pd.DataFrame) -> str:
    """Return which row is highest in a panel, ours and the paper's, in the mean of the code lengths."""
    means = cells.groupby("row", sort=False)[["ours", "paper"]].mean()
    best = {whose: means[whose].idxmax() for whose in means if means[whose].notna().any()}
    if "ours" in best:
        told = f"{title}: highest in the mean of code lengths is {best['ours']} here"
        return f"{told}, {best['paper']} in the paper" if "paper" in best else told
    told = f"{title}: nothing is measured"
    return f"{told} here; {best['paper']} is highest in the paper" if "paper" in best else told
