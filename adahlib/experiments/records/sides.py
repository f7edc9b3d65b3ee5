"""The two sides of a proof: a copy of the source of each version, and the processes that run it."""

import filecmp
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from adahlib.errors import AdahError
from adahlib.experiments.records.canonical import CanonicalRun
from adahlib.experiments.records.machine import git
from adahlib.progress import progress
from adahlib.visible import visible_paths

PROCESSES = 2
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@dataclass
class Checkout:
    """A copy of one version of the package.

    Attributes:
        root: folder that holds ``adahlib``.
        commit: what it is a copy of.
        files, sources: module → file, and its text.
    """

    root: Path
    commit: str
    files: dict[str, Path] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path in visible_paths(self.root / "adahlib", "**/*.py"):
            parts = path.relative_to(self.root).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            self.files[name], self.sources[name] = path, path.read_text(encoding="utf-8")

    @classmethod
    def of_commit(cls, project: Path, commit: str, root: Path) -> "Checkout":
        """Return a copy of the package as a commit has it."""
        full = git(project, "rev-parse", "--verify", f"{commit}^{{commit}}").decode().strip()
        packed = git(project, "archive", full, "adahlib")
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(root, filter="data")
        for path in (root / "adahlib").rglob("*.py"):
            if (original := project / path.relative_to(root)).is_file() and filecmp.cmp(original, path, shallow=False):
                copy_compiled(original, path)
        return cls(root, full)

    @classmethod
    def of_tree(cls, project: Path, root: Path) -> "Checkout":
        """Return a copy of the package as it stands in the working tree, ignored files left out."""
        names = git(project, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "adahlib")
        for name in filter(None, names.decode().split("\0")):
            if (project / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                copy_compiled(project / name, root / name)
        return cls(root, "working tree")


def copy_compiled(original: Path, path: Path) -> None:
    """Copy a source file with what Numba compiled of it, which belongs to the file's time stamp."""
    shutil.copy2(original, path)
    for kept in (original.parent / "__pycache__").glob(f"{original.stem}.*.nb[ic]"):
        (path.parent / "__pycache__").mkdir(exist_ok=True)
        shutil.copy2(kept, path.parent / "__pycache__" / kept.name)


@dataclass
class Job:
    """What one process does: the named runs, with one version of the code."""

    side: Checkout
    runs: dict[str, CanonicalRun]
    data: Path
    watch: list = field(default_factory=list)
    only: str = ""
    killed: bool = False  # once, while it computes its first maps, and then started again

    def described(self, out: Path) -> dict:
        """Return the job as ``records.probe`` reads it."""
        runs = {name: run.fields(self.data) for name, run in self.runs.items()}
        stopped = [name for name, run in self.runs.items() if run.interrupted]
        direct = {name: run.direct for name, run in self.runs.items() if run.direct is not None}
        about = {"interrupted": stopped, "direct": direct, "watch": self.watch, "only": self.only}
        return {"runs": runs, "out": str(out)} | about


def answers(jobs: list[Job], folder: Path, say: str | None = None) -> list[dict]:
    """Do the jobs, two at a time, and return their answers in order; with ``say``, a bar counts the runs.

    Raises:
        AdahError: a process failed; its last words are named.
    """
    bar = progress(total=sum(len(job.runs) for job in jobs), desc=say or "", unit="run", disable=None if say else True)
    with bar, ThreadPoolExecutor(PROCESSES) as pool:
        lock = threading.Lock()

        def done() -> None:
            with lock:
                bar.update()

        return list(pool.map(lambda job: answer(job, folder, done), jobs))


def answer(job: Job, folder: Path, done: Callable[[], None]) -> dict:
    """Do one job in a process of its own, with an empty cache and one thread, and return its answer."""
    place = Path(tempfile.mkdtemp(prefix="job-", dir=folder))
    (place / "job.json").write_text(json.dumps(job.described(place / "answer.json")), encoding="utf-8")
    environment = os.environ | dict.fromkeys(ONE_THREAD, "1") | {
        "PYTHONPATH": str(job.side.root), "PYTHONHASHSEED": "0", "PYTHONWARNINGS": "ignore", "ADAH_PROGRESS": "0",
        "ADAH_CACHE": str(place / "cache"), "ADAH_RESULTS": str(place / "results"),
    }  # fmt: skip
    command = [sys.executable, "-m", "adahlib.experiments.records.probe", str(place / "job.json")]
    last = ["it said nothing"]
    if job.killed:
        kill_amid_maps(command, place, environment)
    with subprocess.Popen(command, cwd=place, env=environment, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:  # type: ignore[union-attr]  # a pipe
            last = [*last[-4:], line.strip()]
            if line[:1].isdigit() and "/" in line.split(" ", 1)[0]:
                done()
    if process.returncode:
        side = "the base" if job.side.commit != "working tree" else "the new code"
        raise AdahError(f"{side} could not do the canonical runs: {' | '.join(last)}")
    return json.loads((place / "answer.json").read_text(encoding="utf-8"))


def kill_amid_maps(command: list[str], place: Path, environment: dict[str, str]) -> None:
    """Start a job and kill it when some of its maps are written, so that the next start resumes from there."""
    with subprocess.Popen(command, cwd=place, env=environment, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not any(map(is_begun, (place / "cache" / "maps").glob("*.json"))):
            time.sleep(0.002)
        process.kill()


def is_begun(counter: Path) -> bool:
    """Return whether a counter of maps says that some are done."""
    try:
        return json.loads(counter.read_text(encoding="utf-8"))["done"] > 0
    except (OSError, ValueError):
        return False
