"""The table at a page's end, "Behind this page": which code made its records, when, where, and how long it took."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from adahlib.errors import AdahError
from adahlib.experiments.analyses.kept import read_analysis
from adahlib.report.captions import each
from adahlib.report.display import Table, table
from adahlib.report.measured import commit_of
from adahlib.report.summary import is_stale


def behind_page(records: pd.DataFrame, label: str, *others: pd.DataFrame, analyses: Iterable[str] = ()) -> Table:
    """Return the numbered table of ``behind_table`` with its caption.

    Args:
        records: what the page shows, one row a record.
        label: the table's name in the book.
        others: further records that the page shows; each record counts once.
        analyses: names of those that the page shows.
    """
    shown = pd.concat([records, *others]).drop_duplicates("path") if others else records
    frame = pd.concat([behind_table(shown), behind_analyses(analyses)], ignore_index=True)
    return table(frame, "The runs behind this page.", label)


def behind_analyses(names: Iterable[str], root: Path | str | None = None) -> pd.DataFrame:
    """Return commit, date, machine and versions of analyses, one row each; of those that are there."""
    rows = []
    for name in names:
        try:
            source = read_analysis(name, root)["provenance"]
        except AdahError:
            continue
        about = f"commit {commit_of(source, 12)}, {source['date'][:10]}, {machine(source)}, Python {source['python']}"
        rows.append({"Fact": f"Analysis {name}", "Value": f"{about}, {versions(source)}"})
    return pd.DataFrame(rows, columns=["Fact", "Value"])


def behind_table(records: pd.DataFrame) -> pd.DataFrame:
    """Return commit, dates, machine, versions and duration of the records behind a page, one row a fact."""
    if records.empty:
        return pd.DataFrame({"Fact": ["Records"], "Value": ["none yet"]})
    sources = [record["provenance"] for record in records["record"]]
    dates = sorted(source["date"][:10] for source in sources)
    seconds = [source["seconds"]["total"] for source in sources]
    facts = {
        "Records": f"{len(sources)}, of them {sum(source['dirty'] for source in sources)} from uncommitted code",
        "Stale records": stale_reasons(records),
        "Proofs": proofs_needed(records),
        "Commit": each(str(source["commit"])[:12] for source in sources),
        "Date": each([dates[0], dates[-1]]).replace(" or ", " to "),
        "Machine": each(machine(source) for source in sources),
        "Python": each(source["python"] for source in sources),
        "Libraries": each(versions(source) for source in sources),
        "Seconds a run": f"{min(seconds):.0f} to {max(seconds):.0f}",
        "Data hash": each(record["data"]["hash"][:12] for record in records["record"]),
    }
    return pd.DataFrame({"Fact": facts.keys(), "Value": facts.values()})


def proofs_needed(records: pd.DataFrame) -> str:
    """Return how many proofs keep records current that would be stale; records made just now need none."""
    count = len({name for names in records.get("proofs", []) for name in names})
    return f"{count}, listed on {{doc}}`status`" if count else "none needed"


def stale_reasons(records: pd.DataFrame) -> str:
    """Return how many records are not current, and what has changed since, most frequent first."""
    stale = records[is_stale(records)]
    if stale.empty:
        return "none"
    reasons = Counter(part for reason in stale["stale"] for part in reason.split("; "))
    return f"{len(stale)}: {', '.join(reason for reason, _ in reasons.most_common())}"


def machine(source: dict) -> str:
    """Return device, processor and threads of one record."""
    device = "CPU" if source["device"] == "cpu" else source["device"]
    return f"{device}, {source['processor']}, {source['threads']} threads".replace(" 1 threads", " 1 thread")


def versions(source: dict) -> str:
    return ", ".join(f"{name} {version}" for name, version in source["versions"].items() if version)
