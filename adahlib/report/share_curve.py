"""What attention adds to none as a function of how much of the database trains: numbers with intervals, and curves."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from adahlib.report.claims.verdict import interval
from adahlib.report.drawing import COLUMN, INK, PALETTE, Chart, new_figure
from adahlib.report.summary import is_stale
from adahlib.report.text import STALE, signed
from adahlib.report.titles import TASKS, dataset_title

WHOLE = "whole database"
KEYS = ["task", "part", "train_size"]
COLUMNS = ["dataset", *KEYS, "share", "gain", "low", "high", "n", "stale"]
PARTS = {WHOLE: WHOLE, "trained": "training items", "unseen": "the other items"}
LOOKS = {WHOLE: (INK, "D"), "trained": (PALETTE[0], "o"), "unseen": (PALETTE[1], "s")}
ASIDE = {WHOLE: 1.0, "trained": 1 / 1.05, "unseen": 1.05}  # so that intervals do not hide one another
TICKS = (0.03, 0.06, 0.12, 0.25, 0.5)


def gain_points(records: pd.DataFrame, measured: dict) -> pd.DataFrame:
    """Return the gain by data set, direction, part of the database, and number of training pairs.

    Args:
        records: runs without attention and with both, of several numbers of training pairs.
        measured: the analysis ``shares``, of the same runs, as ``analysis`` returns it.

    Returns:
        Columns dataset, task, part, train_size, share (of the database that trains), gain (the mean over the seeds that
        both have), low and high (Student's 95 % interval; nan for one seed), n and stale; no rows without records.
    """
    counts = [record["data"]["counts"] for record in records["record"]]
    sizes = records.assign(train_size=[each["train"] for each in counts], stale=is_stale(records), part=WHOLE)
    database = dict(zip(records["dataset"], (each["database"] for each in counts), strict=True))
    whole = pd.concat([sizes.assign(task=task, map=sizes[f"map_{task}"]) for task in TASKS])
    parts = pd.DataFrame(measured["rows"], columns=["dataset", *KEYS, "seed", "attention", "map"])
    parts = parts[parts["dataset"].isin(database)].assign(stale=bool(measured.get("stale")))
    both = pd.concat([whole, parts], ignore_index=True)
    rows = []
    for (dataset, task, part, size), group in both.groupby(["dataset", *KEYS], sort=False):
        about = {"dataset": dataset, "task": task, "part": part, "train_size": size, "share": size / database[dataset]}
        rows.append(about | gain_of(group) | {"stale": bool(group["stale"].any())})
    return pd.DataFrame(rows, columns=COLUMNS).sort_values(["dataset", *KEYS], ignore_index=True)


def gain_of(group: pd.DataFrame) -> dict:
    """Return mean, interval and number of the differences of both less none, seed by seed."""
    by_seed = group.pivot(index="seed", columns="attention", values="map").reindex(columns=["none", "both"]).dropna()
    gains = (by_seed["both"] - by_seed["none"]).to_numpy()
    low, high = interval(gains[:, None]) or (float("nan"), float("nan"))
    return {"gain": gains.mean() if len(gains) else float("nan"), "low": low, "high": high, "n": len(gains)}


def share_figure(points: pd.DataFrame, datasets: Sequence[str]) -> Chart:
    """Return the curves: a column of panels a data set, a row a direction, a line a part of the database."""
    figure, axes = new_figure(COLUMN, 5.6, len(TASKS), len(datasets), sharex=True, sharey=True)
    for row, (task, arrow) in zip(axes, TASKS.items(), strict=True):
        for axis, dataset in zip(row, datasets, strict=True):
            draw_gains(axis, points[(points["dataset"] == dataset) & (points["task"] == task)])
            axis.set_title(f"{dataset_title(dataset)}, {arrow}")
        row[0].set_ylabel("gain in MAP")
    for axis in axes[-1]:
        axis.set_xlabel("share of the database that is trained on")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=9)
    figure.alt = " ".join(in_words(dataset, points[points["dataset"] == dataset]) for dataset in datasets)
    return figure


def draw_gains(axis: Axes, points: pd.DataFrame) -> None:
    """Draw a panel's lines with their intervals, over a logarithmic axis of shares."""
    for part, (colour, marker) in LOOKS.items():
        own = points[points["part"] == part].sort_values("share")
        ends = [(own["gain"] - own["low"]).fillna(0), (own["high"] - own["gain"]).fillna(0)]
        look = {"color": colour, "marker": marker, "markersize": 5, "elinewidth": 1.2, "capsize": 2}
        label = PARTS[part] + STALE * bool(own["stale"].any())
        axis.errorbar(own["share"] * ASIDE[part], own["gain"], yerr=ends, **look, label=label)
    axis.axhline(0, color=INK, linewidth=1, linestyle="--")
    axis.set_xscale("log")
    axis.set_xticks(TICKS, [f"{tick:.0%}" for tick in TICKS])
    axis.xaxis.set_minor_locator(NullLocator())


def in_words(dataset: str, points: pd.DataFrame) -> str:
    """Return the gain over the whole database at the smallest and at the largest share, mean of both directions."""
    means = points[points["part"] == WHOLE].groupby("share")["gain"].mean().dropna()
    if means.empty:
        return f"{dataset_title(dataset)}: nothing is measured."
    ends = [f"{signed(means[share])} where {share:.0%} train" for share in (means.index.min(), means.index.max())]
    above = points[points["low"] > 0]
    said = f"{len(above)} of {np.count_nonzero(points['gain'].notna())} gains have an interval above zero"
    return f"{dataset_title(dataset)}: over the whole database attention adds {', and '.join(ends)}; {said}."
