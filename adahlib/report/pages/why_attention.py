"""Page ``why_attention``: the runs that test each hypothesis, what they are to cost, and what they measured."""

import pandas as pd

from adahlib.experiments import RunSpec
from adahlib.experiments.grids.estimate import expected_seconds, in_words, typical_seconds
from adahlib.experiments.grids.lists import grid
from adahlib.experiments.grids.why import PROTOCOL, SHARE_BITS, WHY, pairs_of_runs
from adahlib.paths import results_root
from adahlib.report.alternatives import setting_of, what_it_sets
from adahlib.report.claims import Evidence, claims_of
from adahlib.report.claims.verdict import STATES
from adahlib.report.pages.reproduce import time_taken
from adahlib.report.records import find_records
from adahlib.report.share_curve import gain_of
from adahlib.report.summary import is_stale
from adahlib.report.text import EMPTY, STALE, counts_of_rows, signed, three_decimals
from adahlib.report.titles import TASKS, dataset_title

ABOUT = {
    "why-share": "share of the database that is trained on",
    "why-mask": "learned mask or any mask",
    "why-frozen": "frozen or fine-tuned image network",
    "why-cells": "receptive field of a cell",
    "why-length": "number of epochs",
    "why-fresh": "new scenes",
}
PARTS = {"trained": "trained on", "unseen": "not trained on"}
MASKS = {
    "own": "its own",
    "start": "of the untrained G",
    "swapped": "of another item",
    "agreement of images": "images: equal to those of the untrained G",
    "agreement of texts": "texts: equal to those of the untrained G",
}
SECTIONS = {name.removeprefix("why-"): title.capitalize() for name, title in ABOUT.items()}
CLAIMED = {  # section → what the names of its claims begin with
    "share": ("why-share-", "why-unseen-"),
    "mask": ("why-mask", "why-weight-"),
    "frozen": ("why-frozen-", "why-whole-gain-"),
    "cells": ("why-cells-",),
    "length": ("why-length-",),
    "fresh": ("why-fresh-",),
}


def plan_table() -> pd.DataFrame:
    """Return each grid: what it is about, how many runs it has and how many are done, its cost, and its command."""
    typical = typical_seconds(results_root())
    rows = []
    for name in WHY:
        specs = grid(name)
        records = find_records(specs)
        took = time_taken(sum(record["provenance"]["seconds"]["total"] for record in records.get("record", [])))
        estimate = in_words([expected_seconds(spec, typical) for spec in specs])
        rows.append(
            {
                "Hypothesis": ABOUT[name],
                "Planned": len(specs),
                "Done": len(records),
                "Time, one run after another": took if len(records) == len(specs) else estimate,
                "Command": f"`adah grid {name}`",
            }
        )
    return pd.DataFrame(rows)


def claimed_in(section: str) -> list[str]:
    """Return the names of the claims of a section of the page, in the order of the list of claims."""
    return [claim.name for claim in claims_of("why_attention") if claim.name.startswith(CLAIMED[section])]


def verdict_counts(evidence: Evidence) -> str:
    """Return how many of the page's claims have each verdict, in words."""
    found = [claim.verdict(evidence).state for claim in claims_of("why_attention")]
    counts = ", ".join(f"{found.count(state)} {state}" for state in STATES if state in found)
    return f"Of {len(found)} statements: {counts}."


def references(specs: list[RunSpec]) -> list[RunSpec]:
    """Return the runs of the tables that a grid's runs are compared with: those of the profile, none and both."""
    kinds = {(spec.dataset, spec.bits) for spec in specs if spec.dataset in PROTOCOL}
    return [spec for dataset, bits in sorted(kinds) for spec in pairs_of_runs(dataset, bits)]


def why_records(name: str, root=None) -> pd.DataFrame:
    """Return the records of a grid, with those of the tables that they are compared with."""
    specs = grid(name)
    return find_records(list(dict.fromkeys([*references(specs), *specs])), root=root)


def gain_rows(records: pd.DataFrame) -> pd.DataFrame:
    """Return MAP and gain over none by data set, code length and setting: means over seeds, and n.

    Where a gain is over fewer seeds than the MAP beside it, n says both: ``3; gain: 2``.

    Args:
        records: of one grid and of the runs that it is compared with, with their whole record.
    """
    sets = [what_it_sets(record["spec"]) for record in records["record"]]
    settings = [setting_in_words(each, record) for each, record in zip(sets, records["record"], strict=True)]
    records = records.assign(setting=settings, old=is_stale(records))
    rows = []
    for (dataset, bits, setting), group in records.groupby(["dataset", "bits", "setting"], sort=False):
        for attention in dict.fromkeys(group["attention"]):
            own = group[group["attention"] == attention]
            row = {"Data set": dataset_title(dataset), "Bits": bits, "Setting": setting, "Attention": attention}
            rows.append(row | with_gain(own, base_of(records, group, attention)))
    return pd.DataFrame(rows)


