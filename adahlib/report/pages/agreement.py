"""The figure of the first page: every MAP that a paper prints against ours, a panel a data set."""

import numpy as np
import pandas as pd
from IPython.display import Markdown
from matplotlib.axes import Axes

from adahlib.experiments.grids.lists import select
from adahlib.report.downloads import Download, parts_download
from adahlib.report.drawing import COLUMN, INK, PALETTE, Chart, new_figure
from adahlib.report.pages.image_rows import DATASET, PRINTED_FEATURES, range_in_words, with_features
from adahlib.report.pages.table1_map import with_names
from adahlib.report.paper import paper_results
from adahlib.report.records import find_records
from adahlib.report.slides import slide_results
from adahlib.report.summary import summary
from adahlib.report.titles import IMAGE_METHOD_TITLES, METHOD_TITLES, TASKS, printed_name

MARKERS = "osD^vP*X<>hd"


def printed_and_ours(records: pd.DataFrame, dataset: str) -> pd.DataFrame:
    """Return Table 1's printed MAP of a data set beside the mean of ours.

    Args:
        records: of Table 1, one row a record.
        dataset: with printed numbers.

    Returns:
        Columns Method (as ours is called: DCMH-I beside the printed DCMH), Task, Bits, Paper, Ours, and n; a row a cell
        that both have.
    """
    records = with_names(records[records["dataset"] == dataset])
    ours = summary(records, ["name", "bits"])
    ours = ours.assign(method=ours["name"].map(printed_name))
    paper = paper_results().query("table == 1 and dataset == @dataset")
    paper = paper.assign(method=paper["method"].map(METHOD_TITLES))
    both = paper.merge(ours, on=["method", "bits", "task"])
    names = {"name": "Method", "task": "Task", "bits": "Bits", "map": "Paper", "mean": "Ours", "n": "n"}
    return both.rename(columns=names)[list(names.values())].assign(Task=both["task"].map(TASKS))


def printed_and_ours_images(records: pd.DataFrame) -> pd.DataFrame:
    """Return the slides' printed MAP on CIFAR-10 beside the mean of ours, for the shallow methods.

    Args:
        records: of the grid ``image-shallow``, one row a record.

    Returns:
        Columns Method (with its features), Bits, Paper, Ours, and n.
    """
    ours = summary(with_features(records), ["features", "method", "bits"], {"map": "map"})
    ours = ours.assign(printed=ours["features"].map(PRINTED_FEATURES))[ours["features"].isin(["GIST", "CNN 64"])]
    paper = slide_results()
    paper = paper[paper["dataset"] == DATASET]
    both = paper.merge(ours, left_on=["method", "features", "bits"], right_on=["method", "printed", "bits"])
    titles = [f"{IMAGE_METHOD_TITLES[m]}, {f}" for m, f in zip(both["method"], both["printed"], strict=True)]
    names = {"bits": "Bits", "map": "Paper", "mean": "Ours", "n": "n"}
    return both.assign(Method=titles).rename(columns=names)[["Method", *names.values()]]


def deep_gap_in_words(cells: pd.DataFrame) -> Markdown | None:
    """Return how far our deep rows on CIFAR-10 lie from the printed ones, which the figure lacks; None without any.

    Args:
        cells: as ``deep_cells`` returns them.
    """
    apart = (cells["ours"] - cells["paper"]).dropna()
    if apart.empty:
        return None
    return Markdown(
        f"The deep rows on CIFAR-10 are not in the figure: our MAP minus the printed one is {range_in_words(apart)} "
        "there, where the printed rows come from other networks, most of them trained along with the codes "
        "({doc}`image_hashing`)."
    )


def shallow_records() -> pd.DataFrame:
    """Return the records of the shallow methods for images."""
    return find_records(select("image-shallow"))


def agreement_download(panels: dict[str, pd.DataFrame]) -> Download:
    """Return the link to the dots of all panels, which its column Panel names."""
    return parts_download(panels, "Panel", "agreement.csv")


def agreement_figure(panels: dict[str, pd.DataFrame]) -> Chart:
    """Return the figure: a dot a printed number, the diagonal where both agree.

    Args:
        panels: title → table with columns Method, Paper and Ours.
    """
    panels = {title: cells for title, cells in panels.items() if len(cells)}
    figure, axes = new_figure(COLUMN, 3.9, 1, len(panels))
    for axis, (title, cells) in zip(axes[0], panels.items(), strict=True):
        draw_panel(axis, cells)
        axis.set(title=title, xlabel="MAP in the paper")
    axes[0, 0].set_ylabel("MAP here")
    figure.alt = "; ".join(in_words(title, cells) for title, cells in panels.items()) + "."
    return figure


def draw_panel(axis: Axes, cells: pd.DataFrame) -> None:
    """Draw a data set's dots, a colour and a marker a method, and the diagonal."""
    low, high = cells[["Paper", "Ours"]].min().min() - 0.02, cells[["Paper", "Ours"]].max().max() + 0.02
    axis.plot([low, high], [low, high], color=INK, linestyle="--", linewidth=1)
    for number, (method, own) in enumerate(cells.groupby("Method", sort=False)):
        colour, marker = PALETTE[number % len(PALETTE)], MARKERS[number % len(MARKERS)]
        axis.scatter(own["Paper"], own["Ours"], color=colour, marker=marker, s=34, label=method, alpha=0.85)
    axis.set(xlim=(low, high), ylim=(low, high), aspect="equal")
    axis.legend(frameon=True, fontsize=8, loc="best")


def in_words(title: str, cells: pd.DataFrame) -> str:
    """Return what a panel shows: how many numbers lie above the paper's, and how far ours are from them."""
    gaps = cells["Ours"] - cells["Paper"]
    above, median = int((gaps > 0).sum()), float(np.median(gaps.abs()))
    return (
        f"{title}: {above} of {len(gaps)} values are above the paper's; the median absolute difference is {median:.3f}"
    )
