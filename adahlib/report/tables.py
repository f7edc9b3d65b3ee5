"""The book's tables: pure functions of records, with the paper's numbers beside ours."""

import pandas as pd

from adahlib.report.numbers import (
    EMPTY,
    STALE,
    difference,
    lookup,
    mean_and_std,
    printed,
    seeds_of,
    signed,
    summary,
)  # fmt: skip
from adahlib.report.paper import TASKS, paper_results

MASK_TITLES = {
    "iou": "IoU",
    "attended_given_foreground": "P(attended | foreground)",
    "attended_given_background": "P(attended | background)",
    "gap": "Difference",
    "attended_fraction": "Attended share",
}
DATASET_TITLES = {"mirflickr25k": "MIRFlickr-25K", "emoji-scenes": "emoji-scenes"}


def attention_table(records: pd.DataFrame, dataset: str, bits: list[int], attentions: list[str]) -> pd.DataFrame:
    """Return Table 4 on one data set: a row per code length and attention, the paper's number beside ours.

    Where the paper has no number for the data set, the gain over no attention stands in its place.
    """
    ours = summary(records[records["dataset"] == dataset], ["bits", "attention"])
    paper = paper_results().query("table == 4 and dataset == @dataset")
    rows = []
    for q in bits:
        for attention in attentions:
            row = {"Bits": q, "Attention": attention}
            found = {task: lookup(ours, bits=q, attention=attention, task=task) for task in TASKS}
            for task, arrow in TASKS.items():
                base = lookup(ours, "mean", bits=q, attention="none", task=task)
                theirs = lookup(paper, "map", bits=q, attention=attention, task=task)
                row |= attention_cells(arrow, found[task], theirs, base, in_paper=not paper.empty)
            rows.append(row | {"n": seeds_of(*found.values())})
    return pd.DataFrame(rows)


def attention_cells(arrow: str, ours: pd.Series | None, theirs, base, in_paper: bool) -> dict[str, str]:
    """Return one direction's cells of a row of Table 4."""
    if in_paper:
        cells = {"paper": printed(theirs), "ours": mean_and_std(ours), "diff.": difference(ours, theirs)}
    else:
        cells = {"ours": mean_and_std(ours), "gain over none": difference(ours, base)}
    return {f"{arrow} {name}": cell for name, cell in cells.items()}


def headline_table(records: pd.DataFrame, bits: int = 16) -> pd.DataFrame:
    """Return the first page's table: with and without attention, the paper's numbers beside ours."""
    records = records[records["bits"] == bits]
    ours = summary(records, ["dataset", "attention"])
    paper = paper_results().query("table == 4 and bits == @bits")
    rows = []
    for dataset in dict.fromkeys(records["dataset"]):
        for task, arrow in TASKS.items():
            found = {a: lookup(ours, dataset=dataset, attention=a, task=task) for a in ("none", "both")}
            theirs = {a: lookup(paper, "map", dataset=dataset, attention=a, task=task) for a in found}
            gain = difference(found["both"], None if found["none"] is None else found["none"]["mean"])
            rows.append(
                {
                    "Data set": DATASET_TITLES.get(dataset, dataset),
                    "Task": arrow,
                    "Chance": f"{records.query('dataset == @dataset')['chance'].mean():.3f}",
                    "No attention, paper": printed(theirs["none"]),
                    "No attention, ours": mean_and_std(found["none"]),
                    "Attention, paper": printed(theirs["both"]),
                    "Attention, ours": mean_and_std(found["both"]),
                    "Gain, ours": gain,
                    "n": seeds_of(*found.values()),
                }
            )
    return pd.DataFrame(rows)


def mask_table(records: pd.DataFrame) -> pd.DataFrame:
    """Return how well the attended cells agree with the true foreground, for records that measured it."""
    columns = ["Bits", "Attention", *MASK_TITLES.values(), "n"]
    if "attended_given_foreground" not in records:
        return pd.DataFrame(columns=columns)
    records = records.dropna(subset=["attended_given_foreground"])
    records = records[records["attention"].isin(["visual", "both"])]
    gap = records["attended_given_foreground"] - records["attended_given_background"]
    scores = summary(records.assign(gap=gap), ["bits", "attention"], {name: name for name in MASK_TITLES})
    rows = []
    for q, attention in dict.fromkeys(zip(scores["bits"], scores["attention"], strict=True)):
        found = {name: lookup(scores, bits=q, attention=attention, task=name) for name in MASK_TITLES}
        cells = {MASK_TITLES[name]: mean_and_std(score) for name, score in found.items()}
        rows.append({"Bits": q, "Attention": attention} | cells | {"n": seeds_of(*found.values())})
    return pd.DataFrame(rows, columns=columns)


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


def of_datasets(records: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Return the records of each data set, in the order of their appearance."""
    return list(records.groupby("dataset", sort=False))
