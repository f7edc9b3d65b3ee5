"""What all tests share: quiet progress bars, results and caches of their own, and what the marker ``slow`` is for."""

import os
import subprocess
import sys

import pytest

from adahlib.paths import cache_root

os.environ.setdefault("ADAH_PROGRESS", "0")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # small matrices: a second thread only waits


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give the tests of a file to one process, and those of the rendered book too, which is then built once."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid):
            return "tests/book" if nodeid.startswith("tests/book/") else super()._split_scope(nodeid)

    return Scheduling(config, log)


@pytest.fixture
def results(tmp_path, monkeypatch):
    """An empty results folder in place of the project's, and a cache with scenes and maps but no trained codes."""
    monkeypatch.setenv("ADAH_RESULTS", str(tmp_path / "results"))
    monkeypatch.setenv("ADAH_CACHE", str(make_cache(tmp_path / "cache")))
    return tmp_path / "results"


@pytest.fixture(scope="session")
def cache_without_codes():
    """The function that makes such a cache in a new folder, for runs that must train by themselves."""
    return make_cache


def make_cache(folder):
    """Make a cache whose data sets and maps are the user's, since computing them takes a minute; return the folder."""
    folder.mkdir()
    for name in ("emoji-scenes", "maps", "mirflickr25k"):
        kept = cache_root() / name
        kept.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(kept)
    return folder


@pytest.fixture(autouse=True)
def a_test_without_the_marker_slow_starts_no_program(request, monkeypatch):
    """Fail a test that starts Python or a program of its environment, unmarked: ``make test-fast`` is to stay fast."""
    if "slow" not in request.keywords:
        start = subprocess.Popen.__init__

        def checked(process, command, *arguments, **options):
            program = command if isinstance(command, str) else os.fspath(command[0])
            assert not program.startswith(sys.prefix), f"a test that starts {program} is to be marked slow"
            start(process, command, *arguments, **options)

        monkeypatch.setattr(subprocess.Popen, "__init__", checked)
