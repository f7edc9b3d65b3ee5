"""Where things lie: the user's data, the cache, and records.

Never the current directory, but for the records of who has installed the package without a clone of the project.
"""

import atexit
import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

from adahlib.errors import AdahError

PROJECT = Path(__file__).resolve().parent.parent


def data_root() -> Path:
    """Return the folder with data-set releases: ``ADAH_DATA``, else ``~/.local/share/adahlib``.

    Raises:
        AdahError: the variable is not set, and the user has no home folder.
    """
    given = os.environ.get("ADAH_DATA")
    return Path(given) if given else user_folder("XDG_DATA_HOME", ".local/share") / "adahlib"


def cache_root() -> Path:
    """Return the folder for what can be computed again: ``ADAH_CACHE``, else ``~/.cache/adahlib``.

    Raises:
        AdahError: the variable is not set, and the user has no home folder.
    """
    given = os.environ.get("ADAH_CACHE")
    return Path(given) if given else user_folder("XDG_CACHE_HOME", ".cache") / "adahlib"


def user_folder(variable: str, usual: str) -> Path:
    """Return a folder of the user's, as the XDG Base Directory Specification has it.

    Args:
        variable: of the environment, which may name it.
        usual: where it is otherwise, as a path from the home folder.

    Raises:
        AdahError: the variable is not set, and the user has no home folder.
    """
    if os.environ.get(variable):
        return Path(os.environ[variable])
    try:
        return Path.home() / usual
    except RuntimeError as error:
        reason = "this user has no home folder"
        raise AdahError(f"{reason}; name folders for data and cache in ADAH_DATA and ADAH_CACHE.") from error


def cache_key(*parts: str | bytes) -> str:
    """Return a name for something in the cache: 20 hexadecimal digits that change with any of its parts."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() if isinstance(part, str) else part)
    return digest.hexdigest()[:20]


def results_root() -> Path:
    """Return the folder with records: ``ADAH_RESULTS``, else ``results/`` of the clone that adahlib runs from.

    Who has installed the package alone keeps records beside their own work: in ``results/`` of the current folder.
    """
    return Path(os.environ.get("ADAH_RESULTS") or (PROJECT if in_clone() else Path.cwd()) / "results")


def in_clone() -> bool:
    """Return whether adahlib runs from a clone of the project, with its book and its records, or was installed."""
    return (PROJECT / "pyproject.toml").is_file() and (PROJECT / "book").is_dir()


def give_numba_a_folder() -> None:
    """Name a folder for what Numba compiles where it would find none, since it would then compile nothing.

    Numba looks beside the source and in the user's cache. Where neither may be written to, as in a container with any
    user, it takes our cache, and where that may not be either, a folder that this process removes when it ends.
    """
    if os.environ.get("NUMBA_CACHE_DIR") or may_write(PROJECT / "adahlib/retrieval/__pycache__"):
        return
    try:
        if may_write(user_folder("XDG_CACHE_HOME", ".cache") / "numba"):
            return
    except AdahError:
        pass
    folder = numba_folder()
    os.environ["NUMBA_CACHE_DIR"] = folder
    if "numba" in sys.modules:  # it has read its environment already
        sys.modules["numba"].config.CACHE_DIR = folder


def numba_folder() -> str:
    """Return a folder that may be written to: in our cache, or for this process alone."""
    try:
        if may_write(cache_root() / "numba"):
            return str(cache_root() / "numba")
    except AdahError:
        pass
    folder = tempfile.mkdtemp(prefix="adahlib-numba-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def may_write(folder: Path) -> bool:
    """Return whether files may be made in a folder, or the folder itself if it is not there."""
    there = next(path for path in (folder, *folder.absolute().parents) if os.path.exists(path))
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)
