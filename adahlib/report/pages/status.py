"""Page ``status``: each record with its commit, date, machine, seconds and state; each page with its commands."""

import json
from pathlib import Path

import pandas as pd

from adahlib.experiments.grids.lists import BOOK as BOOK_GRIDS
from adahlib.experiments.grids.lists import grid, missing
from adahlib.experiments.records.proofs import FOLDER
from adahlib.paths import PROJECT
from adahlib.report.alternatives import setting_of, what_it_sets
from adahlib.report.behind import machine
from adahlib.report.book.contents import BOOK, Page
from adahlib.report.measured import commit_of
from adahlib.report.summary import is_stale
from adahlib.report.text import EMPTY
from adahlib.report.titles import method_name
from adahlib.visible import visible_paths

RUN_AGAIN = {"records": "`make pages`", "live": "`make book`", "text": EMPTY}  # by the kind of page


def page_table(root: Path | str | None = None) -> pd.DataFrame:
    """Return what each page of the book shows, how many of its records are there, and the commands that make it."""
    rows = []
    for page in BOOK:
        commands = [f"`adah grid {name}`" for name in page.grids]
        commands += [f"`adah analyse {name}`" for name in page.analyses]
        commands += [f"`python -m benchmarks {name}`" for name in page.benchmarks]
        made_by = ", ".join([*commands, RUN_AGAIN[page.kind]])
        rows.append({"Page": f"{{doc}}`{page.stem}`", "Records": records_of(page, root), "Made by": made_by})
    return pd.DataFrame(rows)


def records_of(page: Page, root: Path | str | None = None) -> str:
    """Return how many of a page's records are there, as ``10 of 12``; a dash for a page without records."""
    if page.kind == "live":
        return "its own, not kept"
    specs = list({spec.record_path(): spec for name in page.grids for spec in grid(name)}.values())
    return f"{len(specs) - len(missing(specs, root))} of {len(specs)}" if specs else EMPTY


def record_table(records: pd.DataFrame) -> pd.DataFrame:
    """Return one row a record: what it is, commit, date, machine, seconds, and whether it is current."""
    rows = []
    for row in records.sort_values(["label", "bits", "seed"]).itertuples():
        source = row.record["provenance"]
        rows.append(
            {
                "Method": method_and_setting(row.record),
                "Bits": row.bits,
                "Seed": row.seed,
                "Commit": commit_of(source, 8),
                "Date": source["date"][:10],
                "Machine": machine(source),
                "Seconds": f"{source['seconds']['total']:.0f}",
                "State": state_of(row.stale, row.proofs),
            }
        )
    return pd.DataFrame(rows)


def state_of(stale: str, proofs: tuple[str, ...]) -> str:
    """Return a record's state in words: current, with the number of proofs that keep it so, or stale and why."""
    if stale:
        return f"stale: {stale}"
    return f"current ({len(proofs)} proof{'s' * (len(proofs) != 1)})" if proofs else "current"


def method_and_setting(record: dict) -> str:
    """Return a record's method, profile, and what it sets beside them: ``ADAH, profile quick; margin 2``."""
    spec = record["spec"]
    name = method_name({"method": spec["method"], "attention": spec["attention"], "record": record})
    protocol = spec.get("protocol", "all")
    parts = [f"{name}, profile {spec['profile']}", f"protocol {protocol}" * (protocol != "all")]
    return "; ".join(filter(None, [*parts, setting_of(what_it_sets(spec), record)]))


def proof_table(root: Path | str | None = None) -> pd.DataFrame:
    """Return the proofs that rearranged code gives the same numbers: what, when, on what, and how much was compared."""
    rows = []
    for path in visible_paths(Path(root or PROJECT / "results") / FOLDER, "*.json"):
        proof = json.loads(path.read_text(encoding="utf-8"))
        rows.append(
            {
                "Proof": proof["why"],
                "Date": proof["date"][:10],
                "Machine": machine(proof),
                "Runs compared": len(proof["runs"]),
                "Changed statements seen": sum(proof["statements"].values()),
                "Base": proof["base"][:8],
            }
        )
    return pd.DataFrame(rows)


def summary_sentence(records: pd.DataFrame) -> str:
    """Return how many records the book asks for, and how many of them are there, current and stale.

    Args:
        records: every record that there is, as ``find_records`` gives them.
    """
    specs = grid("all")
    asked = {str(spec.record_path()) for spec in specs}
    found = records[records["path"].isin(asked)] if len(records) else records
    by_proof = sum(bool(proofs) and not stale for proofs, stale in zip(found["proofs"], found["stale"], strict=True))
    return (
        f"The tables and figures of this book ask for {len(specs)} records ({', '.join(BOOK_GRIDS)}); {len(found)} are "
        f"there, {is_stale(found).sum()} of them stale and {by_proof} current by proof. A further "
        f"{len(records) - len(found)} records belong to no table or figure of this book."
    )
