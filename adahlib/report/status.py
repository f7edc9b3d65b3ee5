"""Page ``status``: each record with its commit, date, machine, seconds and state; each page with its command."""

import pandas as pd

from adahlib.experiments import load_results
from adahlib.experiments.grids.lists import BOOK, grid, missing
from adahlib.report.numbers import is_stale
from adahlib.report.provenance import machine
from adahlib.report.records import with_records
from adahlib.report.tables import DATASET_TITLES

# page → the grids whose records it shows
PAGES = {
    "intro": ("table4",),
    "table1_map": ("table1", "database"),
    "table2_top500": ("table2",),
    "table3_networks": ("table3",),
    "table4_attention": ("table4",),
    "fig5_precision_recall": ("fig5",),
    "fig6_masks": ("fig6",),
    "decisions": ("decisions", "length"),
}


def page_table() -> pd.DataFrame:
    """Return the command that makes the records of each page, and how many of them are there."""
    rows = []
    for page, names in PAGES.items():
        specs = list({spec.record_path(): spec for name in names for spec in grid(name)}.values())
        there = len(specs) - len(missing(specs))
        commands = [*(f"`adah grid {name}`" for name in names), "`make pages`"]
        rows.append({"Page": f"{{doc}}`{page}`", "Records": f"{there} of {len(specs)}", "Made by": ", ".join(commands)})
    rows.append({"Page": "{doc}`quickstart`", "Records": "its own, not kept", "Made by": "`make book`"})
    return pd.DataFrame(rows)


def record_table(records: pd.DataFrame) -> pd.DataFrame:
    """Return one row a record: what it is, commit, date, machine, seconds, and whether it is current."""
    rows = []
    for row in records.sort_values(["label", "bits", "seed"]).itertuples():
        source = row.record["provenance"]
        rows.append(
            {
                "Method": row.label.replace("~", " ~ "),
                "Bits": row.bits,
                "Seed": row.seed,
                "Commit": f"{str(source['commit'])[:8]}{' + changes' if source['dirty'] else ''}",
                "Date": source["date"][:10],
                "Machine": machine(source),
                "Seconds": f"{source['seconds']['total']:.0f}",
                "State": f"stale: {row.stale}" if row.stale else "current",
            }
        )
    return pd.DataFrame(rows)


def all_records(datasets, root=None) -> list[tuple[str, str, pd.DataFrame]]:
    """Return name and title of each data set, and every record on it that there is, with column ``stale``."""
    rows = with_records(load_results(root, variations=True, stale=False), root)
    groups = [(name, rows[rows["dataset"] == name]) for name in datasets]
    return [(name, DATASET_TITLES.get(name, name), group) for name, group in groups if len(group)]


def summary_sentence(root=None) -> str:
    """Return how many records the book asks for, and how many of them are there, current and stale."""
    specs = grid("all")
    rows = with_records(load_results(root, variations=True, stale=False), root)
    asked = {str(spec.record_path()) for spec in specs}
    found = rows[rows["path"].isin(asked)] if len(rows) else rows
    stale = is_stale(found).sum()
    return (
        f"The tables and figures of this book ask for {len(specs)} records ({', '.join(BOOK)}); {len(found)} are "
        f"there, {stale} of them stale. Besides them there are {len(rows) - len(found)} records that no grid asks for."
    )
