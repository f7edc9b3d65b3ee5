"""What a grid is made of: tasks, each with a name, a state and an attempt that ends in a result or a reason.

A task is a ``RunSpec``, or anything else that registers with ``label``, ``state`` and ``perform``.
"""

import contextlib
import functools
from dataclasses import dataclass
from pathlib import Path

from adahlib.errors import AdahError
from adahlib.experiments.devices import claimed_gpu, keep_memory
from adahlib.experiments.running import BusyError, run
from adahlib.experiments.spec import RunSpec
from adahlib.experiments.state import State, current_record, failure_path, run_code, run_state
from adahlib.files import whole_file


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended: ``state`` is done, failed or busy (another command is at it); ``text`` says more."""

    state: str
    text: str
    seconds: float = 0.0


@functools.singledispatch
def output_path(task) -> Path:
    """Return where a task's result goes, relative to the results folder."""
    raise TypeError(f"{type(task).__name__} is not a task of a grid")


@functools.singledispatch
def state(task, root: Path) -> State:
    """Return whether a task is done, stale, failed or missing."""
    raise TypeError(f"{type(task).__name__} is not a task of a grid")


@functools.singledispatch
def perform(task, root: Path, force: bool) -> Outcome:
    """Do a task; raise what goes wrong, and ``BusyError`` if another process is at it."""
    raise TypeError(f"{type(task).__name__} is not a task of a grid")


@output_path.register
def _(task: RunSpec) -> Path:
    return Path(task.record_path())


@state.register
def _(task: RunSpec, root: Path) -> State:
    return run_state(task, root)


@perform.register
def _(task: RunSpec, root: Path, force: bool) -> Outcome:
    if not force and (record := current_record(task, root / output_path(task))):
        return Outcome("done", f"{described(record)[0]}, made by another command", 0.0)
    return Outcome("done", *described(run(task, root, force, wait=False)))


def described(record: dict) -> tuple[str, float]:
    """Return a record's MAP in words, and its seconds."""
    metrics, seconds = record["metrics"], record["provenance"]["seconds"]["total"]
    maps = f"MAP I→T {metrics['map_i2t']:.4f}, T→I {metrics['map_t2i']:.4f} (chance {metrics['chance']:.4f}"
    return f"{maps}; {seconds:.0f} s)", seconds


def attempt(task, root: Path, force: bool = False, threads: int = 1) -> Outcome:
    """Do a task in this process and return how it ended; why it failed is kept beside where its result would be.

    A full disk, a folder that cannot be written or a lost connection is not the task's fault: the reason is returned,
    but the task stays missing.
    """
    import torch

    torch.set_num_threads(threads)
    keep_memory()
    try:
        with claimed_gpu():
            return perform(task, root, force)
    except BusyError as busy:
        return Outcome("busy", str(busy))
    except OSError as error:
        return Outcome("failed", one_line(error))
    except Exception as error:
        if "PytorchStreamWriter" not in str(error):  # what torch says of a full disk
            keep_reason(task, root, one_line(error))
        return Outcome("failed", one_line(error))


def keep_reason(task, root: Path, reason: str) -> None:
    """Write why a task failed, and with which code, beside where its result would be, if there is room for it."""
    with contextlib.suppress(OSError), whole_file(failure_path(root / output_path(task))) as path:
        path.write_text(f"{reason}\n{code_of(task)}\n", encoding="utf-8")


def code_of(task) -> str:
    """Return a hash of the options and the code of a run; empty for other tasks."""
    return run_code(task) if isinstance(task, RunSpec) else ""


def one_line(error: Exception) -> str:
    """Return an error as one line: its sentence where it is ours, else with its type."""
    text = " ".join(str(error).split())
    return text if isinstance(error, AdahError) else f"{type(error).__name__}: {text}"
