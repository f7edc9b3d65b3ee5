"""Attempts: what is the fault of a task is kept, what is the fault of the machine is not."""

import errno
from dataclasses import dataclass
from pathlib import Path

import pytest

from adahlib.errors import AdahError
from adahlib.experiments.grids.tasks import Outcome, attempt
from adahlib.experiments.records.state import failure_path

TORCH = "[enforce fail at inline_container.cc:664] . unexpected pos 576 vs 470"


def caused(error, cause):
    """Return an error that was raised of another one."""
    error.__cause__ = cause
    return error


@dataclass
class Failing:
    """A task that fails with an error."""

    error: Exception

    def output_path(self):
        return Path("runs/x/y/8-0.json")

    def code(self):
        return "code"

    def perform(self, root, force):
        raise self.error


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (RuntimeError(TORCH), False),
        (RuntimeError("PytorchStreamWriter failed writing file data/2"), False),
        (OSError(errno.ENOSPC, "No space left on device"), False),
        (PermissionError(errno.EACCES, "Permission denied"), False),
        (caused(AdahError("x.tar is not a complete tar archive"), OSError(errno.ENOSPC, "full")), False),
        (AdahError("mirflickr25k.zip is missing"), True),
        (caused(AdahError("x.tar is not a complete tar archive"), OSError(errno.EIO, "read")), True),
        (RuntimeError("CUDA out of memory"), True),
    ],
    ids=str,
)
def test_a_full_disk_leaves_a_run_missing_and_a_fault_is_kept(tmp_path, error, kept):
    outcome = attempt(Failing(error), tmp_path)
    assert isinstance(outcome, Outcome) and outcome.state == "failed" and "\n" not in outcome.text
    assert failure_path(tmp_path / "runs/x/y/8-0.json").exists() == kept