def setting_in_words(values: dict[str, object], record: dict) -> str:
    """Return what a run sets; of a fine-tuned one which blocks of the image network are trained, in words."""
    values = dict(values)
    rate, first = values.pop("backbone_rate", None), values.pop("fine_tune_from", 0)
    if not values.pop("fine_tune", False):
        return setting_of(values, record) or "profile"
    part = f"blocks of E^I from {first} on trained" if first else "all of E^I trained"
    rate = f", at {rate:g} of the rate" if rate else ""
    return "; ".join(filter(None, [part + rate, setting_of(values, record)]))


def base_of(records: pd.DataFrame, group: pd.DataFrame, attention: str) -> pd.DataFrame:
    """Return the runs without attention that a gain is over: of the same setting, else of the profile."""
    if attention == "none":
        return group.head(0)
    own = group[group["attention"] == "none"]
    if len(own):
        return own
    same = (records["dataset"] == group["dataset"].iloc[0]) & (records["bits"] == group["bits"].iloc[0])
    return records[same & (records["setting"] == "profile") & (records["attention"] == "none")]


def with_gain(own: pd.DataFrame, base: pd.DataFrame) -> dict[str, str | int]:
    """Return MAP of both directions, what it gains over the runs of the same seeds without attention, and n.

    A gain carries the dagger where a run on either side of it is stale.
    """
    own, base = own.set_index("seed"), base.set_index("seed")
    seeds = own.index.intersection(base.index)
    mark = STALE * bool(own["old"].any())
    gain_mark = STALE * bool((own.loc[seeds, "old"] | base.loc[seeds, "old"]).any())
    cells: dict[str, str | int] = {}
    for task, arrow in TASKS.items():
        cells[arrow] = three_decimals(own[f"map_{task}"].mean()) + mark
        gain = (own.loc[seeds, f"map_{task}"] - base.loc[seeds, f"map_{task}"]).mean()
        cells[f"{arrow} gain"] = signed(gain, 4) + gain_mark
    fewer = 0 < len(seeds) < len(own)
    return cells | {"n": f"{len(own)}; gain: {len(seeds)}" if fewer else len(own)}


def shares_table(measured: dict, stale: str = "") -> pd.DataFrame:
    """Return the gain by number of training pairs and part of the database, means over the seeds that both have.

    Args:
        measured: the analysis ``shares``.
        stale: why it is not current, or "".
    """
    frame = pd.DataFrame(measured["rows"])
    rows = []
    for (size, dataset), group in frame.groupby(["train_size", "dataset"]):
        row = {"Data set": dataset_title(dataset), "Training pairs": f"{size:,}"}
        found = gains_by_part(group)
        for name, gain in found.items():
            row[name] = signed(gain["gain"], 4) + STALE * bool(stale and gain["n"])
        rows.append(row | {"n": counts_of_rows(*found.values()), "Bits": SHARE_BITS})
    return pd.DataFrame(rows).sort_values("Data set", kind="stable")


def gains_by_part(group: pd.DataFrame) -> dict[str, dict]:
    """Return the gains of one number of training pairs, as ``gain_of`` gives them, by their columns of the table."""
    return {
        f"{arrow} {title}": gain_of(group[(group["task"] == task) & (group["part"] == part)])
        for task, arrow in TASKS.items()
        for part, title in PARTS.items()
    }


def masks_table(measured: dict, stale: str = "") -> pd.DataFrame:
    """Return MAP by the masks that a training is encoded with, and how far they agree with their start.

    Args:
        measured: the analysis ``masks``.
        stale: why it is not current, or "".
    """
    mark, rows = STALE * bool(stale), []
    frame = pd.DataFrame(measured["rows"])
    for (dataset, masks), group in frame.groupby(["dataset", "masks"], sort=False):
        mean = group.mean(numeric_only=True)
        row = {"Data set": dataset_title(dataset), "Masks": MASKS.get(masks, masks)}
        row |= {arrow: three_decimals(mean.get(f"map_{task}")) + mark for task, arrow in TASKS.items()}
        row |= {"Share of equal values": three_decimals(mean.get("agreement")) + mark}
        row |= {"Share by chance": three_decimals(mean.get("chance")) + mark}
        rows.append({name: EMPTY if cell == EMPTY + mark else cell for name, cell in row.items()} | {"n": len(group)})
    return pd.DataFrame(rows)
