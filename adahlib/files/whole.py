"""Files and folders that are whole or absent: temporary name, fsync, rename. What stood there is never lost."""

import contextlib
import ctypes
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from adahlib.errors import AdahError
from adahlib.files.leftovers import hidden_name, remove_leftovers
from adahlib.files.space import as_disk_error
from adahlib.files.targets import is_stream, pour

READINGS = 100  # of a folder that is replaced while it is read
Value = TypeVar("Value")
AT_FDCWD, RENAME_EXCHANGE = -100, 2  # of Linux's renameat2


@contextlib.contextmanager
def whole_file(path: Path | str) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; on success it is synced and renamed to ``path``, else removed.

    A link is followed, so that the file that it leads to is replaced and the link stays. A device or a pipe, such as
    ``/dev/stdout``, is written to.

    Raises:
        OSError: the file cannot be written; the disk is full, for example.
    """
    path = Path(path)
    stream = is_stream(path)
    path = path if stream else path.resolve()
    place = Path(tempfile.gettempdir()) if stream else path.parent
    place.mkdir(parents=True, exist_ok=True)
    remove_leftovers(place)
    temporary = place / hidden_name(path.name, path.suffix)
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))  # as the user's umask has it
    try:
        with as_disk_error(path):
            yield temporary
        sync(temporary)
        if stream:
            pour(temporary, path)
        else:
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(value: object, path: Path | str) -> None:
    """Write plain values as indented JSON with sorted keys, whole or not at all."""
    with whole_file(path) as temporary:
        text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)
        temporary.write_text(text + "\n", encoding="utf-8")


@contextlib.contextmanager
def whole_folder(target: Path, keep: bool = False) -> Iterator[Path]:
    """Yield a temporary folder beside ``target``; on success it is synced and takes that name, else it is removed.

    What stood there before is there until the new folder is, and stays where the new one fails.

    Args:
        target: the folder to make.
        keep: leave a folder that is there when ours is complete, and remove ours. This is for a name that determines
            the content, as a cache key does: what another process has finished meanwhile is as good as ours.

    Raises:
        OSError: the folder cannot be written; the disk is full, for example.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    restore(target)
    remove_leftovers(target.parent)
    temporary = target.with_name(hidden_name(target.name))
    temporary.mkdir()
    try:
        with as_disk_error(target):
            yield temporary
        for path in filter(Path.is_file, temporary.rglob("*")):
            sync(path)
        put_in_place(temporary, target, keep)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def sync(path: Path) -> None:
    """Have the system write a file to the disk."""
    with path.open("rb") as written:
        os.fsync(written.fileno())


def put_in_place(temporary: Path, target: Path, keep: bool) -> None:
    """Give a folder its name; an older one of that name has the temporary name then, unless it is kept."""
    if target.exists() and not keep and exchange(temporary, target):
        return
    old = set_aside_name(target)
    try:
        if target.exists() and not keep:
            os.replace(target, old)
        os.replace(temporary, target)
    except OSError:
        if not (keep and target.exists()):
            raise
    finally:
        restore(target)


def exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step; return False where the system or the file system cannot, and nothing changed."""
    try:
        rename = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError, TypeError):  # no Linux, or an old one
        return False
    return rename(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0


def read_unchanged(folder: Path, read: Callable[[], Value]) -> Value:
    """Return what a function reads from a folder that another process may replace, all of it of one version.

    Args:
        folder: as ``whole_folder`` writes it.
        read: reads it; called again where the folder was replaced meanwhile.

    Raises:
        AdahError: what ``read`` raises of a folder that stays, or the folder is replaced each time.
    """
    for _ in range(READINGS):
        before = identity(folder)
        try:
            value = read()
        except AdahError:
            if identity(folder) == before:
                raise
            continue
        if identity(folder) == before:
            return value
    raise AdahError(f"{folder} is replaced faster than it can be read; try again.")


def identity(folder: Path) -> tuple[int, int, int] | None:
    """Return what tells a folder from another one of its name: device, number and time of change; None for none."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_ctime_ns


def set_aside_name(target: Path) -> Path:
    """Return where an older folder lies for a moment where two names cannot be exchanged."""
    place = target.absolute()  # "." has no name of its own
    return place.parent / f".{place.name}.adah-old"


def restore(target: Path) -> None:
    """Give an older folder its name back if the new one is not in its place; else remove what is left of it."""
    old = set_aside_name(target)
    if target.exists():
        shutil.rmtree(old, ignore_errors=True)
    elif old.is_dir():
        with contextlib.suppress(FileNotFoundError):  # another process was faster
            os.replace(old, target)
