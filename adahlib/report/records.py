"""The records behind a page: those that are there, and the command for those that are not."""

from pathlib import Path

import pandas as pd

from adahlib.errors import AdahError
from adahlib.experiments import RunSpec, load_results, read_record, run
from adahlib.experiments.grids.lists import missing
from adahlib.experiments.records.results import stale_reason
from adahlib.experiments.records.state import run_state
from adahlib.paths import results_root
from adahlib.progress import progress


def records(specs: list[RunSpec], compute_missing: bool = False, root: Path | str | None = None) -> pd.DataFrame:
    """Return the records of all ``specs``, as ``load_results`` gives them, with the whole record in column ``record``.

    Args:
        specs: the runs.
        compute_missing: train what has no current record, one run after another.
        root: the results folder (default: the project's).

    Raises:
        AdahError: a record is missing and may not be computed.
    """
    lacking = missing(specs, root)
    if lacking and not compute_missing:
        raise AdahError(missing_sentence(lacking))
    if compute_missing:
        lacking = [spec for spec in specs if run_state(spec, root).name != "done"]
    for spec in progress(lacking, desc="runs", unit="run"):
        run(spec, root)
    return existing_records(specs, root)


def existing_records(specs: list[RunSpec], root: Path | str | None = None) -> pd.DataFrame:
    """Return the records of ``specs`` that are there, in the order of ``specs``."""
    order = {str(spec.record_path()): place for place, spec in enumerate(specs)}
    rows = load_results(root, variations=True, stale=False)
    rows = rows[rows["path"].isin(order)].sort_values("path", key=lambda paths: paths.map(order))
    return with_records(rows.reset_index(drop=True), root, {str(spec.record_path()): spec for spec in specs})


def with_records(rows: pd.DataFrame, root: Path | str | None = None, asked: dict | None = None) -> pd.DataFrame:
    """Return the rows with the whole record in column ``record``, and in ``stale`` why it is not current, or "".

    Args:
        rows: of ``load_results``.
        root: the results folder (default: the project's).
        asked: by path, the run that the page asks for; default: the run that the record says it is, as of today.
    """
    root, asked = Path(root or results_root()), asked or {}
    paths = list(rows.get("path", []))
    records = [read_record(root / path) for path in paths]
    reasons = [stale_reason(record, asked.get(path)) for path, record in zip(paths, records, strict=True)]
    return rows.assign(record=records, stale=reasons)


def page_records(specs: list[RunSpec], compute_missing: bool = False, root: Path | str | None = None) -> pd.DataFrame:
    """Return what a page shows: all records if they may be computed, else those that are there.

    Raises:
        AdahError: none of the records is there.
    """
    lacking = missing(specs, root)
    if compute_missing or len(lacking) == len(specs):
        return records(specs, compute_missing, root)
    return existing_records(specs, root)


def missing_sentence(lacking: list[RunSpec]) -> str:
    """Return the sentence that names the first missing record and the command that makes it."""
    more = f" (and {len(lacking) - 1} more)" if len(lacking) > 1 else ""
    return (
        f"the record {lacking[0].record_path()}{more} is missing; make it with `{lacking[0].command()}`, "
        "or run the page with compute_missing=True."
    )
