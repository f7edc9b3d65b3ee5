"""A process that waits for another says what for."""

import os
import time

import pytest
from filelock import FileLock, Timeout

from adahlib.files import waiting, waiting_lock


def held_by_a_child(path, seconds):
    """Have a process of its own hold a lock for a while; return its number when it does."""
    ready, told = os.pipe()
    child = os.fork()
    if child == 0:
        with FileLock(path):
            os.write(told, b"1")
            time.sleep(seconds)
        os._exit(0)
    os.read(ready, 1)
    return child


def test_waiting_is_said_once_and_ends(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(waiting, "NOTICE_SECONDS", 0.05)
    child = held_by_a_child(tmp_path / "a.lock", 0.5)
    with pytest.raises(Timeout), waiting_lock(tmp_path / "a.lock", "the record", wait=False):
        pass
    assert capsys.readouterr().err == ""
    with waiting_lock(tmp_path / "a.lock", "the record"):
        assert capsys.readouterr().err == "waiting for another process, which is making the record\n"
    os.waitpid(child, 0)
    with waiting_lock(tmp_path / "a.lock", "the record"):
        assert capsys.readouterr().err == ""
