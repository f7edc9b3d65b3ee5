"""The records behind a page: those that are there, and the command for those that are not."""

from pathlib import Path

import pandas as pd

from adahlib.errors import AdahError, unknown_name
from adahlib.experiments import RunSpec, load_results, read_record, run
from adahlib.experiments.grids.lists import missing as without_record
from adahlib.experiments.records.results import standing
from adahlib.experiments.records.state import run_state
from adahlib.paths import results_root
from adahlib.progress import progress

MISSING = ("skip", "error", "train")


def find_records(
    specs: list[RunSpec] | None = None, missing: str = "skip", root: Path | str | None = None
) -> pd.DataFrame:
    """Return records as ``load_results`` gives them, with three columns more.

    Args:
        specs: the runs, whose order the rows have; None: every record that there is.
        missing: what happens to runs without a record: "skip" leaves them out, "error" is an error, "train" trains
            them and those whose record is stale, one run after another.
        root: the results folder (default: the project's).

    Returns:
        One row a record; ``record`` is the whole of it, ``stale`` says why it is not current, or is "", and ``proofs``
        names the proofs without which it would be stale.

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
    return whole_records(load_results(root, variations=True, stale=False), specs, Path(root or results_root()))


def page_records(specs: list[RunSpec], compute_missing: bool = False, root: Path | str | None = None) -> pd.DataFrame:
    """Return what a page shows: the records that are there; all of them if the page may compute what is missing.

    Raises:
        AdahError: none of the records is there.
    """
    if compute_missing:
        return find_records(specs, "train", root)
    nothing = len(without_record(specs, root)) == len(specs)
    return find_records(specs, "error" if nothing else "skip", root)


def whole_records(rows: pd.DataFrame, specs: list[RunSpec] | None, root: Path) -> pd.DataFrame:
    """Return those rows of ``load_results`` that are runs of ``specs``, with the columns of ``find_records``."""
    asked = {str(spec.record_path()): spec for spec in specs or []}
    if "path" not in rows:
        return rows.assign(record=[], stale=[], proofs=[])
    if specs is not None:
        order = {path: place for place, path in enumerate(asked)}
        rows = rows[rows["path"].isin(order)].sort_values("path", key=lambda paths: paths.map(order))
    records = [read_record(root / path) for path in rows["path"]]
    standings = [standing(record, asked.get(path)) for path, record in zip(rows["path"], records, strict=True)]
    stale, proofs = ["; ".join(each.changes) for each in standings], [each.proofs for each in standings]
    return rows.assign(record=records, stale=stale, proofs=proofs).reset_index(drop=True)


def missing_sentence(lacking: list[RunSpec]) -> str:
    """Return the sentence that names the first missing record and the command that makes it."""
    more = f" (and {len(lacking) - 1} more)" if len(lacking) > 1 else ""
    return (
        f"the record {lacking[0].record_path()}{more} is missing; make it with `{lacking[0].command()}`, "
        "or run the page with compute_missing=True."
    )

