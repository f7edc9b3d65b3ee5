"""A forest plot: rows of alternatives, grouped by what they set, as differences from the choice at a line at zero."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from adahlib.report.alternatives import option_names
from adahlib.report.drawing import COLUMN, INK, PALETTE, Chart, new_figure, wrapped
from adahlib.report.text import STALE, signed
from adahlib.report.titles import TASKS, dataset_title

LINE, LETTERS, DODGE = 0.2, 32, 0.16  # inches of a line, letters in it, and how far a direction lies from its middle
BAND, RULE = "0.87", "0.8"  # greys


def forest_figure(cells: pd.DataFrame, spread: Mapping[str, float] = {}) -> Chart:
    """Return the forest plot, a panel a data set, a row a value, the option with the largest difference on top.

    Args:
        cells: of ``alternative_cells``.
        spread: data set → half the width of the grey band around zero.
    """
    rows = forest_rows(cells)
    datasets = list(dict.fromkeys(cells["dataset"]))
    height = rows["lines"].sum()
    figure, axes = new_figure(COLUMN, 1.3 + LINE * height, 1, len(datasets), sharey=True, sharex=True)
    for axis, dataset in zip(axes[0], datasets, strict=True):
        draw_ground(axis, rows, spread.get(dataset))
        draw_alternatives(axis, cells[cells["dataset"] == dataset], rows)
        axis.set(title=dataset_title(dataset), xlabel="difference in MAP", ylim=(height, 0))
        axis.xaxis.set_major_locator(MaxNLocator(4))
    axes[0, 0].set_yticks(rows["place"], rows["label"])
    figure.legend(*legend_entries(axes[0], spread), loc="outside upper center", ncols=4, fontsize=9)
    figure.alt = " ".join(in_words(dataset, cells[cells["dataset"] == dataset]) for dataset in datasets)
    return figure


def forest_rows(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the plot from the top: columns options, values, label, lines, place, and first (of a group).

    A group is of the alternatives that set the same options. Those with the largest difference in any panel come
    first; a run that did not learn counts as the largest. The values of a group are in their own order.
    """
    size = cells["difference"].abs().where(cells["unlearned"] == "", np.inf).groupby(cells["options"]).max()
    ordered = cells.assign(size=cells["options"].map(size.fillna(0)))
    ordered = ordered.sort_values(["size", "options", "order"], ascending=[False, True, True], kind="stable")
    rows = ordered.drop_duplicates(["options", "values"])[["options", "values"]].reset_index(drop=True)
    rows["first"] = ~rows.duplicated("options")
    rows["label"] = [row_label(row, cells) for _, row in rows.iterrows()]
    rows["lines"] = rows["label"].str.count("\n") + 1
    return rows.assign(place=rows["lines"].cumsum() - rows["lines"] / 2)


def row_label(row: pd.Series, cells: pd.DataFrame) -> str:
    """Return a row's value, after the options' names in the first row of their group, with † where a run is stale."""
    own = cells[(cells["options"] == row["options"]) & (cells["values"] == row["values"])]
    text = row["values"] + STALE * bool(own["stale"].any())
    return wrapped(f"{option_names(row['options'])}: {text}" if row["first"] else text, LETTERS, 3)


def draw_ground(axis: Axes, rows: pd.DataFrame, spread: float | None) -> None:
    """Draw the line at zero, the grey band around it, and a rule between two groups."""
    if spread is not None:
        axis.axvspan(-spread, spread, color=BAND, linewidth=0, zorder=0)
    axis.axvline(0, color=INK, linewidth=1)
    axis.grid(visible=False, axis="y")
    for _, row in rows[rows["first"]].iloc[1:].iterrows():
        axis.axhline(row["place"] - row["lines"] / 2, color=RULE, linewidth=0.8, zorder=0)


def draw_alternatives(axis: Axes, cells: pd.DataFrame, rows: pd.DataFrame) -> None:
    """Draw a panel's alternatives with deviations over seeds, the choices as diamonds, and runs that did not learn."""
    places = rows.set_index(["options", "values"])["place"]
    cells = cells.assign(place=[places[row["options"], row["values"]] for _, row in cells.iterrows()])
    others, chosen = cells[~cells["chosen"]], cells[cells["chosen"]].drop_duplicates("place")
    for (task, arrow), colour, marker, side in zip(TASKS.items(), PALETTE, "os", (-1, 1), strict=False):
        own = others[others["task"] == task]
        look = {"color": colour, "marker": marker, "markersize": 5, "linestyle": "none", "elinewidth": 1.2}
        axis.errorbar(own["difference"], own["place"] + side * DODGE, xerr=own["std"].fillna(0), **look, label=arrow)
    diamond = {"color": INK, "marker": "D", "markerfacecolor": "white", "markersize": 6, "linestyle": "none"}
    axis.plot(np.zeros(len(chosen)), chosen["place"], **diamond, label="as set")
    for _, row in others[others["unlearned"] != ""].drop_duplicates("place").iterrows():
        said = {"ha": "right", "va": "center", "fontsize": 8, "fontstyle": "italic"}
        axis.annotate(row["unlearned"], (0, row["place"]), (-10, 0), textcoords="offset points", **said)


def legend_entries(axes: np.ndarray, spread: Mapping[str, float]) -> tuple[list, list]:
    """Return handles and labels of the legend: directions, the choice, and the band where there is one."""
    handles, labels = axes[0].get_legend_handles_labels()
    if spread:
        handles, labels = [*handles, Patch(color=BAND)], [*labels, "spread of seeds"]
    return handles, labels


def in_words(dataset: str, cells: pd.DataFrame) -> str:
    """Return how many alternatives of a data set are ahead of what was set, which most, and which lose most."""
    others = cells[~cells["chosen"] & (cells["unlearned"] == "")]
    means = others.groupby("setting", sort=False)["difference"].mean().dropna()
    if means.empty:
        return f"{dataset_title(dataset)}: nothing is measured."
    best, worst = means.idxmax(), means.idxmin()
    text = f"{dataset_title(dataset)}: {(means > 0).sum()} of {len(means)} alternatives are ahead of what was set"
    text += f"; {best} has the highest difference, {signed(means[best])}, {worst} the lowest, {signed(means[worst])}"
    lost = cells[cells["unlearned"] != ""]["setting"].nunique()
    return text + (f"; {lost} did not learn." if lost else ".")
