"""What all tests share: the project's folder, quiet progress bars, no touching of the committed results."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("ADAH_PROGRESS", "0")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # small matrices: a second thread only waits
pytest.PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture
def results(tmp_path, monkeypatch):
    """An empty results folder in place of the project's."""
    monkeypatch.setenv("ADAH_RESULTS", str(tmp_path / "results"))
    return tmp_path / "results"
