"""Page ``table1_map``: every method's MAP beside the paper's, and what conventions do to the same codes."""

import dataclasses
from collections.abc import Iterable

import pandas as pd

from adahlib.experiments import RunSpec
from adahlib.experiments.grids.lists import grid
from adahlib.report.book.parameters import Parameters
from adahlib.report.measured import rows_apart
from adahlib.report.paper import paper_results
from adahlib.report.results_table import result_cells
from adahlib.report.summary import summary
from adahlib.report.text import (
    EMPTY,
    STALE,
    signed,
    stale_mark,
    three_decimals,
)
from adahlib.report.titles import METHOD_TITLES, OWN_TITLES, TASKS, dataset_title, method_name, printed_name


def with_names(records: pd.DataFrame) -> pd.DataFrame:
    """Return the records with column ``name``, as ``method_name`` gives it, in the order of the paper's rows."""
    names = [method_name(row) for _, row in records.iterrows()]
    ranks = {name: rank for rank, name in enumerate(METHOD_TITLES)}
    order = [ranks.get(method, len(ranks)) for method in records["method"]]
    return records.assign(name=names, order=order).sort_values("order", kind="stable")


def named_paper(dataset: str, number: int = 1) -> pd.DataFrame:
    """Return the printed cells of Table 1, or another of methods, on a data set with column ``name``."""
    paper = paper_results().query("table == @number and dataset == @dataset")
    return paper.assign(name=[METHOD_TITLES[method] for method in paper["method"]])


def printed_firsts_in_words() -> str:
    """Return in how many cells of the paper's own Table 1 ADAH has the highest MAP, and who has it elsewhere."""
    paper = paper_results().query("table == 1")
    cells = paper.loc[paper.groupby(["dataset", "task", "bits"])["map"].idxmax()]
    others = [
        f"{METHOD_TITLES[method]} on {dataset_title(dataset)} for {TASKS[task]} at {bits} bits"
        for method, dataset, task, bits in cells[["method", "dataset", "task", "bits"]].itertuples(index=False)
        if method != "adah"
    ]
    elsewhere = f"; the highest is that of {', and of '.join(others)}" if others else ""
    return f"In print ADAH has the highest MAP in {len(cells) - len(others)} of {len(cells)} cells{elsewhere}."


def method_cells(records: pd.DataFrame, dataset: str, bits: Iterable[int]) -> pd.DataFrame:
    """Return Table 1 on one data set in its long form, as ``result_cells`` has it; the paper's rows come first."""
    return named_cells(records[records["dataset"] == dataset], named_paper(dataset), bits)


def named_cells(records: pd.DataFrame, paper: pd.DataFrame, bits: Iterable[int]) -> pd.DataFrame:
    """Return records of methods on one data set beside the paper's rows, as ``named_paper`` returns them."""
    records = with_names(records)
    ours_of = {printed_name(name): name for name in records["name"]}
    names = dict.fromkeys([ours_of.get(name, name) for name in paper["name"]] + list(records["name"]))
    rows = {name: printed_name(name) for name in names}
    return result_cells(summary(records, ["bits", "name"]), paper, "name", rows, bits)


def differing_cells(measured: dict, dataset: str) -> set[tuple[str, str, int]]:
    """Return (row, task, bits) of the methods that ADAH differs from, by the interval over seeds and queries.

    There are none where the analysis is stale.

    Args:
        measured: the analysis ``intervals``, whose intervals hold for all of its rows together.
        dataset: its name.
    """
    apart = rows_apart(measured, dataset=dataset, method="adah-both")
    return {(other_name(row).removesuffix(", the best other"), row["task"], row["bits"]) for row in apart}


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
            both = at.set_index(at["name"].map(printed_name))["mean"].to_frame("ours").join(theirs, how="inner")
            rho = both["ours"].corr(both["map"], method="spearman") if len(both) > 2 else float("nan")
            rows.append(row | {"ρ with the paper's": EMPTY if pd.isna(rho) else f"{rho:.2f}", "Methods": len(both)})
    frame = pd.DataFrame(rows)
    return frame if len(paper) else frame[["Bits", "Task", "Order, ours"]]


def database_codes_table(records: pd.DataFrame) -> pd.DataFrame:
    """Return what the codes of the database are worth: a row per method, code length and convention.

    Args:
        records: of methods that have a choice, with each of their conventions.
    """
    named = records.assign(codes=[record["database_codes"] for record in records["record"]])
    rows = []
    for (method, q, codes), group in named.groupby(["method", "bits", "codes"], sort=False):
        row = {"Method": METHOD_TITLES.get(method, method), "Bits": q, "Database": codes}
        row |= {arrow: three_decimals(group[f"map_{task}"].mean()) + stale_mark(group) for task, arrow in TASKS.items()}
        rows.append(row | {"n": len(group)})
    return pd.DataFrame(rows, columns=["Method", "Bits", "Database", *TASKS.values(), "n"])


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


def database_specs(page: Parameters) -> list[RunSpec]:
    """Return the runs of each convention for the database's codes, as far as the page was asked for them."""
    return [
        spec
        for spec in grid("database")
        if spec.dataset in page.dataset and spec.method in page.methods
        if spec.bits in page.bits and (not page.seeds or spec.seed in page.seeds)
        if dataclasses.replace(spec, profile=page.profile) == spec
    ]


def is_shown(row: dict, page: Parameters) -> bool:
    """Return whether a row of the analysis ``intervals`` is about what the page was asked for."""
    if "adah" not in page.methods or row["dataset"] not in page.dataset or row["bits"] not in page.bits:
        return False
    names = [row["method"], row["against"]]
    kinds = [name.removeprefix("adah-") for name in names if name.startswith("adah-")]
    others = [name for name in names if not name.startswith("adah-")]
    return set(kinds) <= set(page.attentions) and set(others) <= set(page.methods)


def interval_table(measured: dict, stale: str, page: Parameters) -> pd.DataFrame:
    """Return ADAH's MAP minus another's, with two intervals, a row per data set, code length, attention and task.

    The first interval is of the queries alone, for the trained codes; the second of seeds and queries, for all rows of
    the analysis together.

    Args:
        measured: the analysis ``intervals``.
        stale: why the analysis is not current, or "".
        page: what the page was asked for.
    """
    mark = STALE * bool(stale)
    rows = [
        {
            "Data set": dataset_title(row["dataset"]),
            "Bits": row["bits"],
            "Attention": row["method"].removeprefix("adah-"),
            "ADAH minus": other_name(row),
            "Task": TASKS[row["task"]],
            "Difference": signed(row["difference"], 4) + mark,
            "Queries alone": interval(row, "queries") + mark,
            "Seeds and queries": interval(row, "family") + mark,
            "n": row["n"],
        }
        for row in measured["rows"]
        if is_shown(row, page)
    ]
    return pd.DataFrame(rows)


def other_name(row: dict) -> str:
    """Return what ADAH is compared with in a row of the analysis ``intervals``."""
    if row["against"] == "adah-none":
        return "ADAH, attention none"
    return OWN_TITLES[row["against"]] + ", the best other" * row["best_other"]


def interval(row: dict, kind: str) -> str:
    """Return an interval of a row of the analysis ``intervals``: of its kind queries, seeds or family."""
    return f"{signed(row[f'{kind}_low'], 4)} to {signed(row[f'{kind}_high'], 4)}"
