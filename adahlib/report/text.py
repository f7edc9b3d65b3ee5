"""From numbers to the text of a cell: decimals, signs, means with deviations, daggers and dashes."""

from collections.abc import Iterable

import pandas as pd

from adahlib.report.summary import is_stale

EMPTY = "–"
STALE = "†"  # after a number whose record is not current


def mean_and_std(row: pd.Series | None) -> str:
    """Return ``0.785 ± 0.003``; without ± for one seed, with † where a record is stale, a dash for none."""
    if row is None or pd.isna(row["mean"]):
        return EMPTY
    deviation = "" if pd.isna(row["std"]) else f"\u00a0±\u00a0{row['std']:.3f}"
    return f"{row['mean']:.3f}{deviation}" + (STALE if row.get("stale", False) else "")


def three_decimals(value: float) -> str:
    """Return a number with three decimals; a dash for none."""
    return EMPTY if pd.isna(value) else f"{value:.3f}".replace("-", "−")


def signed(value: float | None, decimals: int = 3) -> str:
    """Return a difference with its own sign, also where it is rounded to zero; a dash for none."""
    if value is None or pd.isna(value):
        return EMPTY
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{abs(value):.{decimals}f}"


def difference(ours: pd.Series | None, other: float | None) -> str:
    """Return ours − other, with † where ours is stale."""
    if ours is None or other is None:
        return EMPTY
    return signed(ours["mean"] - other) + (STALE if ours.get("stale", False) else "")


def counts_of_rows(*rows: pd.Series | dict | None) -> str:
    """Return n, the number of seeds behind a table's row."""
    return counts_in_words(row["n"] for row in rows if row is not None)


def counts_in_words(counts: Iterable[int]) -> str:
    """Return the different numbers of seeds behind a line: ``1 or 3``, ``1 to 3``; without 0, and a dash for none."""
    found = sorted({int(count) for count in counts if count})
    return f"{found[0]} to {found[-1]}" if len(found) > 2 else " or ".join(map(str, found)) or EMPTY


def stale_mark(records: pd.DataFrame) -> str:
    """Return † if one of the records is not current, else nothing."""
    return STALE if is_stale(records).any() else ""
