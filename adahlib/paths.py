"""Where things lie: the user's data, the cache and the project's results. Never the current directory."""

import hashlib
import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def data_root() -> Path:
    """Return the folder with data-set releases: ``ADAH_DATA``, else ``~/.local/share/adahlib``."""
    fallback = Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local/share")) / "adahlib"
    return Path(os.environ.get("ADAH_DATA") or fallback)


def cache_root() -> Path:
    """Return the folder for what can be computed again: ``ADAH_CACHE``, else ``~/.cache/adahlib``."""
    fallback = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "adahlib"
    return Path(os.environ.get("ADAH_CACHE") or fallback)


def cache_key(*parts: str | bytes) -> str:
    """Return a name for something in the cache: 20 hexadecimal digits that change with any of its parts."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() if isinstance(part, str) else part)
    return digest.hexdigest()[:20]


def results_root() -> Path:
    """Return the folder with records: ``ADAH_RESULTS``, else ``results/`` of the project."""
    return Path(os.environ.get("ADAH_RESULTS") or PROJECT / "results")
