"""Folders where there is no home, none that may be written to, or not even a name of the user."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from adahlib.errors import AdahError
from adahlib.paths import PROJECT, cache_root, data_root, in_clone, may_write, results_root


@pytest.fixture
def homeless(monkeypatch):
    """A user whose home folder is unknown."""

    def unknown():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", unknown)
    for name in ("ADAH_DATA", "ADAH_CACHE", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)


def test_folders_are_where_the_environment_says(monkeypatch, tmp_path, homeless):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert (data_root(), cache_root()) == (tmp_path / "data/adahlib", tmp_path / "cache/adahlib")
    monkeypatch.setenv("ADAH_DATA", "/d")
    monkeypatch.setenv("ADAH_CACHE", "/c")
    assert (data_root(), cache_root()) == (Path("/d"), Path("/c"))


@pytest.mark.parametrize("root", [data_root, cache_root])
def test_without_a_home_one_sentence_says_what_to_set(homeless, root):
    with pytest.raises(AdahError, match="this user has no home folder; name folders for data and cache in ADAH_DATA"):
        root()


def test_records_are_in_the_clone_or_else_in_the_current_folder_and_never_beside_the_installed_package(
    monkeypatch, tmp_path
):
    monkeypatch.delenv("ADAH_RESULTS", raising=False)
    monkeypatch.chdir(tmp_path)
    assert in_clone() and results_root() == PROJECT / "results"
    monkeypatch.setattr("adahlib.paths.PROJECT", tmp_path / "site-packages")
    assert not in_clone() and results_root() == tmp_path / "results"
    monkeypatch.setenv("ADAH_RESULTS", "/r")
    assert results_root() == Path("/r")


def test_a_folder_that_is_not_there_may_be_made_where_its_parent_may_be_written_to(tmp_path):
    assert may_write(tmp_path) and may_write(tmp_path / "a" / "b")
    (tmp_path / "file").write_text("x")
    assert not may_write(tmp_path / "file" / "b")


AS_NOBODY = """
import os, numba, numpy as np, scipy.sparse, torch, encodings.idna  # what lies where another user may not read
numba.njit(lambda x: x + 1)(1)
os.setgroups([]), os.setgid(12345), os.setuid(12345)
from adahlib.retrieval import BinaryCodes, mean_average_precision
codes = BinaryCodes.from_signs(np.eye(4) - 0.5)
print(mean_average_precision(codes, codes, np.eye(4), np.eye(4)), os.environ["NUMBA_CACHE_DIR"])
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root becomes another user")
@pytest.mark.parametrize("environment", [{}, {"HOME": "/"}, {"HOME": "/", "ADAH_CACHE": "{}/cache"}], ids=str)
def test_a_user_without_home_and_name_ranks_from_a_checkout_that_they_may_only_read(environment):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        shutil.copytree(PROJECT / "adahlib", f"{folder}/code/adahlib", ignore=shutil.ignore_patterns("__pycache__"))
        kept = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{folder}/code"}
        kept |= {name: value.format(folder) for name, value in environment.items()}
        command = [sys.executable, "-c", AS_NOBODY]
        done = subprocess.run(command, env=kept, cwd="/", text=True, capture_output=True)
        assert done.returncode == 0, done.stderr
        value, numba = done.stdout.split()
        assert float(value) == 1
        assert numba.startswith(f"{folder}/cache/numba" if "ADAH_CACHE" in environment else tempfile.gettempdir())
        assert os.path.exists(numba) == ("ADAH_CACHE" in environment)
