"""The figure of a table of results: a dot for each of our means with its deviation, a ring for the paper's number."""

import pandas as pd
from matplotlib.axes import Axes

from adahlib.report.drawing import COLUMN, INK, PALETTE, Chart, new_figure

MARKERS = "osDv^P"
ROW, SPREAD = 0.42, 0.6  # inches of a row, and the part of it that code lengths are spread over


def dots_figure(panels: dict[str, pd.DataFrame], xlabel: str = "MAP", chance: float | None = None) -> Chart:
    """Return the figure: a panel each, a row a method, a colour and marker a code length.

    Args:
        panels: title → table with columns row (a label), bits, ours, std (nan for one seed) and paper (nan for none).
        xlabel: of the numbers.
        chance: where a dashed line stands; None for none.
    """
    labels = list(dict.fromkeys(label for cells in panels.values() for label in cells["row"]))
    figure, axes = new_figure(COLUMN, 1.5 + ROW * len(labels), 1, len(panels), sharey=True, sharex=True)
    for axis, (title, cells) in zip(axes[0], panels.items(), strict=True):
        draw_dots(axis, cells, labels)
        axis.set(title=title, xlabel=xlabel)
        if chance is not None:
            axis.axvline(chance, color=INK, linestyle="--", linewidth=1)
    axes[0, 0].set_yticks(range(len(labels)), labels)
    axes[0, 0].set_ylim(len(labels) - 0.4, -0.6)  # the first row on top
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=9)
    figure.alt = "; ".join(in_words(title, cells) for title, cells in panels.items()) + "."
    return figure


def draw_dots(axis: Axes, cells: pd.DataFrame, labels: list[str]) -> None:
    """Draw a panel's dots with deviations over seeds, and rings where the paper has a number."""
    lengths = sorted(cells["bits"].unique())
    for number, bits in enumerate(lengths):
        own = cells[cells["bits"] == bits]
        shift = SPREAD * ((number + 0.5) / len(lengths) - 0.5)
        heights = [labels.index(label) + shift for label in own["row"]]
        look = {"color": PALETTE[number], "marker": MARKERS[number], "markersize": 6, "linestyle": "none"}
        deviations = own["std"].fillna(0)
        axis.errorbar(own["ours"], heights, xerr=deviations, **look, label=f"ours, {bits} bits", elinewidth=1.5)
        if own["paper"].notna().any():
            axis.plot(own["paper"], heights, **look, markerfacecolor="none", label=f"paper, {bits} bits")


def in_words(title: str, cells: pd.DataFrame) -> str:
    """Return which row is highest in a panel, ours and the paper's, in the mean of the code lengths."""
    means = cells.groupby("row", sort=False)[["ours", "paper"]].mean()
    best = {whose: means[whose].idxmax() for whose in means if means[whose].notna().any()}
    told = f"{title}: {best['ours']} is highest here" if "ours" in best else f"{title}: nothing is measured"
    return f"{told}, {best['paper']} in the paper" if "paper" in best else told
