"""Tables as papers print them: methods down, code lengths across, the best value of each column bold."""

import pandas as pd

from adahlib.report.text import EMPTY

CELLS = ("column", "value", "text")


def wide_table(cells: pd.DataFrame, best_within: str | None = None) -> pd.DataFrame:
    """Return cells as a wide table, in the order in which rows and columns first appear.

    Args:
        cells: one row a cell: any columns that name its row, then ``column``, ``value`` (a number, nan for none) and
            ``text`` (what is shown).
        best_within: a naming column, such as whose the numbers are; the largest value of each column is bold among the
            rows with the same value there. None for no bold.

    Returns:
        The naming columns, and one column of texts for each ``column``; a dash where there is no cell.

    Example:
        >>> cells = pd.DataFrame({"Method": ["CCA", "ADAH"], "column": "16 bits", "value": [0.6, 0.7]})
        >>> cells["text"] = cells["value"].map(str)
        >>> wide_table(cells.assign(Whose="ours"), "Whose").values.tolist()
        [['CCA', 'ours', '0.6'], ['ADAH', 'ours', '**0.7**']]
    """
    names = [column for column in cells.columns if column not in CELLS]
    texts = cells["text"].where(~is_best(cells, best_within), "**" + cells["text"] + "**")
    table = cells.assign(text=texts).pivot(index=names, columns="column", values="text")
    order = pd.MultiIndex.from_frame(cells[names].drop_duplicates())
    rows = order if len(names) > 1 else order.get_level_values(0)
    table = table.reindex(index=rows, columns=cells["column"].unique())
    return table.fillna(EMPTY).reset_index().rename_axis(columns=None)


def is_best(cells: pd.DataFrame, within: str | None) -> pd.Series:
    """Return which cells hold the largest value of their column, among several, within the rows of one kind."""
    if within is None:
        return pd.Series(False, index=cells.index)
    groups = cells.groupby([within, "column"], sort=False)["value"]
    return (cells["value"] == groups.transform("max")) & (groups.transform("count") > 1)


def breakable(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose deviations may stand on a line below their means, so that many columns fit a page."""
    return table.map(lambda cell: cell.replace("\u00a0±", " ±") if isinstance(cell, str) else cell)
