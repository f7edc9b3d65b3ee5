"""Page ``decisions``: what the alternatives to each choice measured, on validation data, never on the test set.

An alternative is a run that sets some options; it is compared, seed by seed, with the run that differs from it only in
these options. What the page says on attention comes from the same records, and from measurements of their codes.
"""

from collections.abc import Collection

import pandas as pd
from IPython.display import Markdown
from matplotlib.figure import Figure

from adahlib.experiments import RunSpec
from adahlib.experiments.grids.conventions import table1_options
from adahlib.methods import METHODS
from adahlib.report.display import Table, table
from adahlib.report.drawing import PALETTE, new_figure
from adahlib.report.records import find_records
from adahlib.report.summary import is_stale, is_unlearned, lookup, summary
from adahlib.report.text import EMPTY, STALE, mean_and_std, seeds_of, signed, stale_mark, three_decimals
from adahlib.report.titles import BACKBONE_TITLES, TASKS, dataset_title

VALIDATION = {task: f"validation_map_{task}" for task in TASKS}
UNLEARNED = "did not learn"
GAP = "Mask gap"  # P(attended | foreground) − P(attended | background)
INPUTS = ("backbone", "image_size", "split_seed", "train_size")  # of a run, besides the options of its method


def measured_alternatives(datasets: Collection[str], bits: int = 16, profile: str = "cpu", root=None) -> pd.DataFrame:
    """Return the records of one code length and profile, with what each of them sets.

    Args:
        datasets: names of data sets.
        bits: code length q.
        profile: of hyperparameters.
        root: the results folder (default: the project's).

    Returns:
        Records as ``find_records`` gives them, with columns sets (dict: option → value, without those of the profile),
        setting (``sets`` in words), gap and unlearned (whether the run did not learn).
    """
    rows = find_records(root=root)
    rows = rows[(rows["bits"] == bits) & (rows["profile"] == profile) & rows["dataset"].isin(datasets)]
    protocols = pd.Series([record["spec"].get("protocol", "all") for record in rows["record"]], rows.index, dtype=str)
    rows = rows[protocols == "all"]  # the others are the same trainings, scored otherwise
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
        record: the whole record; it knows the images' side where ``image_size`` is 0, the backbone's own.
    """
    known = values | ({"image_size": record["data"]["image_size"]} if "image_size" in values else {})
    return "; ".join(f"{name.replace('_', ' ')} {value_in_words(value)}" for name, value in known.items())


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


def decision_table(rows: pd.DataFrame, *names: str) -> pd.DataFrame:
    """Return the alternatives that differ from the choice in some of ``names`` and in nothing else.

    Args:
        rows: of ``measured_alternatives``.
        *names: options; none of them: every alternative.

    Returns:
        A row per alternative, and one above them for the choice itself, with validation MAP, the mean difference over
        the seeds that both have (n), and the masks' gap where the data has true masks; empty if nothing was measured.
        Where a run did not learn it says so in place of the difference.
    """
    asked = rows["sets"].map(lambda sets: bool(sets) and (not names or set(sets) <= set(names)))
    alternatives = rows[asked.astype(bool)]
    table_rows = []
    for (dataset, method, attention), group in alternatives.groupby(["dataset", "method", "attention"], sort=False):
        same = (rows["dataset"] == dataset) & (rows["method"] == method) & (rows["attention"] == attention)
        choice = rows[same & ~rows["sets"].map(bool)].set_index("seed")
        table_rows.append(row_as_set(group, choice, names))
        for setting in in_order(group):
            table_rows.append(alternative_row(group[group["setting"] == setting].set_index("seed"), choice))
    columns = ["Data set", "Attention", "Setting", *task_columns(), GAP, "n"]
    return without_empty_gap(pd.DataFrame(table_rows, columns=columns))


def in_order(alternatives: pd.DataFrame) -> list[str]:
    """Return each setting once, by the names of its options and then by their values, numbers by their size."""
    settings = dict(zip(alternatives["setting"], alternatives["sets"], strict=True))
    return sorted(settings, key=lambda setting: order_key(settings[setting]))


def order_key(sets: dict[str, object]) -> tuple[list, list]:
    """Return what options are sorted by: their names, then their values."""
    values = [sets[name] for name in sorted(sets)]
    return sorted(sets), [(value if isinstance(value, int | float) else 0, str(value)) for value in values]


def row_as_set(alternatives: pd.DataFrame, choice: pd.DataFrame, names: tuple[str, ...]) -> dict:
    """Return the row of the choice itself, with the values it has for the options ``names``."""
    setting = "as set"
    if names and len(choice):
        record = choice["record"].iloc[0]
        values = record["spec"] | record["options"]
        setting = f"as set: {setting_of({name: values[name] for name in names if name in values}, record)}"
    return measured_cells(alternatives.iloc[0], setting, choice) | {"n": len(choice)}


def alternative_row(same: pd.DataFrame, choice: pd.DataFrame) -> dict:
    """Return the row of one alternative, with its differences from the choice over common seeds.

    A run that did not learn is marked and has no differences: it says nothing of what it sets.
    """
    seeds = same.index.intersection(choice.index)
    row = measured_cells(same.iloc[0], same["setting"].iloc[0], same)
    for task, arrow in TASKS.items():
        pairs = same.loc[seeds, VALIDATION[task]] - choice.loc[seeds, VALIDATION[task]]
        said = unlearned_mark(same) or unlearned_mark(choice) or signed(pairs.mean() if len(seeds) else None)
        row[f"{arrow} diff."] = said + (stale_mark(same) or stale_mark(choice))
    return row | {"n": len(same)}


def measured_cells(first: pd.Series, setting: str, rows: pd.DataFrame) -> dict:
    """Return the cells that a row of the choice and of an alternative share.

    Args:
        first: any row of the same data set, method and attention.
        setting: what stands in the column of that name.
        rows: the records, of several seeds.
    """
    cells = {
        "Data set": dataset_title(first["dataset"]),
        "Attention": first["attention"] or first["method"],
        "Setting": setting,
    }
    for task, arrow in TASKS.items():
        cells[arrow] = three_decimals(rows[VALIDATION[task]].mean()) + stale_mark(rows)
        cells[f"{arrow} diff."] = unlearned_mark(rows) or EMPTY
    return cells | {GAP: three_decimals(rows["gap"].mean()) + stale_mark(rows)}


def unlearned_mark(rows: pd.DataFrame) -> str:
    """Return ``did not learn`` for records of which some did not, with their number where others did; else ""."""
    count = int(rows["unlearned"].sum())
    return "" if not count else UNLEARNED if count == len(rows) else f"{count} of {len(rows)} {UNLEARNED}"


def task_columns() -> list[str]:
    return [name for arrow in TASKS.values() for name in (arrow, f"{arrow} diff.")]


def without_empty_gap(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table without the masks' column where no row has it."""
    return frame.drop(columns=[GAP]) if (frame[GAP] == EMPTY).all() else frame


