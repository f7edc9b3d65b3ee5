"""Where attention pays: on database items that trained, on those that did not, and with masks that are true."""

import pandas as pd

from adahlib.report.numbers import lookup, mean_and_std, seeds_of, signed, summary, three_decimals
from adahlib.report.paper import TASKS
from adahlib.report.tables import DATASET_TITLES


def unseen_table(measured: dict) -> pd.DataFrame:
    """Return MAP without attention and what both attentions add to it, by part of the database.

    Args:
        measured: what ``python -m benchmarks unseen`` kept; means over seeds.
    """
    rows = []
    for (dataset, bits, part), group in pd.DataFrame(measured["rows"]).groupby(["dataset", "bits", "part"], sort=False):
        row = {"Data set": DATASET_TITLES.get(dataset, dataset), "Bits": bits, "Database": part}
        for task, arrow in TASKS.items():
            found = group[group["task"] == task].set_index("attention")["map"]
            row |= {f"{arrow} none": three_decimals(found["none"])}
            row |= {f"{arrow} both − none": signed(found["both"] - found["none"])}
        rows.append(row | {"n": int(group["n"].min())})
    return pd.DataFrame(rows)


def true_mask_table(measured: dict, records: pd.DataFrame) -> pd.DataFrame:
    """Return MAP without masks, with those that G^I learns, and with the true foreground.

    Args:
        measured: what ``python -m benchmarks true_masks`` kept.
        records: of attention none and visual on the same data set and code length.
    """
    kinds = {"none": "none", "visual": "learnt by $G^I$", "true": f"true (cells of {measured['share']:.0%} foreground)"}
    both = pd.concat([records, pd.DataFrame(measured["rows"]).assign(attention="true", stale="")], ignore_index=True)
    found = summary(both, ["attention"])
    rows = []
    for attention, title in kinds.items():
        values = {task: lookup(found, attention=attention, task=task) for task in TASKS}
        cells = {arrow: mean_and_std(values[task]) for task, arrow in TASKS.items()}
        rows.append({"Masks of images": title} | cells | {"n": seeds_of(*values.values())})
    return pd.DataFrame(rows)
