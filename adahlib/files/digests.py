"""Digests beside files: whether a file is still what was written. They are what ``sha256sum --check`` reads.

A file is hashed once a process and state: one that has the same number, size and time of change is not read again.
"""

import functools
import hashlib
import os
import time
import zipfile
import zlib
from pathlib import Path

from adahlib.errors import AdahError
from adahlib.visible import is_hidden

SUMS = "SHA256SUMS"  # of a folder: the digest and the path of every file below it
BLOCK = 2**20  # bytes read at a time
CLOCK_STEP = 50_000_000  # nanoseconds; the times of files go on in steps of a few milliseconds
FileState = tuple[str, int, int, int, int]


class DamagedError(AdahError):
    """A file is not what was written: its digest is another one or missing, or the file is."""


def file_state(path: Path | str) -> FileState | None:
    """Return what changes when a file is written anew: its path, device, number, size and time; None for no file."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    changed = max(status.st_mtime_ns, status.st_ctime_ns)
    return os.path.realpath(path), status.st_dev, status.st_ino, status.st_size, changed


def file_digest(path: Path | str) -> str:
    """Return a file's sha256 as 64 hexadecimal digits; it is read once as long as it stays in the same state.

    Raises:
        DamagedError: there is no such file, or it cannot be read.
    """
    state = file_state(path)
    if state is None:
        raise DamagedError(f"{path} is missing.")
    just_now = time.time_ns() - state[-1] < CLOCK_STEP  # it may change again, and its time would stay the same
    return (_digest.__wrapped__ if just_now else _digest)(state)


@functools.lru_cache(maxsize=1024)
def _digest(state: FileState) -> str:
    digest = hashlib.sha256()
    try:
        with open(state[0], "rb", buffering=0) as file:
            while block := file.read(BLOCK):
                digest.update(block)
    except OSError as error:
        raise DamagedError(f"{state[0]} cannot be read ({error.strerror}).") from error
    return digest.hexdigest()


def check_zip(path: Path | str) -> None:
    """Raise DamagedError unless every member of a zip file matches its CRC-32, which torch.load does not check."""
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
    except (OSError, ValueError, RuntimeError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise DamagedError(f"{path} is no whole zip file ({error}).") from error
    if damaged:
        raise DamagedError(f"{path} is damaged: {damaged} has changed since it was written.")


def write_digests(folder: Path) -> None:
    """Write the digests of all files of a folder, and of those of its subfolders, to its ``SHA256SUMS``."""
    lines = "".join(f"{file_digest(folder / name)}  {name}\n" for name in _names(folder))
    (folder / SUMS).write_text(lines, encoding="utf-8")


def check_digests(folder: Path) -> None:
    """Raise DamagedError unless the files of a folder are those of which ``write_digests`` took note."""
    sums = _read_sums(folder / SUMS)
    for name in sorted({*sums, *_names(folder)}):
        _compare(folder / name, sums.get(name))


def _names(folder: Path) -> list[str]:
    """Return the files of a folder as paths from there, without the sums and without hidden ones."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in paths if path != Path(SUMS) and not is_hidden(path))


def _read_sums(path: Path) -> dict[str, str]:
    """Return path → digest of a file of sums."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    except (OSError, ValueError) as error:
        raise DamagedError(f"{path} is missing or damaged.") from error


def _compare(path: Path, digest: str | None) -> None:
    if file_digest(path) != digest:
        raise DamagedError(f"{path} has changed since it was written: its sha256 is another one.")
