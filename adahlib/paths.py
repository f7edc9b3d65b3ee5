"""Where things lie: the user's data, the cache and the project's results. Never the current directory."""

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


def results_root() -> Path:
    """Return the folder with records: ``ADAH_RESULTS``, else ``results/`` of the project."""
    return Path(os.environ.get("ADAH_RESULTS") or PROJECT / "results")
