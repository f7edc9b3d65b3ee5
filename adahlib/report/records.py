"""The records behind a page: those that are there, and the command for those that are not."""

from pathlib import Path

import pandas as pd

from adahlib.errors import AdahError, unknown_name
from adahlib.experiments import RunSpec, read_record, run
from adahlib.experiments.grids.lists import missing as without_record
from adahlib.experiments.records.results import COLUMNS, record_row, standing
from adahlib.experiments.records.state import run_state
from adahlib.experiments.records.store import record_files
from adahlib.paths import results_root
from adahlib.progress import progress

MISSING = ("skip", "error", "train")


def find_records(
    specs: list[RunSpec] | None = None, missing: str = "skip", root: Path | str | None = None
) -> pd.DataFrame:
    """Return records as rows of ``load_results(variations=True)``, with two columns more.

    Args:
        specs: the runs, whose order the rows have; None: every record that there is.
        missing: what happens to runs without a record: "skip" leaves them out, "error" is an error, "train" trains
            them and those whose record is stale, one run after another.
        root: the results folder (default: the project's).

    Returns:
        One row a record, with the columns of the metrics that these records have; ``record`` is the whole of it, and
        ``proofs`` names the proofs without which it would be stale.

    Raises:
        AdahError: a record is missing, and ``missing`` is "error".
    """
    if missing not in MISSING:
        raise unknown_name("value of missing:", missing, MISSING)
    lacking = without_record(specs or [], root)
    if lacking and missing == "error":
        raise AdahError(missing_sentence(lacking))
    if missing == "train":
        todo = [spec for spec in specs or [] if run_state(spec, root).name != "done"]
        for spec in progress(todo, desc="runs", unit="run"):
            run(spec, root)
    root, wanted = Path(root or results_root()), {spec.record_path(): spec for spec in specs or []}
    return table_of_records([path.relative_to(root) for path in record_files(root, specs)], root, wanted)


def page_records(specs: list[RunSpec], compute_missing: bool = False, root: Path | str | None = None) -> pd.DataFrame:
    """Return what a page shows: the records that are there; all of them if the page may compute what is missing.

    Raises:
        AdahError: none of the records is there.
    """
    if compute_missing:
        return find_records(specs, "train", root)
    nothing = len(without_record(specs, root)) == len(specs)
    return find_records(specs, "error" if nothing else "skip", root)


def table_of_records(files: list[Path], root: Path, wanted: dict[Path, RunSpec]) -> pd.DataFrame:
    """Return the records of some files as ``find_records`` gives them, each read once.

    Args:
        files: relative to ``root``; the rows have their order.
        root: the results folder.
        wanted: the run that a file is compared with, by file; the others with the run that their record names.
    """
    rows = []
    for path in files:
        record = read_record(root / path)
        found = standing(record, wanted.get(path))
        whole = {"record": record, "stale": "; ".join(found.changes), "proofs": found.proofs}
        rows.append(record_row(record, path) | whole)
    return pd.DataFrame(rows, columns=None if rows else list(dict.fromkeys((*COLUMNS, "record", "proofs"))))


def missing_sentence(lacking: list[RunSpec]) -> str:
    """Return the sentence that names the first missing record and the command that makes it."""
    more = f" (and {len(lacking) - 1} more)" if len(lacking) > 1 else ""
    return (
        f"the record {lacking[0].record_path()}{more} is missing; make it with `{lacking[0].command()}`, "
        "or run the page with compute_missing=True."
    )

