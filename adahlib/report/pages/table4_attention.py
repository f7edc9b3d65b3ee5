"""Page ``table4_attention``: MAP by kind of attention, the paper's numbers beside ours, and the order of the kinds."""

import pandas as pd

from adahlib.report.paper import paper_results
from adahlib.report.summary import lookup, summary
from adahlib.report.text import EMPTY, STALE, difference, mean_and_std, printed, seeds_of, signed
from adahlib.report.titles import TASKS


def attention_table(records: pd.DataFrame, dataset: str, bits: list[int], attentions: list[str]) -> pd.DataFrame:
    """Return Table 4 on one data set: a row per code length and attention, the paper's number beside ours.

    Where the paper has no number for the data set, the gain over no attention stands in its place, over the seeds that
    both rows have.
    """
    ours = summary(records[records["dataset"] == dataset], ["bits", "attention"])
    paper = paper_results().query("table == 4 and dataset == @dataset")
    rows = []
    for q in bits:
        for attention in attentions:
            row = {"Bits": q, "Attention": attention}
            found = {task: lookup(ours, bits=q, attention=attention, task=task) for task in TASKS}
            for task, arrow in TASKS.items():
                base = base_of(records, dataset, q, attention, task)
                theirs = lookup(paper, "map", bits=q, attention=attention, task=task)
                row |= attention_cells(arrow, found[task], theirs, base, in_paper=not paper.empty)
            rows.append(row | {"n": seeds_of(*found.values())})
    return pd.DataFrame(rows)


def base_of(records: pd.DataFrame, dataset: str, bits: int, attention: str, task: str) -> float | None:
    """Return the mean MAP without attention over the seeds that a kind of attention has; None without a record."""
    at = records[(records["dataset"] == dataset) & (records["bits"] == bits)]
    own = at[at["attention"] == attention]
    none = at[(at["attention"] == "none") & at["seed"].isin(own["seed"])]
    return None if none.empty else float(none[f"map_{task}"].mean())


def attention_cells(arrow: str, ours: pd.Series | None, theirs, base, in_paper: bool) -> dict[str, str]:
    """Return one direction's cells of a row of Table 4."""
    if in_paper:
        cells = {"paper": printed(theirs), "ours": mean_and_std(ours), "diff.": difference(ours, theirs)}
    else:
        cells = {"ours": mean_and_std(ours), "gain over none": difference(ours, base)}
    return {f"{arrow} {name}": cell for name, cell in cells.items()}


def order_table(records: pd.DataFrame, dataset: str, bits: list[int]) -> pd.DataFrame:
    """Return the order of the attentions by MAP, best first, in the paper and here."""
    ours = summary(records[records["dataset"] == dataset], ["bits", "attention"])
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
                none, both = (lookup(at, "mean", attention=a) for a in ("none", "both"))
                gain = signed(None if none is None or both is None else both - none)
                row[f"both − none, {name}"] = gain + (STALE if old.any() else "")
            rows.append(row)
    frame = pd.DataFrame(rows)
    return frame if len(paper) else frame.drop(columns=["Order, paper", "both − none, paper"])
