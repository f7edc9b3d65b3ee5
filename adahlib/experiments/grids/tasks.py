"""What a grid is made of: tasks, each with a name, a state and an attempt that ends in a result or a reason."""

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from adahlib.errors import AdahError, BusyError
from adahlib.experiments.grids.devices import claimed_gpu, keep_memory
from adahlib.experiments.grids.estimate import expected_seconds
from adahlib.experiments.records.state import State, current_record, failure_path, run_code, run_state
from adahlib.experiments.running import run
from adahlib.experiments.spec import RunSpec
from adahlib.files import says_disk_full, whole_file
from adahlib.printable import printable
from adahlib.thread_limits import state_threads


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended: ``state`` is done, failed or busy (another command is at it); ``text`` says more."""

    state: str
    text: str
    seconds: float = 0.0


class Task(Protocol):
    """Anything that a grid can do; it is sent to the workers, and is therefore small and can be pickled."""

    def output_path(self) -> Path:
        """Return where the result goes, relative to the results folder."""

    def code(self) -> str:
        """Return a hash of the options and the code, which a failure is kept with; "" where none is known."""

    def description(self) -> str:
        """Return what progress bars call the task."""

    def expected_seconds(self, typical: dict[tuple, float]) -> float | None:
        """Return how long it will take by ``estimate.typical_seconds``; None where nothing like it was recorded."""

    def state(self, root: Path) -> State:
        """Return whether it is done, stale, failed or missing in a results folder."""

    def perform(self, root: Path, force: bool) -> Outcome:
        """Do it; raise what goes wrong, and ``BusyError`` if another process is at it."""


@dataclass(frozen=True)
class RunTask:
    """A run, whose result is its record."""

    spec: RunSpec

    def output_path(self) -> Path:
        """Return the record's place."""
        return Path(self.spec.record_path())

    def code(self) -> str:
        """Return a hash of the run's options and of the code that it depends on."""
        return run_code(self.spec)

    def description(self) -> str:
        """Return what its training calls itself."""
        return self.spec.title()

    def expected_seconds(self, typical: dict[tuple, float]) -> float | None:
        """Return the seconds of recorded runs like it."""
        return expected_seconds(self.spec, typical)

    def state(self, root: Path) -> State:
        """Return the state of its record."""
        return run_state(self.spec, root)

    def perform(self, root: Path, force: bool) -> Outcome:
        """Train and evaluate, unless another command has done it meanwhile."""
        if not force and (record := current_record(self.spec, root / self.output_path())):
            return Outcome("done", f"{described(record)[0]}, made by another command", 0.0)
        return Outcome("done", *described(run(self.spec, root, force, wait=False)))


def described(record: dict) -> tuple[str, float]:
    """Return a record's MAP in words, and its seconds."""
    metrics, seconds = record["metrics"], record["provenance"]["seconds"]["total"]
    titles = {"map_i2t": "I→T ", "map_t2i": "T→I ", "map": "", "map_unlabelled": "without the labelled "}
    found = ", ".join(f"{title}{metrics[name]:.4f}" for name, title in titles.items() if name in metrics)
    chances = [f"{metrics[name]:.4f}" for name in ("chance", "chance_unlabelled") if name in metrics]
    return f"MAP {found} (chance {' and '.join(chances)}; {seconds:.0f} s)", seconds


def attempt(task: Task, root: Path, force: bool = False, threads: int = 1) -> Outcome:
    """Do a task in this process and return how it ended; why it failed is kept beside where its result would be.

    A full disk, a folder that cannot be written or a lost connection is not the task's fault: the reason is returned,
    but the task stays missing.
    """
    state_threads(threads)
    keep_memory()
    try:
        with claimed_gpu():
            return task.perform(root, force)
    except BusyError as busy:
        return Outcome("busy", str(busy))
    except Exception as error:
        if not isinstance(error, OSError) and not says_disk_full(error):
            keep_reason(task, root, one_line(error))
        return Outcome("failed", one_line(error))


def keep_reason(task: Task, root: Path, reason: str) -> None:
    """Write why a task failed, and with which code, beside where its result would be, if there is room for it."""
    with contextlib.suppress(OSError), whole_file(failure_path(root / task.output_path())) as path:
        path.write_text(f"{reason}\n{task.code()}\n", encoding="utf-8")


def one_line(error: Exception) -> str:
    """Return an error as one line: its sentence where it is ours, else with its type."""
    text = printable(" ".join(str(error).split()))
    return text if isinstance(error, AdahError) else f"{type(error).__name__}: {text}"
