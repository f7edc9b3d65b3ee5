"""LastingIndex where processes are killed, at every moment or at random ones, and where two change it at once."""

import functools
import os
import shutil
import signal
import time

import numpy as np
import pytest

from adahlib.retrieval import LastingIndex
from adahlib.retrieval.lasting_manifest import read_manifest
from tests.killing import in_a_child
from tests.lasting import BITS, CHANGES, begun, check, content, only_files_of_the_state
from tests.toys import random_codes


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch):
    """Leave out ``fsync``, which takes most of the time and matters for a power cut only."""
    monkeypatch.setattr(os, "fsync", lambda number: None)


@pytest.mark.slow
@pytest.mark.parametrize("change", ["replace", "compact"])  # replacing appends and removes
def test_a_kill_at_any_moment_leaves_the_state_before_or_after(tmp_path, change):
    """The events are counted, so that every moment is met; those of one change are between 30 and 80."""
    killed, found = 0, []
    before, expected = content(begun(tmp_path / "before")), begun(tmp_path / "after")
    CHANGES[change](expected)
    after = content(expected)
    while True:
        folder = tmp_path / f"{killed}"
        shutil.copytree(tmp_path / "before", folder)
        index = LastingIndex(folder)
        if not in_a_child(functools.partial(CHANGES[change], index), kill_at=killed + 1):
            break
        killed += 1
        now = content(LastingIndex(folder))
        assert now in (before, after)
        found.append(len(read_manifest(folder).segments) if change == "compact" else now == after)
        LastingIndex(folder).check()
        index.append(random_codes(1, BITS, seed=4), [50])
        assert only_files_of_the_state(folder) and len(index) == len(now[0]) + 1
    assert killed > 8 and len(set(found)) == 2 and content(LastingIndex(folder)) == after


def test_a_kill_while_an_index_is_made_leaves_none_or_an_empty_one(tmp_path):
    killed = 0
    while in_a_child(lambda: LastingIndex.create(tmp_path / "i", BITS), kill_at=killed + 1):
        killed += 1
        if (tmp_path / "i" / "manifest.json").exists():
            check(LastingIndex(tmp_path / "i"), {})
        else:
            check(LastingIndex.create(tmp_path / "i", BITS), {})
        for path in (tmp_path / "i").iterdir():
            path.unlink()
    assert killed > 3


def history(seed, steps=400):
    """Return changes, functions of an index, and the ids that are held after each, from none on."""
    draw, held, changes, states = np.random.default_rng(seed), set(), [], [[]]
    for step in range(steps):
        names = draw.choice(60, 10, replace=False).tolist()
        if step % 7 == 6:
            changes.append(lambda index: index.compact())
        elif step % 2 and held:
            gone = [name for name in names if name in held]
            changes.append(lambda index, gone=gone: index.remove(gone))
            held = held - set(gone)
        else:
            codes = random_codes(10, BITS, seed=step)
            changes.append(lambda index, codes=codes, names=names: index.append(codes, names, replace=True))
            held = held | set(names)
        states.append(sorted(held))
    return changes, states


@pytest.mark.slow
def test_kills_at_random_moments_leave_the_state_before_or_after(tmp_path):
    draw = np.random.default_rng(0)
    changes, states = history(0)
    LastingIndex.create(tmp_path / "i", BITS)
    done, kills = 0, 0
    while done < len(changes) and kills < 40:
        told, tell = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                index = LastingIndex(tmp_path / "i")
                for change in changes[done:]:
                    change(index)
                    os.write(tell, b"1")
            finally:
                os._exit(0)
        os.close(tell)
        time.sleep(draw.uniform(0.002, 0.08))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        kills, finished = kills + 1, done + len(os.read(told, 1000))
        os.close(told)
        index = LastingIndex(tmp_path / "i")
        index.check()
        held = index.ids.tolist()
        assert held in states[finished : finished + 2]
        done = finished  # changes may come twice: appended ids replace, and those removed are looked up
        if held != states[finished]:
            done = finished + 1
    assert kills >= 5


@pytest.mark.slow
def test_two_processes_that_append_and_remove_at_once_lose_nothing(tmp_path):
    LastingIndex.create(tmp_path, BITS)
    children = []
    for first in (0, 1000):
        child = os.fork()
        if child == 0:
            try:
                index = LastingIndex(tmp_path)
                for start in range(first, first + 150, 10):
                    index.append(random_codes(10, BITS, seed=start), range(start, start + 10))
                    index.remove([start])
                    if start % 50 == 0:
                        index.compact()
            finally:
                os._exit(0)
        children.append(child)
    reader = LastingIndex(tmp_path)
    while children:
        reader.refresh()
        assert reader.search(random_codes(1, BITS), 1)[1].shape == (1, 1)
        children = [child for child in children if os.waitpid(child, os.WNOHANG)[0] == 0]
    expected = [name for first in (0, 1000) for name in range(first, first + 150) if name % 10]
    assert LastingIndex(tmp_path).ids.tolist() == expected and only_files_of_the_state(tmp_path)
