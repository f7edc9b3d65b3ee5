"""Where a user wants a result: whether it may be written there, before any work is done."""

import itertools
import os
import shutil
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

from adahlib.errors import AdahError
from adahlib.files.broken import read_json
from adahlib.files.digests import SUMS

CLUTTER = {".DS_Store", ".ipynb_checkpoints"}  # what programs leave in folders that they show
SHOWN = 3  # names of files in the way
STREAMS = {"/dev/stdout": 1, "/dev/stderr": 2}  # descriptors of this process, whatever they lead to


def is_stream(path: Path) -> bool:
    """Return whether a target is written to and not replaced: a device, a pipe, or this process' own output."""
    return str(path) in STREAMS or (path.exists() and not path.is_file() and not path.is_dir())


def pour(source: Path, target: Path) -> None:
    """Write a file's bytes to a device, to a pipe, or to this process' own output after what was printed."""
    sys.stdout.flush()
    number = STREAMS.get(str(target))
    with source.open("rb") as written, open(target if number is None else os.dup(number), "wb") as stream:
        shutil.copyfileobj(written, stream)


def check_target(path: Path | str) -> None:
    """Raise AdahError where a file cannot be written: it is a folder, or the folder that it is to lie in is missing."""
    path = Path(path)
    if path.is_dir():
        raise AdahError(f"{path} is a folder; give the name of a file.")
    folder = path.resolve().parent
    if not folder.is_dir():
        raise AdahError(f"{path} cannot be written: there is no folder {folder}; make it first.")
    if not is_stream(path) and not os.access(folder, os.W_OK | os.X_OK):
        raise AdahError(f"{path} cannot be written: you may not write to the folder {folder}.")


def checked_folder(target: Path | str, what: str, holds: Collection[str], mark: str = "", format: str = "") -> Path:
    """Return the folder that a result is written to: it is not there, is empty, or holds an older one and no more.

    Args:
        target: the folder; a link to one is followed.
        what: what the result is called, with its article.
        holds: the files that such a folder has, as paths from there.
        mark: the JSON file in it whose ``format`` says what the folder is, where there is one.
        format: how that begins.

    Raises:
        AdahError: something else is there, which would be lost, or the folder around it is missing.
    """
    target = Path(target).resolve()
    if not target.parent.is_dir():
        raise AdahError(f"{target} cannot be written: there is no folder {target.parent}; make it first.")
    if target.exists() and not target.is_dir():
        raise AdahError(f"{target} is a file; {what} is written to a folder of its own.")
    others = list(itertools.islice(foreign(target, {*holds, SUMS}), SHOWN + 1))
    if others:
        shown = ", ".join(map(repr, others[:SHOWN])) + (" and more" if len(others) > SHOWN else "")
        raise AdahError(f"{target} holds {shown}; {what} is written to a folder of its own: give another one.")
    if mark and target.exists() and any(target.iterdir()) and not is_marked(target / mark, format):
        raise AdahError(f"{target} is there and is not {what} of adahlib; give another folder.")
    return target


def foreign(folder: Path, own: Collection[str]) -> Iterator[str]:
    """Yield what a folder holds beside some files, as paths from there."""
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in CLUTTER]
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        empty = [name for name in folders if name not in links and not any((Path(place) / name).iterdir())]
        for name in sorted(names + links + empty):
            path = (Path(place) / name).relative_to(folder).as_posix()
            if path not in own and name not in CLUTTER:
                yield path


def is_marked(mark: Path, format: str) -> bool:
    """Return whether a file is the description of something that adahlib wrote."""
    try:
        about = read_json(mark)
    except (OSError, ValueError):
        return False
    return isinstance(about, dict) and str(about.get("format")).startswith(format)
