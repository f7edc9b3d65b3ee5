"""What cannot be read: JSON with one kind of error, and files of a cache that are set aside and made again."""

import contextlib
import json
import os
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from adahlib.files.digests import DamagedError, check_zip


def read_json(path: Path | str) -> Any:
    """Return the value of a JSON file.

    Raises:
        OSError: it cannot be opened.
        ValueError: it is no JSON in UTF-8, or is nested deeper than anything that is written here.
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"), parse_constant=refuse)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def refuse(constant: str) -> None:
    """Raise ValueError for NaN and Infinity, which Python reads and JSON does not know."""
    raise ValueError(f"it has a number that is {constant}")


def read_kept(path: Path, read: Callable[[Path], Any]) -> Any:
    """Return what a cache keeps at a path; None where nothing is there, or what is there is damaged and set aside.

    Args:
        path: of a file or folder that can be made again.
        read: ``read(path)`` returns what it holds, and raises anything where that is damaged.
    """
    if not path.exists():
        return None
    try:
        return read(path)
    except (MemoryError, PermissionError):  # no fault of the file's content
        raise
    except Exception as error:
        said = " ".join(str(error).split()).rstrip(".") or type(error).__name__
        set_aside(path, f"{path} is damaged and is made again: {said}")
        return None


def set_aside(path: Path, why: str) -> None:
    """Rename a damaged file or folder of a cache to ``<name>.broken``, in the place of an older one, and warn with why.

    What is kept in a cache can be made again, so a damaged file is as good as none; it stays to be looked at.
    """
    broken = path.with_name(f"{path.name}.broken")
    with contextlib.suppress(FileNotFoundError):  # another process was faster
        if broken.is_dir() and not broken.is_symlink():
            shutil.rmtree(broken, ignore_errors=True)
        os.replace(path, broken)
    warnings.warn(f"{why} ({broken.name} is what was there).", RuntimeWarning, stacklevel=2)


def is_whole_zip(path: Path) -> bool:
    """Return whether a file of zipped parts, as ``torch.save`` writes them, is there and has its parts' checksums.

    One that has not is set aside, with a warning.
    """
    if not path.exists():
        return False
    try:
        check_zip(path)
    except DamagedError as error:
        set_aside(path, f"{path.name} is damaged ({error}) and cannot be resumed from")
        return False
    return True
