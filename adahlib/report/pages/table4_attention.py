"""Page ``table4_attention``: MAP by kind of attention, the paper's numbers beside ours, and the order of the kinds."""

from collections.abc import Iterable

import pandas as pd

from adahlib.report.pages import gains
from adahlib.report.paper import paper_results
from adahlib.report.results_table import result_cells
from adahlib.report.summary import lookup, summary
from adahlib.report.text import EMPTY, STALE, signed
from adahlib.report.titles import TASKS


def attention_cells(
    records: pd.DataFrame, dataset: str, bits: Iterable[int], attentions: Iterable[str]
) -> pd.DataFrame:
    """Return Table 4 on one data set in its long form, as ``result_cells`` has it."""
    ours = summary(records[records["dataset"] == dataset], ["bits", "attention"])
    return result_cells(ours, table4_printed(dataset), "attention", {kind: kind for kind in attentions}, bits)


def table4_printed(dataset: str) -> pd.DataFrame:
    """Return Table 4's printed cells of a data set."""
    return paper_results().query("table == 4 and dataset == @dataset")


def kind_gains(records: pd.DataFrame, dataset: str, bits: Iterable[int], attentions: Iterable[str]) -> pd.DataFrame:
    """Return what each kind of attention adds to none, in the form of ``result_cells``.

    Ours are means and deviations over the seeds that both have.
    """
    pairs = {kind: ((kind, "none"), (kind, "none")) for kind in attentions}
    own = records[records["dataset"] == dataset]
    return gains.gain_cells(own, table4_printed(dataset), "attention", pairs, bits)


def of_common_seeds(records: pd.DataFrame) -> pd.DataFrame:
    """Return the records of the seeds that all kinds of attention have, code length by code length."""
    kinds = records.groupby("bits")["attention"].transform("nunique")
    return records[records.groupby(["bits", "seed"])["attention"].transform("nunique") == kinds]


def order_table(records: pd.DataFrame, dataset: str, bits: list[int]) -> pd.DataFrame:
    """Return the order of the attentions by MAP, best first, in the paper and here.

    Our order is over the seeds that all kinds have at a code length, both − none over those that these two have.
    """
    records = records[records["dataset"] == dataset]
    ours = summary(of_common_seeds(records), ["bits", "attention"])
    added = kind_gains(records, dataset, bits, ["both"])
    paper = paper_results().query("table == 4 and dataset == @dataset").rename(columns={"map": "mean"})
    rows = []
    for q in bits:
        for task, arrow in TASKS.items():
            row = {"Bits": q, "Task": arrow}
            for name, numbers in (("paper", paper), ("ours", ours)):
                at = numbers[(numbers["bits"] == q) & (numbers["task"] == task)].sort_values("mean", ascending=False)
                old = at.get("stale", pd.Series(False, index=at.index)).astype(bool)
                marked = [f"{attention}{STALE * mark}" for attention, mark in zip(at["attention"], old, strict=True)]
                row[f"Order, {name}"] = " > ".join(marked) or EMPTY
                gain = lookup(added, name, task=task, bits=q)
                row[f"both − none, {name}"] = signed(gain) + (STALE if old.any() else "")
            rows.append(row)
    frame = pd.DataFrame(rows)
    return frame if len(paper) else frame.drop(columns=["Order, paper", "both − none, paper"])
