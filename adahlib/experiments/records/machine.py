"""Where a record comes from: commit, date, machine, library versions."""

import datetime
import functools
import importlib.metadata
import platform
import subprocess
from pathlib import Path

import torch

from adahlib.datasets import data_state
from adahlib.errors import AdahError
from adahlib.files import file_state
from adahlib.models.backbones import make_backbone
from adahlib.paths import PROJECT, in_clone
from adahlib.thread_limits import run_threads

LIBRARIES = ("adahlib", "numpy", "scipy", "torch", "torchvision", "pandas", "numba", "faiss-cpu")
OF_NUMBERS = ("numpy", "scipy", "torch", "numba", "faiss-cpu")  # other versions may give other last digits


def provenance(seconds: dict[str, float]) -> dict:
    """Return the provenance of a run that took ``seconds`` (by part, and ``total``)."""
    return {
        "commit": said_of_project("rev-parse", "HEAD"),
        "dirty": bool(said_of_project("status", "--porcelain", "--", "adahlib")),
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "device": device_name(),
        "processor": processor(),
        "threads": run_threads(),
        "platform": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: installed_version(name) for name in LIBRARIES},
        "seconds": {name: round(value, 1) for name, value in seconds.items()},
    }


def device_name() -> str:
    """Return the name of the GPU that runs take here, or cpu."""
    return torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"


def other_versions(record: dict) -> list[str]:
    """Return what a record was made with that is another here, in words: libraries, and the backbone's weights.

    This makes no record stale: another version usually gives the same numbers, or others in their last digits. What a
    record does not say is not compared.
    """
    made = record["provenance"]
    found = []
    for name in OF_NUMBERS:
        then, now = made["versions"].get(name), installed_version(name)
        if then and now and then != now:
            found.append(f"made with {name} {then}, this is {now}")
    weights = made.get("weights")
    if weights and weights != (now := weights_of(record["spec"]["backbone"])) and now:
        found.append(f"made with weights {weights} of {record['spec']['backbone']}, these are {now}")
    return found


def weights_of(backbone: str) -> str | None:
    """Return the hash of a backbone's weights, or None where they are not here."""
    downloaded = Path(torch.hub.get_dir()) / "checkpoints"
    return _weights_of(backbone, (*data_state(""), file_state(downloaded)))


@functools.lru_cache(maxsize=64)
def _weights_of(backbone: str, state: tuple) -> str | None:
    try:
        return make_backbone(backbone).weights_hash
    except AdahError:
        return None


def said_of_project(*arguments: str) -> str | None:
    """Return what git prints about the project, or None outside of a clone of it.

    An installed package may lie in another project's repository, as .venv of that does: its commit is not ours.
    """
    try:
        return git(PROJECT, *arguments).decode().strip() if in_clone() else None
    except AdahError:
        return None


def git(project: Path, *arguments: str) -> bytes:
    """Return what a git command prints.

    Raises:
        AdahError: it failed.
    """
    try:
        return subprocess.run(["git", "-C", str(project), *arguments], capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", b"") or str(error).encode()
        raise AdahError(f"git {arguments[0]} failed in {project}: {said.decode().strip().splitlines()[0]}") from error


def installed_version(name: str) -> str | None:
    """Return a library's version, or None if it is not installed."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def processor() -> str:
    """Return the processor's name where the system tells it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()