def decision(rows: pd.DataFrame, label: str, *options: str) -> Table | Markdown:
    """Return the numbered table of some options' alternatives, or how to measure the first of them."""
    frame = decision_table(rows, *options)
    if frame.empty:
        option = options[0] if options else "option"
        return Markdown(f"No alternative has been measured yet; {example(option)} with a value measures one.")
    about = f"for {', '.join(name.replace('_', ' ') for name in options)}" if options else "of every kind"
    caption = f"Alternatives {about} at {rows['bits'].iloc[0]} bits, profile {rows['profile'].iloc[0]}."
    return table(frame, caption, label)


def example(option: str) -> str:
    return f"`adah run --dataset emoji-scenes --method adah --bits 16 --seed 0 --set {option}=…`"


def rates_of_attention(rows: pd.DataFrame, dataset: str) -> pd.DataFrame:
    """Return MAP and mask gap by the learning rate of G^I, of the runs that learned: one row a rate.

    Returns:
        Columns rate, map_t2i, map_i2t, gap, n and stale.
    """
    of_rate = rows["sets"].map(lambda sets: set(sets) <= {"attention_learning_rate"}).astype(bool)
    chosen = rows[(rows["dataset"] == dataset) & (rows["attention"] == "both") & of_rate & ~rows["unlearned"]]
    rates = [record["options"].get("attention_learning_rate") for record in chosen["record"]]
    values = {f"map_{task}": (VALIDATION[task], "mean") for task in TASKS}
    grouped = chosen.assign(rate=rates, stale=is_stale(chosen)).groupby("rate")
    return grouped.agg(**values, gap=("gap", "mean"), n=("gap", "size"), stale=("stale", "any")).reset_index()


