"""The state of a run: done, stale, failed or missing, and why."""

import json
from dataclasses import dataclass
from pathlib import Path

from adahlib.errors import AdahError
from adahlib.experiments.fingerprint import changes, data_hash, fingerprint, short_hash
from adahlib.experiments.spec import RunSpec
from adahlib.experiments.store import read_record
from adahlib.paths import results_root

STATES = ("done", "stale", "failed", "missing")


@dataclass(frozen=True)
class State:
    """What is known of a run: ``name`` is one of ``STATES``, ``reason`` says why it is not done (one line)."""

    name: str
    reason: str = ""


def run_state(spec: RunSpec, root: Path | str | None = None, with_data: bool = True) -> State:
    """Return the state of a run.

    Done is a whole record whose fingerprint matches the spec, the data and the source. A record that is torn is
    stale, and so is one of other data or code. Failed is a run whose last attempt failed with the present options
    and code; once they change it is missing or stale again.

    Args:
        spec: the run.
        root: the results folder (default: the project's).
        with_data: compare the data too, where it is at hand.
    """
    path = Path(root or results_root()) / spec.record_path()
    reason = failure_reason(spec, path)
    if not path.exists():
        return State("failed", reason) if reason else State("missing")
    try:
        found = record_changes(spec, read_record(path), with_data)
    except AdahError as error:
        found = [str(error)]
    if found and reason:
        return State("failed", reason)
    return State("stale", "; ".join(found)) if found else State("done")


def current_record(spec: RunSpec, path: Path) -> dict | None:
    """Return the record if it is there, whole and current, else None."""
    try:
        record = read_record(path) if path.exists() else None
    except AdahError:
        return None
    return record if record and not record_changes(spec, record) else None


def record_changes(spec: RunSpec, record: dict, with_data: bool = True) -> list[str]:
    """Return what makes a record stale, in words; empty if nothing does."""
    return changes(record.get("fingerprint"), fingerprint(spec, known_data(spec) if with_data else None))


def known_data(spec: RunSpec) -> str | None:
    """Return the hash of the run's data, or None where the data is not at hand."""
    try:
        return data_hash(spec)
    except AdahError:
        return None


def failure_reason(spec: RunSpec, path: Path) -> str:
    """Return why the last attempt failed, or "" if there was none with the present options and code."""
    failure = failure_path(path)
    reason, _, code = (failure.read_text(encoding="utf-8") if failure.exists() else "").strip().rpartition("\n")
    return reason if code == run_code(spec) else ""


def run_code(spec: RunSpec) -> str:
    """Return a hash of a run's options and of the code that it depends on."""
    return short_hash(json.dumps(fingerprint(spec), sort_keys=True))


def failure_path(path: Path) -> Path:
    """Return the file beside a record that keeps why its run failed."""
    return path.with_suffix(".failed")
