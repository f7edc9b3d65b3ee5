"""Page ``decisions``: what the alternatives to each choice measured, and what attention adds where and when.

The alternatives come from ``report.alternatives``; what the page says on attention comes from the same records and
from measurements of their codes.
"""

from itertools import pairwise

import pandas as pd
from IPython.display import Markdown

from adahlib.report.alternatives import AS_SET, VALIDATION, option_names, unlearned_mark
from adahlib.report.display import Table, table
from adahlib.report.drawing import COLUMN, PALETTE, Chart, new_figure
from adahlib.report.summary import is_stale, is_unlearned, lookup, summary
from adahlib.report.text import EMPTY, STALE, counts_of_rows, mean_and_std, signed, stale_mark, three_decimals
from adahlib.report.titles import METHOD_TITLES, NOUNS, TASKS, dataset_title
from adahlib.report.wide import wide_table

GAP = "mask gap"  # P(attended | foreground) − P(attended | background)
# the options of which the first figure says what they do; the second has the others
OF_ATTENTION = {
    "adversarial_weight", "adversary_queries", "attention_beta1", "attention_learning_rate", "attention_warmup",
    "hash_steps", "mask_gradient", "score_deviation", "text_attention_learning_rate", "text_threshold",
}  # fmt: skip


def alternatives_of_adah(cells: pd.DataFrame, of_attention: bool) -> pd.DataFrame:
    """Return those of ``alternative_cells`` that set an option of the attention, or those that set none.

    Args:
        cells: of all methods; those of ADAH with both attentions are meant.
        of_attention: which of the two.
    """
    sets_one = cells["options"].map(lambda options: bool(OF_ATTENTION & set(options)))
    return cells[(cells["method"] == METHOD_TITLES["adah"]) & (sets_one.astype(bool) == of_attention)]


def alternatives_of_others(cells: pd.DataFrame) -> pd.DataFrame:
    """Return ``alternative_cells`` of the other methods; the method's name stands before those of its options."""
    others = cells[cells["method"] != METHOD_TITLES["adah"]]
    named = [(f"{row['method']} {option_names(row['options'])}",) for _, row in others.iterrows()]
    return others.assign(options=named, setting=others["method"] + " " + others["setting"])


def seed_spread(records: pd.DataFrame) -> dict[str, float]:
    """Return, for each data set, by how much two trainings differ that differ in their seed alone.

    It is √2 times the standard deviation of validation MAP over seeds, both directions pooled; a data set with one
    seed has none.
    """
    deviations = records.groupby("dataset")[list(VALIDATION.values())].std()
    pooled = (2 * (deviations**2).mean(axis=1)) ** 0.5
    return {dataset: float(value) for dataset, value in pooled.dropna().items()}


def decision(cells: pd.DataFrame, label: str, about: str, *names: str) -> Table | Markdown:
    """Return the numbered table of the alternatives for some options, or how to measure the first of them.

    Args:
        cells: of ``alternative_cells``.
        label: the table's name in the book.
        about: what the options are about, for the caption.
        *names: options; an alternative is shown that sets some of them and nothing else.
    """
    asked = cells["options"].map(lambda options: set(options) <= set(names)).astype(bool)
    found = cells[asked & (cells["method"] == METHOD_TITLES["adah"])]
    if found.empty:
        return Markdown(f"No alternative has been measured yet; {example(names[0])} with a value measures one.")
    seeds = "/".join(sorted({f"{n}" for n in found["n"]}))
    caption = f"{about}: validation MAP of ADAH *as set*, and differences from it; n = {seeds}. Box *Setting*."
    return table(decision_grid(found), caption, label)


def example(option: str) -> str:
    return f"`adah run --dataset emoji-scenes --method adah --bits 16 --seed 0 --set {option}=…`"


