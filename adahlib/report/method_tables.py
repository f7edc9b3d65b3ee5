"""Table 1 and what belongs to it: every method's MAP beside the paper's, and what conventions do to the same codes."""

import pandas as pd

from adahlib.report.numbers import difference, lookup, mean_and_std, printed, seeds_of, stale_mark, summary
from adahlib.report.paper import TASKS, paper_results

NAMES = {
    "adah": "ADAH", "cca": "CCA", "cmfh": "CMFH", "scm": "SCM", "stmh": "STMH", "seph": "SePH", "dcmh": "DCMH",
    "prdh": "PRDH", "dvsh": "DVSH",
}  # fmt: skip


def method_name(row) -> str:
    """Return a record's method as tables and legends name it; ADAH with its attention where that is not both."""
    name = NAMES.get(row["method"], row["method"])
    return name if row["attention"] in ("", "both") else f"{name}, attention {row['attention']}"


def method_table(records: pd.DataFrame, dataset: str, bits: list[int]) -> pd.DataFrame:
    """Return Table 1 on one data set: a row per code length and method, the paper's number beside ours."""
    records = records[records["dataset"] == dataset]
    ours = summary(records, ["bits", "method"])
    paper = paper_results().query("table == 1 and dataset == @dataset")
    order = [*paper["method"], *(name for name in NAMES if name in set(ours["method"])), *ours["method"]]
    rows = []
    for q in bits:
        for method in dict.fromkeys(order):
            row = {"Bits": q, "Method": NAMES.get(method, method)}
            found = {task: lookup(ours, bits=q, method=method, task=task) for task in TASKS}
            for task, arrow in TASKS.items():
                theirs = lookup(paper, "map", bits=q, method=method, task=task)
                row |= {} if paper.empty else {f"{arrow} paper": printed(theirs)}
                row |= {f"{arrow} ours": mean_and_std(found[task])}
                row |= {} if paper.empty else {f"{arrow} diff.": difference(found[task], theirs)}
            own = records[(records["method"] == method) & (records["bits"] == q)]
            rows.append(row | {"Database": database_codes(own), "n": seeds_of(*found.values())})
    return pd.DataFrame(rows)


def database_codes(records: pd.DataFrame) -> str:
    """Return which codes the database had: each item's own modality's, or one for both of its sides."""
    return " or ".join(dict.fromkeys(record["database_codes"] for record in records["record"])) or "–"


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
                row[f"{arrow} {name}"] = f"{part[f'map_{task}'].mean():.3f}{stale_mark(part)}"
        rows.append(row | {"n": f"{len(same)}/{len(group)}"})
    return pd.DataFrame(rows)


def tie_table(records: pd.DataFrame) -> pd.DataFrame:
    """Return MAP with ties in the worst order, by expectation, and in the best order."""
    rows = []
    for (method, q), group in records.groupby(["method", "bits"], sort=False):
        row = {"Method": NAMES.get(method, method), "Bits": q}
        for task, arrow in TASKS.items():
            for kind, suffix in (("worst", "_pessimistic"), ("expected", ""), ("best", "_optimistic")):
                row[f"{arrow} {kind}"] = f"{group[f'map_{task}{suffix}'].mean():.3f}{stale_mark(group)}"
        rows.append(row | {"n": len(group)})
    return pd.DataFrame(rows)
