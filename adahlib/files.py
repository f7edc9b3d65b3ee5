"""Files and folders that are whole or absent: temporary name, fsync, rename."""

import contextlib
import json
import os
import shutil
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path

from adahlib.errors import AdahError


@contextlib.contextmanager
def whole_file(path: Path | str) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; on success it is synced and renamed to ``path``, else removed."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.chmod(0o644)
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

    What stood there before is moved aside first and removed last.

    Args:
        target: the folder to make.
        keep: leave a folder that is there when ours is complete, and remove ours. This is for a name that determines
            the content, as a cache key does: what another process has finished meanwhile is as good as ours.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    old = temporary.with_name(temporary.name + ".old")
    try:
        yield temporary
        for path in filter(Path.is_file, temporary.rglob("*")):
            with path.open("rb") as written:
                os.fsync(written.fileno())
        temporary.chmod(0o755)
        if target.exists() and not keep:
            os.replace(target, old)
        try:
            os.replace(temporary, target)
        except OSError:
            if not (keep and target.exists()):
                raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def checked_folder(target: Path | str, mark: str, what: str) -> Path:
    """Return a folder that may be written: it is not there, or it holds the file ``mark``, as an older one does.

    Raises:
        AdahError: something else is there.
    """
    target = Path(target).resolve()
    if target.exists() and not (target / mark).is_file():
        raise AdahError(f"{target} is there and holds no {what}; give another folder.")
    return target


def set_aside(path: Path | str, why: str) -> None:
    """Rename a cached file that cannot be trusted to ``*.broken``, in the place of an older one, and warn with why.

    What is kept in a cache can be made again, so a damaged file is as good as none; it stays to be looked at.
    """
    path = Path(path)
    with contextlib.suppress(FileNotFoundError):
        os.replace(path, path.with_name(f"{path.name}.broken"))
    warnings.warn(f"{why} ({path.name}.broken is what was there).", RuntimeWarning, stacklevel=2)


def is_whole_zip(path: Path | str) -> bool:
    """Return whether a file of zipped parts, as ``torch.save`` writes them, is there and has its parts' checksums.

    One that has not is set aside, with a warning. PyTorch writes the checksums and does not look at them when it reads.
    """
    path = Path(path)
    if not path.exists():
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
    except (OSError, ValueError, EOFError, NotImplementedError, zipfile.BadZipFile) as error:
        damaged = str(error)
    if damaged is not None:
        set_aside(path, f"{path.name} is damaged ({damaged}) and cannot be resumed from")
    return damaged is None
