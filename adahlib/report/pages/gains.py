"""What the pages of Tables 2, 3 and 4 share: one row less another, seed by seed, beside the paper's difference."""

from collections.abc import Iterable, Mapping
from math import nan

import pandas as pd

from adahlib.report.dots import dots_figure
from adahlib.report.drawing import Chart
from adahlib.report.results_table import by_direction
from adahlib.report.summary import is_stale, lookup
from adahlib.report.text import signed
from adahlib.report.titles import TASKS

Pair = tuple[str, str]  # better and worse: the difference is the first less the second


def gain_cells(
    records: pd.DataFrame, paper: pd.DataFrame, column: str, pairs: Mapping[str, tuple[Pair, Pair]], bits: Iterable[int]
) -> pd.DataFrame:
    """Return how much one row lies above another, here and in the paper, in the form of ``result_cells``.

    Ours are means and deviations over the seeds that both rows have; n is their number.

    Args:
        records: of one data set.
        paper: printed numbers with the same column, task, bits and map; empty where there are none.
        column: that tells the rows apart, such as backbone.
        pairs: title → which rows of ours, and which of the paper's:
            ``{"photos": (("efficientnet_lite2", "efficientnet_lite0"), ("vgg19", "cnn_f"))}``.
        bits: code lengths.
    """
    cells = [
        {"row": title, "task": task, "bits": q}
        | measured_gain(records[records["bits"] == q], column, own, task)
        | {"paper": printed_gain(paper, column, theirs, task, q)}
        for title, (own, theirs) in pairs.items()
        for task in TASKS
        for q in bits
    ]
    return pd.DataFrame(cells)


def measured_gain(records: pd.DataFrame, column: str, pair: Pair, task: str) -> dict:
    """Return mean, deviation, number of seeds and staleness of a difference of ours."""
    found = paired(records.assign(mean=records[f"map_{task}"], stale=is_stale(records)), column, *pair)
    gain = found["gain"]
    return {"ours": gain.mean(), "std": gain.std(), "n": len(found), "stale": bool(found["stale"].any())}


def printed_gain(paper: pd.DataFrame, column: str, pair: Pair, task: str, bits: int) -> float:
    """Return a difference of the paper's numbers; nan where it has not both."""
    better, worse = (lookup(paper, "map", task=task, bits=bits, **{column: name}) for name in pair)
    return nan if better is None or worse is None else better - worse


def paired(found: pd.DataFrame, kind: str, better: str, worse: str) -> pd.DataFrame:
    """Return the difference of two rows seed by seed, where both have one, and whether either is stale."""
    one, other = (found[found[kind] == name].set_index("seed")[["mean", "stale"]] for name in (better, worse))
    both = one.merge(other, left_index=True, right_index=True, suffixes=("_one", "_other"))
    stale = both["stale_one"].astype(bool) | both["stale_other"].astype(bool)
    return pd.DataFrame({"gain": both["mean_one"] - both["mean_other"], "stale": stale})


def gain_figure(cells: pd.DataFrame, xlabel: str) -> Chart:
    """Return the figure of ``gain_cells``: dots with deviations, hollow marks of the paper, a line at no gain."""
    panels = by_direction(cells)
    figure = dots_figure(panels, xlabel, chance=0)
    figure.alt = "; ".join(gains_in_words(arrow, own) for arrow, own in panels.items()) + "."
    return figure


def gains_in_words(title: str, cells: pd.DataFrame) -> str:
    """Return each row's mean gain over the code lengths, here and in the paper."""
    means = cells.groupby("row", sort=False)[["ours", "paper"]].mean()
    told = [f"{row} {signed(own)} here, {signed(theirs)} in the paper" for row, own, theirs in means.itertuples()]
    return f"{title}: {', '.join(told)}"
