"""Results beside the paper's, as papers print them: rows down, code lengths across, the paper's numbers above ours."""

from collections.abc import Collection, Iterable, Mapping
from math import nan

import pandas as pd

from adahlib.report.summary import lookup
from adahlib.report.text import EMPTY, mean_and_std, printed
from adahlib.report.titles import TASKS
from adahlib.report.wide import wide_table


def result_cells(
    ours: pd.DataFrame, paper: pd.DataFrame, column: str, rows: Mapping[str, str], bits: Iterable[int]
) -> pd.DataFrame:
    """Return results in their long form: a row per row of the table, direction and code length.

    Args:
        ours: as ``summary`` returns it, by ``column`` and bits.
        paper: printed numbers with the same column, task, bits and map; empty where there are none.
        column: that tells the rows apart.
        rows: the row's value of ``column`` in ours → that of the printed row beside it.
        bits: code lengths.

    Returns:
        Columns row, task, bits, ours, std (nan for one seed), n, stale, and paper (nan for none).
    """
    found = []
    for row, theirs in rows.items():
        for task in TASKS:
            for q in bits:
                own = measured_cell(lookup(ours, bits=q, task=task, **{column: row}))
                cell = lookup(paper, "map", bits=q, task=task, **{column: theirs}) if len(paper) else None
                found.append({"row": row, "task": task, "bits": q, **own, "paper": nan if cell is None else cell})
    return pd.DataFrame(found)


def measured_cell(found: pd.Series | None) -> dict:
    """Return mean, deviation, number of seeds and staleness of a row of ``summary``."""
    if found is None:
        return {"ours": nan, "std": nan, "n": 0, "stale": False}
    return {"ours": found["mean"], "std": found["std"], "n": int(found["n"]), "stale": bool(found["stale"])}


def results_table(
    cells: pd.DataFrame, heading: str, marked: Collection[tuple[str, str, int]] = (), titles: Mapping[str, str] = {}
) -> pd.DataFrame:
    """Return results as a wide table; the best of the paper's numbers and of ours in each column is bold.

    Args:
        cells: as ``result_cells`` returns them.
        heading: of the column of rows.
        marked: (row, task, bits) of cells of ours that get a star.
        titles: what rows are called in the table.
    """
    wide = [
        wide_cell(row, whose, cell, (row, cell["task"], cell["bits"]) in marked)
        for row, own in cells.groupby("row", sort=False)
        for whose in ("paper", "ours")
        if own[whose].notna().any()
        for _, cell in own.iterrows()
    ]
    table = wide_table(pd.DataFrame(wide), "Whose")
    counts = {row: "/".join(sorted({str(n) for n in own["n"] if n})) for row, own in cells.groupby("row")}
    seeds = [counts[row] if whose == "ours" else EMPTY for row, whose in zip(table["row"], table["Whose"], strict=True)]
    named = [titles.get(row, row) for row in table["row"]]
    return table.assign(row=named, n=seeds).rename(columns={"row": heading})


def wide_cell(row: str, whose: str, cell: pd.Series, starred: bool) -> dict:
    """Return a cell for ``wide_table``."""
    about = {"row": row, "Whose": whose, "column": f"{TASKS[cell['task']]} {cell['bits']}", "value": cell[whose]}
    if whose == "paper":
        return about | {"text": EMPTY if pd.isna(cell["paper"]) else printed(cell["paper"])}
    mean = pd.Series({"mean": cell["ours"], "std": cell["std"], "stale": cell["stale"]})
    return about | {"text": mean_and_std(mean) + "\\*" * starred}


def by_direction(cells: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the cells of each direction, as the panels of a figure."""
    return {arrow: cells[cells["task"] == task] for task, arrow in TASKS.items()}
