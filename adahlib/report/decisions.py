"""Page ``decisions``: what the alternatives to each choice measured, on validation data, never on the test set.

An alternative is a record whose label carries ``~option=value``; it is compared, seed by seed, with the record that
differs from it only in these options.
"""

import pandas as pd
from IPython.display import Markdown

from adahlib.experiments import load_results
from adahlib.report.captions import stale_part
from adahlib.report.display import table
from adahlib.report.numbers import EMPTY, STALE, is_stale, signed, stale_mark, three_decimals
from adahlib.report.paper import TASKS
from adahlib.report.records import with_records
from adahlib.report.tables import DATASET_TITLES

VALIDATION = {task: f"validation_map_{task}" for task in TASKS}
GAP = "Mask gap"  # P(attended | foreground) − P(attended | background)


def measured_alternatives(datasets, bits: int = 16, profile: str = "cpu", root=None) -> pd.DataFrame:
    """Return the records of one code length and profile with columns stem, options (dict), gap and record.

    Args:
        datasets: names of data sets.
        bits: code length q.
        profile: of hyperparameters.
        root: the results folder (default: the project's).
    """
    rows = load_results(root, variations=True, stale=False)
    rows = rows[(rows["bits"] == bits) & (rows["profile"] == profile) & rows["dataset"].isin(datasets)]
    rows = rows[~rows["label"].str.contains("~protocol=", regex=False)]  # the same training, scored otherwise
    rows = rows.reindex(columns=[*rows.columns, *(name for name in VALIDATION.values() if name not in rows)])
    parsed = [parse_label(label) for label in rows["label"]]
    rows = rows.assign(stem=[stem for stem, _ in parsed], options=[options for _, options in parsed], gap=gap(rows))
    return with_records(rows.reset_index(drop=True), root)


def parse_label(label: str) -> tuple[str, dict[str, str]]:
    """Return a label without its options, and the options: ``adah-both~quick~margin=2.0`` → ``adah-both~quick``, …"""
    parts = label.split("~")
    options = dict(part.split("=", 1) for part in parts if "=" in part)
    return "~".join(part for part in parts if "=" not in part), options


def gap(rows: pd.DataFrame) -> pd.Series:
    """Return P(attended | foreground) − P(attended | background), nan where it was not measured."""
    if "attended_given_foreground" not in rows:
        return pd.Series(float("nan"), index=rows.index)
    return rows["attended_given_foreground"] - rows["attended_given_background"]


def decision_table(rows: pd.DataFrame, *names: str) -> pd.DataFrame:
    """Return the alternatives that differ from a plain record in some of ``names`` and in nothing else.

    Args:
        rows: of ``measured_alternatives``.
        *names: options; none of them: every alternative.

    Returns:
        A row per alternative, and one above them for the choice itself, with validation MAP, the mean difference over
        the seeds that both have (n), and the masks' gap where the data has true masks; empty if nothing was measured.
    """
    asked = rows["options"].map(lambda options: bool(options) and (not names or set(options) <= set(names)))
    alternatives = rows[asked.astype(bool)]
    table_rows = []
    for (dataset, stem), group in alternatives.groupby(["dataset", "stem"], sort=False):
        plain = rows[(rows["dataset"] == dataset) & (rows["stem"] == stem) & ~rows["options"].map(bool)]
        plain = plain.set_index("seed")
        table_rows.append(chosen_row(dataset, stem, plain, names))
        for variation, same in group.groupby("variation", sort=True):
            table_rows.append(alternative_row(dataset, stem, variation, same.set_index("seed"), plain))
    columns = ["Data set", "Attention", "Setting", *task_columns(), GAP, "n"]
    return without_empty_gap(pd.DataFrame(table_rows, columns=columns))


def chosen_row(dataset: str, stem: str, plain: pd.DataFrame, names: tuple[str, ...]) -> dict:
    """Return the row of the choice itself, with the values it has for the options ``names``."""
    own = plain["record"].iloc[0] if len(plain) else {"options": {}, "spec": {}}
    values = own["spec"] | own["options"]
    setting = "; ".join(["chosen", *(f"{name}={values.get(name, '?')}" for name in names)])
    return measured_cells(dataset, stem, setting, plain) | {"n": len(plain)}


