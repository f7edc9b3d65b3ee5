"""What was measured beyond records, for the pages that show it: benchmarks, and analyses of several runs."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
from IPython.display import Markdown

from adahlib.errors import AdahError, unknown_name
from adahlib.experiments.analyses.kept import read_analysis
from adahlib.files import read_sealed
from adahlib.paths import results_root
from adahlib.report.book.contents import BOOK
from adahlib.report.display import Table, table
from adahlib.report.text import STALE

BENCHMARKS = {name for page in BOOK for name in page.benchmarks}


def benchmark(name: str, root: Path | str | None = None) -> dict:
    """Return a benchmark's record: what was measured, and its provenance.

    Raises:
        AdahError: no benchmark has the name, or it is missing; the sentence names the command that makes it.
    """
    if name not in BENCHMARKS:
        raise unknown_name("benchmark", name, BENCHMARKS)
    path = Path(root or results_root()) / "benchmarks" / f"{name}.json"
    try:
        return read_sealed(path)
    except (OSError, ValueError) as error:
        raise AdahError(f"{path} is missing, torn or changed; make it with `python -m benchmarks {name}`.") from error


def analysis(name: str, root: Path | str | None = None) -> dict:
    """Return what an analysis measured, and under ``stale`` why it is not current, or "".

    It is without rows where it is not here, so that a page can do without.
    """
    try:
        found = read_analysis(name, root)
    except AdahError:
        return {"rows": [], "stale": ""}
    return found["measured"] | {"stale": found["stale"]}


def rows_apart(measured: dict, **fields: str) -> list[dict]:
    """Return the rows of an analysis whose interval, which holds for all rows together, leaves out zero.

    Args:
        measured: as ``analysis`` returns it; a stale one has none.
        fields: of the rows, such as ``against="baseline"``.
    """
    rows = [] if measured["stale"] else measured["rows"]
    found = [row for row in rows if all(row[name] == value for name, value in fields.items())]
    return [row for row in found if row["family_low"] > 0 or row["family_high"] < 0]


def analysis_table(
    name: str, make: Callable[[dict, str], pd.DataFrame], caption: str, label: str, root: Path | str | None = None
) -> Table | Markdown:
    """Return the table that ``make(measured, stale)`` makes of an analysis; where there is none, the command for it.

    Its numbers carry a dagger where the analysis is stale, and the caption says why. For a stale one of an older form,
    which lacks what the table shows, there is the command too.
    """
    try:
        found = read_analysis(name, root)
    except AdahError:  # whose sentence names a place on this machine
        return Markdown(f"Not measured yet, or its file is damaged: `adah analyse {name}` measures it.")
    try:
        frame = make(found["measured"], found["stale"])
    except LookupError:
        if not found["stale"]:
            raise
        return Markdown(f"Not shown: the file of {name} has an older form; `adah analyse {name}` measures it again.")
    why = f" {STALE} STALE: {found['stale']}." if found["stale"] else ""
    return table(frame, caption + why, label)


def measured_on(record: dict) -> str:
    """Return on what, when and with which commit a benchmark was measured, for a caption."""
    source = record["provenance"]
    threads = record["measured"].get("threads", 1)
    gpu = "" if source["device"] == "cpu" else f"{source['device']}, "
    machine = f"{gpu}{source['processor']}, {threads} thread{'s' * (threads != 1)}"
    return f"{machine}, {source['date'][:10]}, commit {commit_of(source, 7)}"


def commit_of(source: dict, digits: int) -> str:
    """Return the first digits of the commit that made a measurement, and whether the code had changes beside it."""
    return f"{str(source['commit'])[:digits]}{' + changes' if source['dirty'] else ''}"
