"""Results beside the paper's, as papers print them: rows down, code lengths across, the paper's numbers above ours."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from math import nan

import pandas as pd

from adahlib.report.summary import lookup
from adahlib.report.text import EMPTY, counts_in_words, mean_and_std
from adahlib.report.titles import TASKS
from adahlib.report.wide import wide_table


def result_cells(
    ours: pd.DataFrame,
    paper: pd.DataFrame,
    column: str,
    rows: Mapping[str, str],
    bits: Iterable[int],
    tasks: Sequence[str] = tuple(TASKS),
) -> pd.DataFrame:
    """Return results in their long form: a row per row of the table, direction and code length.

    Args:
        ours: as ``summary`` returns it, by ``column`` and bits.
        paper: printed numbers with the same column, task, bits and map; empty where there are none.
        column: that tells the rows apart.
        rows: the row's value of ``column`` in ours → that of the printed row beside it.
        bits: code lengths.
        tasks: directions; another name where there is only one, as in image hashing.

    Returns:
        Columns row, task, bits, ours, std (nan for one seed), n, stale, and paper (nan for none).
    """
    found = []
    for row, theirs in rows.items():
        for task in tasks:
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
    table = grid_table({"ours": cells}, heading, marked=marked)
    return table.assign(**{heading: [titles.get(row, row) for row in table[heading]]})


def grid_table(
    ours: Mapping[str, pd.DataFrame],
    heading: str,
    whose: str = "Whose",
    paper: str = "paper",
    decimals: int = 4,
    marked: Collection[tuple[str, str, int]] = (),
) -> pd.DataFrame:
    """Return several results of ours below the paper's as one wide table; the best of each kind in a column is bold.

    Args:
        ours: what a result is called, such as its data set → its cells, as ``result_cells`` returns them.
        heading: of the column of rows.
        whose: heading of the column that says whose or on what data a line is.
        paper: what the paper's lines are called there.
        decimals: with which the paper prints its numbers.
        marked: (row, task, bits) of cells of ours that get a star.
    """
    lines = list(grid_lines(ours, paper))
    wide = [
        wide_cell(row, name, cell, column, decimals, (row, cell["task"], cell["bits"]) in marked)
        for row, name, column, own in lines
        for _, cell in own.iterrows()
    ]
    counts = {(row, name): counts_in_words(own["n"]) for row, name, column, own in lines if column == "ours"}
    table = wide_table(pd.DataFrame(wide), "whose")
    seeds = [counts.get(line, EMPTY) for line in zip(table["row"], table["whose"], strict=True)]
    return table.assign(n=seeds).rename(columns={"row": heading, "whose": whose})


def grid_lines(ours: Mapping[str, pd.DataFrame], paper: str) -> Iterator[tuple[str, str, str, pd.DataFrame]]:
    """Yield row, name, column of the cells (paper or ours) and cells of each line that has numbers; the paper's first.

    The arguments are those of ``grid_table``.
    """
    everything = pd.concat([cells.assign(name=name) for name, cells in ours.items()])
    for row, own in everything.groupby("row", sort=False):
        printed = own.drop_duplicates(["task", "bits"])  # each result of ours repeats the paper's numbers
        kinds = [(paper, "paper", printed), *((name, "ours", part) for name, part in own.groupby("name", sort=False))]
        yield from ((row, name, column, part) for name, column, part in kinds if part[column].notna().any())


def wide_cell(row: str, name: str, cell: pd.Series, column: str, decimals: int, starred: bool) -> dict:
    """Return a cell for ``wide_table``: the number in a column of ``cell``, which is paper or ours."""
    about = {"row": row, "whose": name, "column": column_title(cell["task"], cell["bits"]), "value": cell[column]}
    if column == "paper":
        return about | {"text": EMPTY if pd.isna(cell["paper"]) else f"{cell['paper']:.{decimals}f}"}
    mean = pd.Series({"mean": cell["ours"], "std": cell["std"], "stale": cell["stale"]})
    return about | {"text": mean_and_std(mean) + "\\*" * starred}


def column_title(task: str, bits: int) -> str:
    """Return the heading of a column: direction and code length, or the length alone where there is one direction."""
    return f"{TASKS[task]} {bits}" if task in TASKS else f"{bits} bits"


def by_direction(cells: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the cells of each direction, as the panels of a figure."""
    return {arrow: cells[cells["task"] == task] for task, arrow in TASKS.items()}
