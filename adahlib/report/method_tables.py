"""Table 1 and what belongs to it: every method's MAP beside the paper's, and what conventions do to the same codes."""

import pandas as pd

from adahlib.report.numbers import (
    EMPTY,
    STALE,
    difference,
    lookup,
    mean_and_std,
    printed,
    seeds_of,
    stale_mark,
    summary,
    three_decimals,
)
from adahlib.report.paper import TASKS, paper_results

NAMES = {
    "cca": "CCA", "cmfh": "CMFH", "scm": "SCM", "stmh": "STMH", "seph": "SePH", "dcmh": "DCMH", "prdh": "PRDH",
    "dvsh": "DVSH", "adah": "ADAH", "label-scores": "Label scores",
}  # fmt: skip


def method_name(row) -> str:
    """Return a record's method as tables and legends name it; ADAH with its attention where that is not both."""
    name = NAMES.get(row["method"], row["method"])
    return name if row["attention"] in ("", "both") else f"{name}, attention {row['attention']}"


def with_names(records: pd.DataFrame) -> pd.DataFrame:
    """Return the records with column ``name``, as ``method_name`` gives it, in the order of the paper's rows."""
    names = [method_name(row) for _, row in records.iterrows()]
    ranks = {name: rank for rank, name in enumerate(NAMES)}
    order = [ranks.get(method, len(ranks)) for method in records["method"]]
    return records.assign(name=names, order=order).sort_values("order", kind="stable")


def named_paper(dataset: str) -> pd.DataFrame:
    """Return Table 1's printed cells of a data set with column ``name``."""
    paper = paper_results().query("table == 1 and dataset == @dataset")
    return paper.assign(name=[NAMES[method] for method in paper["method"]])


def method_table(records: pd.DataFrame, dataset: str, bits: list[int]) -> pd.DataFrame:
    """Return Table 1 on one data set: a row per code length and method, the paper's number beside ours."""
    records = with_names(records[records["dataset"] == dataset])
    ours, paper = summary(records, ["bits", "name"]), named_paper(dataset)
    rows = []
    for q in bits:
        for name in dict.fromkeys([*paper["name"], *records["name"]]):
            row = {"Bits": q, "Method": name}
            found = {task: lookup(ours, bits=q, name=name, task=task) for task in TASKS}
            for task, arrow in TASKS.items():
                theirs = lookup(paper, "map", bits=q, name=name, task=task)
                row |= {} if paper.empty else {f"{arrow} paper": printed(theirs)}
                row |= {f"{arrow} ours": mean_and_std(found[task])}
                row |= {} if paper.empty else {f"{arrow} diff.": difference(found[task], theirs)}
            own = records[(records["name"] == name) & (records["bits"] == q)]
            rows.append(row | {"Database": database_codes(own), "n": seeds_of(*found.values())})
    return pd.DataFrame(rows)


def rank_table(records: pd.DataFrame, dataset: str, bits: list[int]) -> pd.DataFrame:
    """Return the methods in the order of our MAP, best first, and its rank correlation with the paper's order.

    The correlation is Spearman's ρ over the methods that both have.
    """
    records = with_names(records[records["dataset"] == dataset])
    ours, paper = summary(records, ["bits", "name"]), named_paper(dataset)
    rows = []
    for q in bits:
        for task, arrow in TASKS.items():
            at = ours[(ours["bits"] == q) & (ours["task"] == task)].sort_values("mean", ascending=False)
            order = " > ".join(f"{name}{STALE * old}" for name, old in zip(at["name"], at["stale"], strict=True))
            row = {"Bits": q, "Task": arrow, "Order, ours": order or EMPTY}
            theirs = paper[(paper["bits"] == q) & (paper["task"] == task)].set_index("name")["map"]
            both = at.set_index("name")["mean"].to_frame("ours").join(theirs, how="inner")
            rho = both["ours"].corr(both["map"], method="spearman") if len(both) > 2 else float("nan")
            rows.append(row | {"ρ with the paper's": EMPTY if pd.isna(rho) else f"{rho:.2f}", "Methods": len(both)})
    frame = pd.DataFrame(rows)
    return frame if len(paper) else frame[["Bits", "Task", "Order, ours"]]


def database_codes(records: pd.DataFrame) -> str:
    """Return which codes the database had: each item's own modality's, or one for both of its sides."""
    return " or ".join(dict.fromkeys(record["database_codes"] for record in records["record"])) or EMPTY


def database_table(unified: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Return what unified database codes are worth: a row per method and code length.

    Args:
        unified: records of methods whose database codes are unified, some seeds.
        own: records of the same methods with each modality's own codes in the database; they choose the seeds.
    """
    rows = []
    for (method, q), group in own.groupby(["method", "bits"], sort=False):
        same = unified[(unified["method"] == method) & (unified["bits"] == q) & unified["seed"].isin(group["seed"])]
        row = {"Method": NAMES.get(method, method), "Bits": q}
        for task, arrow in TASKS.items():
            for name, part in (("unified", same), ("per modality", group)):
                row[f"{arrow} {name}"] = three_decimals(part[f"map_{task}"].mean()) + stale_mark(part)
        rows.append(row | {"n": f"{len(same)}/{len(group)}"})
    return pd.DataFrame(rows)


def tie_table(records: pd.DataFrame) -> pd.DataFrame:
    """Return MAP with ties in the worst order, by expectation, and in the best order."""
    rows = []
    for (name, q), group in with_names(records).groupby(["name", "bits"], sort=False):
        row = {"Method": name, "Bits": q}
        for task, arrow in TASKS.items():
            for kind, suffix in (("worst", "_pessimistic"), ("expected", ""), ("best", "_optimistic")):
                row[f"{arrow} {kind}"] = f"{group[f'map_{task}{suffix}'].mean():.3f}{stale_mark(group)}"
        rows.append(row | {"n": len(group)})
    return pd.DataFrame(rows)
