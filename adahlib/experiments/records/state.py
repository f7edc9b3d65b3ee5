"""The state of a run: done, stale, failed or missing, and why."""

import json
from dataclasses import dataclass
from pathlib import Path

from adahlib.datasets.drawn import is_drawn
from adahlib.errors import AdahError
from adahlib.experiments.records.fingerprint import Comparison, compare, fingerprint, training_key
from adahlib.experiments.records.proofs import read_proofs
from adahlib.experiments.records.source import short_hash
from adahlib.experiments.records.store import read_record
from adahlib.experiments.rundata import hash_of_data
from adahlib.experiments.spec import RunSpec
from adahlib.paths import results_root

STATES = ("done", "stale", "failed", "missing")


@dataclass(frozen=True)
class State:
    """What is known of a run.

    Attributes:
        name: one of ``STATES``.
        reason: why it is not done, or what was proved so that it is; one line.
        proofs: names of the proofs without which it would be stale.
    """

    name: str
    reason: str = ""
    proofs: tuple[str, ...] = ()


def run_state(spec: RunSpec, root: Path | str | None = None, with_data: bool = True) -> State:
    """Return the state of a run.

    Done is a whole record whose fingerprint matches the spec, the data and the source. A record that is torn is
    stale, and so is one of other data or code. Failed is a run whose last attempt failed with the present options
    and code; once they change it is missing or stale again.

    Args:
        spec: the run.
        root: the results folder (default: ``results_root()``).
        with_data: compare the data too, where it is here.
    """
    path = Path(root or results_root()) / spec.record_path()
    reason = failure_reason(spec, path)
    if not path.exists():
        return State("failed", reason) if reason else State("missing")
    try:
        found = comparison(spec, read_record(path), with_data)
    except AdahError as error:
        found = Comparison((str(error),))
    if found.changes:
        return State("failed", reason) if reason else State("stale", "; ".join(found.changes))
    return State("done", proved_sentence(found.proofs), found.proofs)


def proved_sentence(proofs: tuple[str, ...]) -> str:
    """Return what a record owes to proofs, in one sentence; empty where it needs none."""
    return f"code rearranged since, same numbers proved: {', '.join(proofs)}" if proofs else ""


def current_record(spec: RunSpec, path: Path) -> dict | None:
    """Return the record if it is there, whole and current, else None."""
    try:
        record = read_record(path) if path.exists() else None
    except AdahError:
        return None
    return record if record and not record_changes(spec, record) else None


def record_changes(spec: RunSpec, record: dict, with_data: bool = True) -> list[str]:
    """Return what makes a record stale, in words; empty if nothing does."""
    return list(comparison(spec, record, with_data).changes)


def comparison(spec: RunSpec, record: dict, with_data: bool = True) -> Comparison:
    """Return how a record compares with its run as it would be made now, with the proofs of the book's results."""
    return compare(spec, record, known_data(spec) if with_data else None, read_proofs())


def kept_training_key(spec: RunSpec, data: str, path: Path) -> str | None:
    """Return the key under which the codes of a run's record were kept, where its training is still as good as done.

    Args:
        spec: the run.
        data: hash of its data.
        path: where its record is, if there is one.
    """
    try:
        record = read_record(path)
    except AdahError:
        return None
    current = compare(spec, record, data, read_proofs()).training
    return training_key(record["fingerprint"]) if current else None


def known_data(spec: RunSpec) -> str | None:
    """Return the hash of the run's data, or None where the data is not here, as scenes are before a run draws them."""
    if not is_drawn(spec.dataset):
        return None
    try:
        return hash_of_data(spec.dataset, spec.split_seed, spec.reads_sentences(), spec.train_size)
    except AdahError:
        return None


def failure_reason(spec: RunSpec, path: Path) -> str:
    """Return why the last attempt failed, or "" if there was none with the present options and code."""
    failure = failure_path(path)
    if not failure.is_file():
        return ""
    reason, _, code = failure.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")
    return reason if code == run_code(spec) else ""


def run_code(spec: RunSpec) -> str:
    """Return a hash of a run's options and of the code that it depends on."""
    return short_hash(json.dumps(fingerprint(spec), sort_keys=True))


def failure_path(path: Path) -> Path:
    """Return the file beside a record that keeps why its run failed."""
    return path.with_suffix(".failed")
