"""How long runs will take: from the records of runs like them."""

import statistics
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from adahlib.errors import AdahError
from adahlib.experiments.records.store import read_record, record_files
from adahlib.experiments.spec import RunSpec


def typical_seconds(root: Path) -> dict[tuple, float]:
    """Return the median seconds of recorded runs, by data set, method, attention and epochs.

    A run that was resumed is left out: its seconds are those since the resumption.
    """
    found = defaultdict(list)
    for path in record_files(root):
        try:
            record = read_record(path)
        except AdahError:
            continue
        spec = record["spec"]
        if record["provenance"].get("resumed"):
            continue
        key = (spec["dataset"], spec["method"], spec["attention"], record["options"].get("epochs"))
        found[key].append(record["provenance"]["seconds"]["total"])
    return {key: statistics.median(seconds) for key, seconds in found.items()}


def expected_seconds(task, typical: dict[tuple, float]) -> float | None:
    """Return the seconds of a run like this one; None if there is no record of one."""
    if not isinstance(task, RunSpec):
        return None
    epochs = task.resolved_options().get("epochs")
    return typical.get((task.dataset, task.method, task.attention, epochs))


def in_words(seconds: Iterable[float | None], jobs: int = 1) -> str:
    """Return the sum of estimates, shared by ``jobs``: ``about 12 min``, and how many runs it leaves out."""
    seconds = list(seconds)
    known = [value for value in seconds if value is not None]
    if not known:
        return "time unknown: no record of such a run yet"
    unknown = f" without {len(seconds) - len(known)} whose time is unknown" if len(known) < len(seconds) else ""
    return f"about {duration(sum(known) / min(jobs, len(known)))}{unknown}"


def duration(seconds: float) -> str:
    """Return ``45 s``, ``12 min`` or ``3.4 h``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
