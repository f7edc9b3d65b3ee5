"""Alternatives to the options that were set: a run that sets some, beside the run that differs from it only in these.

``measured_alternatives`` finds the records, ``alternative_cells`` pairs each with its choice, seed by seed, on
validation data and never on the test set. The figures, tables and downloads
of the page ``decisions`` have their numbers from it.
"""

from collections.abc import Collection, Iterable

import pandas as pd

from adahlib.experiments import RunSpec
from adahlib.experiments.grids.conventions import table1_options
from adahlib.methods import METHODS
from adahlib.report.records import find_records
from adahlib.report.summary import is_stale, is_unlearned
from adahlib.report.titles import BACKBONE_TITLES, TASKS, method_name

VALIDATION = {task: f"validation_map_{task}" for task in TASKS}
INPUTS = ("backbone", "image_size", "split_seed", "train_size")  # of a run, besides the options of its method
AS_SET, UNLEARNED = "as set", "did not learn"
CELLS = ("dataset", "method", "options", "values", "setting", "order", "chosen", "task")
CELLS += ("map", "difference", "std", "n", "gap", "unlearned", "stale")


def measured_alternatives(datasets: Collection[str], bits: int = 16, profile: str = "cpu", root=None) -> pd.DataFrame:
    """Return the records of one code length and profile, with what each of them sets.

    Args:
        datasets: names of data sets.
        bits: code length q.
        profile: of hyperparameters.
        root: the results folder (default: the project's).

    Returns:
        Records as ``find_records`` gives them, in the order of the data sets, with columns sets (dict: option → value,
        without those of the profile), setting (``sets`` in words), gap and unlearned (whether the run did not learn).
    """
    rows = find_records(root=root)
    rows = rows[(rows["bits"] == bits) & (rows["profile"] == profile) & rows["dataset"].isin(datasets)]
    protocols = pd.Series([record["spec"].get("protocol", "all") for record in rows["record"]], rows.index, dtype=str)
    rows = rows[protocols == "all"]  # the others are the same trainings, scored otherwise
    rows = rows.sort_values("dataset", key=lambda names: names.map(list(datasets).index), kind="stable")
    rows = rows.reindex(columns=[*rows.columns, *(name for name in VALIDATION.values() if name not in rows)])
    chosen = [what_it_sets(record["spec"]) for record in rows["record"]]
    settings = [setting_of(sets, record) for sets, record in zip(chosen, rows["record"], strict=True)]
    found = {"sets": chosen, "setting": settings, "gap": gap(rows), "unlearned": is_unlearned(rows)}
    return rows.assign(**found).reset_index(drop=True)


def what_it_sets(spec: dict) -> dict[str, object]:
    """Return the options and inputs in which a record's run differs from the profile, and from its row in Table 1."""
    usual = RunSpec(spec["dataset"], spec["method"], spec["bits"], profile=spec["profile"])
    inputs = {name: spec[name] for name in INPUTS if spec.get(name, getattr(usual, name)) != getattr(usual, name)}
    row = table1_options(spec["method"])
    without = {name: getattr(METHODS[spec["method"]].Options, name) for name in row}
    options = {name: value for name, value in (without | spec["options"]).items() if row.get(name, ...) != value}
    return dict(sorted((inputs | options).items()))


def setting_of(values: dict[str, object], record: dict) -> str:
    """Return a record's options as a reader would say them: ``margin 0.5; text threshold mean``.

    Args:
        values: option → value.
        record: the whole record, as ``known_values`` has it.
    """
    known = known_values(values, record)
    return "; ".join(f"{name.replace('_', ' ')} {value_in_words(value)}" for name, value in known.items())


def values_in_words(values: dict[str, object], record: dict) -> str:
    """Return the values alone, without the names of their options: ``0.5, mean``."""
    return ", ".join(map(value_in_words, known_values(values, record).values()))


def known_values(values: dict[str, object], record: dict) -> dict[str, object]:
    """Return values with the side of the record's images where ``image_size`` is 0, which stands for the backbone's."""
    return values | ({"image_size": record["data"]["image_size"]} if "image_size" in values else {})