def decision_grid(cells: pd.DataFrame) -> pd.DataFrame:
    """Return alternatives as a grid: settings down, data sets and directions across.

    Args:
        cells: of ``alternative_cells``, of one method.

    Returns:
        The MAP of the choice in the first row, and below it differences from it, or that a run did not learn; at the
        right the masks' gap, where the data has true masks.
    """
    choice = cells[cells["chosen"]].drop_duplicates(["dataset", "task"]).assign(setting=AS_SET)
    others = cells[~cells["chosen"]].sort_values(["options", "order"], kind="stable")
    rows = [row for part in (choice, others) for _, row in part.iterrows()]
    maps = [grid_cell(row, TASKS[row["task"]], map_or_difference(row)) for row in rows]
    gaps = [row for row in rows if row["task"] == list(TASKS)[0] and pd.notna(row["gap"])]
    return wide_table(pd.DataFrame(maps + [grid_cell(row, GAP, three_decimals(row["gap"])) for row in gaps]))


def map_or_difference(row: pd.Series) -> str:
    """Return the MAP of a choice, the difference of an alternative, or that it did not learn."""
    return row["unlearned"] or (three_decimals(row["map"]) if row["chosen"] else signed(row["difference"]))


def grid_cell(row: pd.Series, title: str, text: str) -> dict:
    """Return a cell of ``decision_grid``, for ``wide_table``."""
    column = f"{NOUNS.get(row['dataset'], row['dataset'])} {title}"
    return {"Setting": row["setting"], "column": column, "value": float("nan"), "text": text + STALE * row["stale"]}


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


def trade_figure(rates: pd.DataFrame) -> Chart:
    """Return MAP and mask gap over the learning rate of G; a rate of 0 has no place on the logarithmic axis.

    Args:
        rates: of ``rates_of_attention``.
    """
    figure, axes = new_figure(COLUMN, 3.0, 1, 2, sharex=True)
    rates = rates[rates["rate"] > 0].sort_values("rate")
    for (task, arrow), colour, marker in zip(TASKS.items(), PALETTE, "os", strict=False):
        axes[0, 0].plot(rates["rate"], rates[f"map_{task}"], color=colour, marker=marker, label=arrow)
    axes[0, 0].set(xscale="log", xlabel="learning rate of G", ylabel="validation MAP")
    axes[0, 0].legend(frameon=True)
    axes[0, 1].plot(rates["rate"], rates["gap"], color=PALETTE[2], marker="D")
    axes[0, 1].set(xlabel="learning rate of G", ylabel="mask gap")
    figure.alt = trade_in_words(rates)
    return figure


def trade_in_words(rates: pd.DataFrame) -> str:
    """Return at which rates of G MAP and mask gap are highest."""
    columns = {f"{arrow} MAP": f"map_{task}" for task, arrow in TASKS.items()} | {"the mask gap": "gap"}
    best = {name: rates.loc[rates[column].idxmax()] for name, column in columns.items() if rates[column].notna().any()}
    said = [f"{name} is highest, {row[columns[name]]:.3f}, at a rate of {row['rate']:g}" for name, row in best.items()]
    return "; ".join(said) + "."


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
        rows.append({"Masks of images": title} | cells | {"n": counts_of_rows(*values.values())})
    return pd.DataFrame(rows)


def true_masks_in_words(measured: dict, records: pd.DataFrame) -> str:
    """Return in a sentence what learned masks add to MAP, and what true ones add to that, mean of both directions.

    Args:
        measured: the analysis ``true_masks``, without rows where it is not measured.
        records: of attention none and visual on the same data set and code length.
    """
    columns = [f"map_{task}" for task in TASKS]
    given = pd.DataFrame(measured["rows"], columns=columns)
    none, visual = (records[records["attention"] == kind][columns] for kind in ("none", "visual"))
    means = [rows.mean(axis=None) for rows in (none, visual, given)]
    if any(pd.isna(means)):
        return "Not all of these masks are measured yet."
    learned, true = (signed(more - less) for less, more in pairwise(means))
    added = f"learned masks add {learned} to the MAP without masks, true ones add {true} more"
    return f"In the mean of both directions {added}."