def alternative_row(dataset: str, stem: str, variation: str, same: pd.DataFrame, plain: pd.DataFrame) -> dict:
    """Return the row of one alternative, with its differences from the choice over common seeds."""
    seeds = same.index.intersection(plain.index)
    row = measured_cells(dataset, stem, variation, same)
    for task, arrow in TASKS.items():
        pairs = same.loc[seeds, VALIDATION[task]] - plain.loc[seeds, VALIDATION[task]]
        row[f"{arrow} diff."] = signed(pairs.mean() if len(seeds) else None) + (stale_mark(same) or stale_mark(plain))
    return row | {"n": len(same)}


def measured_cells(dataset: str, stem: str, setting: str, rows: pd.DataFrame) -> dict:
    """Return the cells that a row of the choice and of an alternative share."""
    cells = {
        "Data set": DATASET_TITLES.get(dataset, dataset),
        "Attention": attention_of(stem),
        "Setting": readable(setting),
    }
    for task, arrow in TASKS.items():
        cells[arrow] = three_decimals(rows[VALIDATION[task]].mean()) + stale_mark(rows)
        cells[f"{arrow} diff."] = EMPTY
    return cells | {GAP: three_decimals(rows["gap"].mean()) + stale_mark(rows)}


def attention_of(stem: str) -> str:
    """Return ``both`` of ``adah-both``; the stem itself for a method without attention."""
    return stem.partition("-")[2] or stem


def readable(setting: str) -> str:
    """Return a setting with room to break lines."""
    return setting.replace(", ", "; ").replace("=", " = ")


def task_columns() -> list[str]:
    return [name for arrow in TASKS.values() for name in (arrow, f"{arrow} diff.")]


def without_empty_gap(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table without the masks' column where no row has it."""
    return frame.drop(columns=[GAP]) if (frame[GAP] == EMPTY).all() else frame


def decision(rows: pd.DataFrame, name: str, *options: str) -> Markdown:
    """Return the numbered table of some options' alternatives, or how to measure the first of them."""
    frame = decision_table(rows, *options)
    if frame.empty:
        option = options[0] if options else "option"
        return Markdown(f"No alternative has been measured yet; {example(option)} with a value measures one.")
    about = f"for {', '.join(options)}" if options else "of every kind"
    caption = (
        f"Alternatives {about} at {rows['bits'].iloc[0]} bits: MAP of validation queries over the rest of "
        "the database, mean over n seeds; differences from the chosen row over the seeds "
        "that both have."
    )
    caption += "".join(f" {text}." for text in stale_part(rows))
    if GAP in frame:
        caption += " Mask gap: P(attended | foreground) − P(attended | background)."
    return table(frame, caption, name)


def example(option: str) -> str:
    return f"`adah run --dataset emoji-scenes --method adah --bits 16 --seed 0 --set {option}=…`"


def rates_of_attention(rows: pd.DataFrame, dataset: str) -> pd.DataFrame:
    """Return MAP and mask gap by the learning rate of G^I: columns rate, map_t2i, map_i2t, gap, n; one row a rate."""
    of_rate = rows["options"].map(lambda options: set(options) <= {"attention_learning_rate"}).astype(bool)
    chosen = rows[(rows["dataset"] == dataset) & (rows["attention"] == "both") & of_rate]
    rates = [record["options"].get("attention_learning_rate") for record in chosen["record"]]
    values = {f"map_{task}": (VALIDATION[task], "mean") for task in TASKS}
    grouped = chosen.assign(rate=rates, stale=is_stale(chosen)).groupby("rate")
    return grouped.agg(**values, gap=("gap", "mean"), n=("gap", "size"), stale=("stale", "any")).reset_index()


def rate_table(rates: pd.DataFrame) -> pd.DataFrame:
    """Return ``rates_of_attention`` as text."""
    cells = {"Rate of G": [f"{rate:g}{STALE * old}" for rate, old in zip(rates["rate"], rates["stale"], strict=True)]}
    cells |= {f"{arrow} validation": rates[f"map_{task}"].map(three_decimals) for task, arrow in TASKS.items()}
    return pd.DataFrame(cells | {GAP: rates["gap"].map(three_decimals), "n": rates["n"]})