def value_in_words(value: object) -> str:
    """Return an option's value: on or off, a number, the widths of layers, or a name."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list | tuple):
        return " and ".join(map(value_in_words, value)) or "none"
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    return BACKBONE_TITLES.get(value, str(value))


def gap(rows: pd.DataFrame) -> pd.Series:
    """Return P(attended | foreground) − P(attended | background), nan where it was not measured."""
    if "attended_given_foreground" not in rows:
        return pd.Series(float("nan"), index=rows.index)
    return rows["attended_given_foreground"] - rows["attended_given_background"]


def alternative_cells(rows: pd.DataFrame) -> pd.DataFrame:
    """Return every alternative and, beside it, the choice that it is an alternative to, in a long form.

    Args:
        rows: of ``measured_alternatives``.

    Returns:
        A row per data set, method, options that are set, their values, and direction: columns dataset, method (its
        title), options (their names), values (as a reader would say them), setting (both), order (what values are
        sorted by), chosen (whether it is the choice itself), task, map (of validation queries), difference (its mean
        over the seeds that both have; nan where a run did not learn), std (nan for one seed), n (of those seeds), gap,
        unlearned (in words) and stale.
    """
    found = []
    for _, group in rows.groupby(["dataset", "method", "attention"], sort=False):
        differs = group["sets"].map(bool).astype(bool)
        choice = group[~differs].set_index("seed")
        for options, own in of_options(group[differs]):
            found += cells_of(choice, choice, options, chosen_values(choice, options), True)
            for setting in dict.fromkeys(own["setting"]):
                same = own[own["setting"] == setting].set_index("seed")
                found += cells_of(same, choice, options, same["sets"].iloc[0], False)
    return pd.DataFrame(found, columns=CELLS)


def of_options(alternatives: pd.DataFrame) -> list[tuple[tuple[str, ...], pd.DataFrame]]:
    """Return the names of the options that alternatives set, each once, with the alternatives that set just these."""
    names = alternatives["sets"].map(tuple)
    return [(options, alternatives[[own == options for own in names]]) for options in dict.fromkeys(names)]


def chosen_values(choice: pd.DataFrame, options: Iterable[str]) -> dict[str, object]:
    """Return the values that the choice's runs have for some options; without those that its records do not name."""
    if choice.empty:
        return {}
    record = choice["record"].iloc[0]
    known = record["spec"] | record["options"]
    return {name: known[name] for name in options if name in known}


def cells_of(
    same: pd.DataFrame, choice: pd.DataFrame, options: tuple[str, ...], values: dict[str, object], chosen: bool
) -> list[dict]:
    """Return the cells of one setting, a direction each; none without a run.

    Args:
        same: the runs of the setting, by seed.
        choice: the runs that it is compared with, by seed.
        options: names of what it sets.
        values: their values.
        chosen: whether it is the choice itself.
    """
    if same.empty:
        return []
    first, record = same.iloc[0], same["record"].iloc[0]
    shown = {
        "dataset": first["dataset"],
        "method": method_name(first),
        "options": options,
        "values": values_in_words(values, record) or AS_SET,
        "setting": setting_of(values, record),
        "order": tuple((value if isinstance(value, int | float) else 0, str(value)) for value in values.values()),
        "chosen": chosen,
    }
    said = unlearned_mark(same) or unlearned_mark(choice)
    old = bool(is_stale(same).any() or is_stale(choice).any())
    seeds = same.index.intersection(choice.index)
    cells = []
    for task, column in VALIDATION.items():
        pairs = same.loc[seeds, column] - choice.loc[seeds, column]
        pairs = pairs[:0] if said else pairs
        measured = {"map": same[column].mean(), "difference": pairs.mean(), "std": pairs.std(), "n": len(seeds)}
        cells.append(shown | {"task": task} | measured | {"gap": same["gap"].mean(), "unlearned": said, "stale": old})
    return cells


def unlearned_mark(rows: pd.DataFrame) -> str:
    """Return ``did not learn`` for records of which some did not, with their number where others did; else ""."""
    count = int(rows["unlearned"].sum())
    return "" if not count else UNLEARNED if count == len(rows) else f"{count} of {len(rows)} {UNLEARNED}"


def option_names(options: Iterable[str]) -> str:
    """Return options as a reader would say them: ``distance, margin``."""
    return ", ".join(name.replace("_", " ") for name in options)


def long_form(cells: pd.DataFrame) -> pd.DataFrame:
    """Return ``alternative_cells`` as they are downloaded: the settings in words, and rounded numbers."""
    return cells.drop(columns=["options", "values", "order"]).round(4)
