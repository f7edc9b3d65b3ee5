"""From records to numbers: means over seeds, single rows, and which of them are not current."""

from collections.abc import Iterable

import pandas as pd

from adahlib.report.titles import TASKS

NEAR_CHANCE = 0.05


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


def lookup(table: pd.DataFrame, column: str | None = None, **values: object) -> float | pd.Series | None:
    """Return the one row (or its ``column``) with these values; None if there is none."""
    for name, value in values.items():
        table = table[table[name] == value]
    if table.empty:
        return None
    return table.iloc[0] if column is None else table.iloc[0][column]


def is_stale(records: pd.DataFrame) -> pd.Series:
    """Return, for each record, whether it is not current; records made just now have no such column and are."""
    return records.get("stale", pd.Series("", index=records.index)).astype(bool)


def did_not_learn(row: pd.Series) -> bool:
    """Return whether a record's validation MAP stayed near chance in both directions.

    Such a run is evidence of nothing but that it did not train.
    """
    return all(abs(row[f"validation_map_{task}"] - row["chance"]) < NEAR_CHANCE for task in TASKS)


def of_datasets(records: pd.DataFrame, names: Iterable[str] | None = None) -> list[tuple[str, pd.DataFrame]]:
    """Return name and records of each data set that has some.

    Args:
        records: one row a record.
        names: data sets, in the order that is wished (default: all, in the order of their appearance).
    """
    names = dict.fromkeys(records["dataset"]) if names is None else names
    groups = [(name, records[records["dataset"] == name]) for name in names]
    return [(name, group) for name, group in groups if len(group)]