def rate_table(rates: pd.DataFrame) -> pd.DataFrame:
    """Return ``rates_of_attention`` as text."""
    cells = {"Rate of G": [f"{rate:g}{STALE * old}" for rate, old in zip(rates["rate"], rates["stale"], strict=True)]}
    cells |= {f"{arrow} validation": rates[f"map_{task}"].map(three_decimals) for task, arrow in TASKS.items()}
    return pd.DataFrame(cells | {GAP: rates["gap"].map(three_decimals), "n": rates["n"]})


def trade_figure(rates: pd.DataFrame) -> Figure:
    """Return how the rate of G trades masks against MAP.

    Args:
        rates: columns rate, map_t2i, map_i2t (validation) and gap (attended | foreground − attended | background).
    """
    figure, axes = new_figure(8.4, 3.4, 1, 2, sharex=True)
    rates = rates.sort_values("rate")
    for (task, arrow), colour in zip(TASKS.items(), (PALETTE[0], PALETTE[1]), strict=True):
        axes[0, 0].plot(rates["rate"], rates[f"map_{task}"], color=colour, marker="o", label=arrow)
    axes[0, 0].set(xscale="log", xlabel="learning rate of G", ylabel="validation MAP")
    axes[0, 0].legend(frameon=True)
    axes[0, 1].plot(rates["rate"], rates["gap"], color=PALETTE[2], marker="s")
    axes[0, 1].set(xlabel="learning rate of G", ylabel="mask gap")
    return figure


def length_table(records: pd.DataFrame) -> pd.DataFrame:
    """Return a row per data set and length of training: validation MAP without and with both attentions, and the gain.

    Args:
        records: of the grid ``length``, with the whole record in column ``record``; one seed.
    """
    epochs = [record["options"]["epochs"] for record in records["record"]]
    records = records.assign(epochs=epochs, unlearned=is_unlearned(records))
    rows = []
    for (dataset, length), group in records.groupby(["dataset", "epochs"]):
        row = {"Data set": dataset_title(dataset), "Epochs": f"{length}{stale_mark(group)}"}
        by_attention = group.set_index("attention")
        for task, arrow in TASKS.items():
            found = by_attention[VALIDATION[task]]
            row |= {f"{arrow} {name}": three_decimals(found.get(name, float("nan"))) for name in ("none", "both")}
            both_there = {"none", "both"} <= set(found.index)
            gain = signed(found["both"] - found["none"]) if both_there else EMPTY
            row[f"{arrow} gain"] = unlearned_mark(group) or gain
        rows.append(row)
    return pd.DataFrame(rows)


def unseen_table(measured: dict, stale: str = "") -> pd.DataFrame:
    """Return MAP without attention and what both attentions add to it, by part of the database.

    Args:
        measured: the analysis ``unseen``; means over seeds.
        stale: why it is not current, or "".
    """
    rows = []
    for (dataset, bits, part), group in pd.DataFrame(measured["rows"]).groupby(["dataset", "bits", "part"], sort=False):
        row = {"Data set": dataset_title(dataset), "Bits": bits, "Database": part}
        for task, arrow in TASKS.items():
            found = group[group["task"] == task].set_index("attention")["map"]
            row |= {f"{arrow} none": three_decimals(found["none"]) + STALE * bool(stale)}
            row |= {f"{arrow} both − none": signed(found["both"] - found["none"]) + STALE * bool(stale)}
        rows.append(row | {"n": int(group["n"].min())})
    return pd.DataFrame(rows)


def true_mask_table(measured: dict, stale: str, records: pd.DataFrame) -> pd.DataFrame:
    """Return MAP without masks, with those that G^I learns, and with the true foreground.

    Args:
        measured: the analysis ``true_masks``.
        stale: why the analysis is not current, or "".
        records: of attention none and visual on the same data set and code length.
    """
    kinds = {"none": "none", "visual": "learnt by $G^I$", "true": f"true (cells of {measured['share']:.0%} foreground)"}
    given = pd.DataFrame(measured["rows"]).assign(attention="true", stale=stale)
    both = pd.concat([records, given], ignore_index=True)
    found = summary(both, ["attention"])
    rows = []
    for attention, title in kinds.items():
        values = {task: lookup(found, attention=attention, task=task) for task in TASKS}
        cells = {arrow: mean_and_std(values[task]) for task, arrow in TASKS.items()}
        rows.append({"Masks of images": title} | cells | {"n": seeds_of(*values.values())})
    return pd.DataFrame(rows)
