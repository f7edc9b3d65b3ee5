"""From records to numbers, and from numbers to text: means over seeds, differences, the paper's decimals."""

import pandas as pd

from adahlib.report.paper import TASKS

EMPTY = "–"
STALE = "†"  # after a number whose record is not current


def summary(records: pd.DataFrame, by: list[str], values: dict[str, str] | None = None) -> pd.DataFrame:
    """Return mean and sample standard deviation over seeds.

    Args:
        records: one row a record.
        by: columns that tell rows apart, besides the task.
        values: task → column of records (default: the MAP of both directions).

    Returns:
        One row per group and task: ``by``, task, mean, std (nan for one seed), n, and stale: whether one of the
        records is not current.
    """
    records = records.assign(stale=is_stale(records))
    values = values or {task: f"map_{task}" for task in TASKS}
    parts = []
    for task, column in values.items():
        if column in records and len(records):
            groups = records.dropna(subset=[column]).groupby(by, sort=False)
            part = groups[column].agg(["mean", "std", "count"]).rename(columns={"count": "n"})
            part["stale"] = groups["stale"].any()
            parts.append(part.reset_index().assign(task=task))
    empty = pd.DataFrame(columns=[*by, "mean", "std", "n", "stale", "task"])
    return pd.concat(parts, ignore_index=True) if parts else empty


def lookup(table: pd.DataFrame, column: str | None = None, **values) -> float | pd.Series | None:
    """Return the one row (or its ``column``) with these values; None if there is none."""
    for name, value in values.items():
        table = table[table[name] == value]
    if table.empty:
        return None
    return table.iloc[0] if column is None else table.iloc[0][column]


def mean_and_std(row: pd.Series | None) -> str:
    """Return ``0.785 ± 0.003``; without ± for one seed, with † where a record is stale, a dash for none."""
    if row is None or pd.isna(row["mean"]):
        return EMPTY
    deviation = "" if pd.isna(row["std"]) else f"\u00a0±\u00a0{row['std']:.3f}"
    return f"{row['mean']:.3f}{deviation}" + (STALE if row.get("stale", False) else "")


def three_decimals(value: float) -> str:
    """Return a number with three decimals; a dash for none."""
    return EMPTY if pd.isna(value) else f"{value:.3f}"


def is_stale(records: pd.DataFrame) -> pd.Series:
    """Return, for each record, whether it is not current; records made just now have no such column and are."""
    return records.get("stale", pd.Series("", index=records.index)).astype(bool)


def stale_mark(records: pd.DataFrame) -> str:
    """Return † if one of the records is not current, else nothing."""
    return STALE if is_stale(records).any() else ""


def signed(value: float | None, decimals: int = 3) -> str:
    """Return a difference with its sign; a dash for none."""
    if value is None or pd.isna(value):
        return EMPTY
    return f"{round(value, decimals) + 0.0:+.{decimals}f}".replace("-", "−")


def printed(value: float | None) -> str:
    """Return a number of the paper with its four decimals; a dash for none."""
    return EMPTY if value is None else f"{value:.4f}"


def difference(ours: pd.Series | None, other: float | None) -> str:
    """Return ours − other, with † where ours is stale."""
    if ours is None or other is None:
        return EMPTY
    return signed(ours["mean"] - other) + (STALE if ours.get("stale", False) else "")


def seeds_of(*rows: pd.Series | None) -> str:
    """Return n, the number of seeds behind a table's row."""
    counts = {int(row["n"]) for row in rows if row is not None}
    return "/".join(map(str, sorted(counts))) or EMPTY
