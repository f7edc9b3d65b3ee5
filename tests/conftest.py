"""What all tests share: the project's folder, quiet progress bars, no touching of the committed results."""

import os
from pathlib import Path

import pytest

from adahlib.paths import cache_root

os.environ.setdefault("ADAH_PROGRESS", "0")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # small matrices: a second thread only waits
pytest.PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture
def results(tmp_path, monkeypatch):
    """An empty results folder in place of the project's, and a cache with scenes and maps but no trained codes."""
    monkeypatch.setenv("ADAH_RESULTS", str(tmp_path / "results"))
    monkeypatch.setenv("ADAH_CACHE", str(cache_without_codes(tmp_path / "cache")))
    return tmp_path / "results"


@pytest.fixture
def second_cache(tmp_path):
    """Another cache of that kind, for runs that must train by themselves."""
    return str(cache_without_codes(tmp_path / "second-cache"))


def cache_without_codes(folder):
    """Make a cache whose data sets and maps are the user's, since computing them takes a minute."""
    folder.mkdir()
    for name in ("emoji-scenes", "maps", "mirflickr25k"):
        kept = cache_root() / name
        kept.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(kept)
    return folder
