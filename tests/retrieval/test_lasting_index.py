"""LastingIndex against a dictionary and a sort: histories, snapshots, threads, failures, bad input."""

import doctest
import os
import threading
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from adahlib.errors import AdahError
from adahlib.retrieval import BinaryCodes, LastingIndex, lasting_index
from adahlib.retrieval.lasting_manifest import read_manifest
from tests.lasting import BITS, CHANGES, begun, check, content, only_files_of_the_state, put
from tests.toys import random_codes


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch):
    """Leave out ``fsync``, which takes most of the time and matters for a power cut only."""
    monkeypatch.setattr(os, "fsync", lambda number: None)


def test_the_example_runs():
    failed, attempted = doctest.testmod(lasting_index)
    assert attempted and not failed


@pytest.mark.parametrize("seed", range(6))
def test_a_history_equals_a_dictionary_and_readers_keep_what_they_opened(tmp_path, seed):
    draw, model = np.random.default_rng(seed), {}
    index, other = LastingIndex.create(tmp_path / "i", BITS), LastingIndex(tmp_path / "i")
    readers = []
    for step in range(30):
        n, kind = int(draw.integers(0, 20)), draw.choice(["append", "replace", "remove", "compact", "refused"])
        names, codes = draw.choice(80, n, replace=False), random_codes(n + 1, BITS, seed=100 * seed + step)[1:]
        writer = index if draw.random() < 0.7 else other
        if kind == "append":
            fresh = [row for row, name in enumerate(names) if name not in model]
            writer.append(codes[fresh], names[fresh])
            model = put(model, codes[fresh], names[fresh])
        elif kind == "replace":
            writer.append(codes, names, replace=True)
            model = put(model, codes, names)
        elif kind == "remove":
            gone = [name for name in names if name in model]
            writer.remove(gone)
            model = {name: code for name, code in model.items() if name not in gone}
        elif kind == "compact":
            writer.compact()
            assert len(read_manifest(tmp_path / "i").segments) == min(1, len(model))
        elif set(names) - set(model):
            with pytest.raises(AdahError, match="is not in the index"):
                writer.remove(names)
        if kind == "refused":  # which shows what it showed before
            writer.refresh()
        check(writer, model)
        assert only_files_of_the_state(tmp_path / "i")
        readers.append((LastingIndex(tmp_path / "i"), model))
    for reader, known in readers[::4]:
        check(reader, known)
        reader.refresh()
        check(reader, model)
    LastingIndex(tmp_path / "i").check()


@pytest.mark.parametrize("bits", [1, 64, 130])
def test_codes_of_any_length_come_back_in_one_order(tmp_path, bits):
    codes, names = random_codes(300, bits), np.random.default_rng(0).permutation(900)[:300]
    index, model = LastingIndex.create(tmp_path, bits), {}
    for start in range(0, 300, 100):
        some = slice(start, start + 100)
        index.append(codes[some], names[some])
        model = put(model, codes[some], names[some])
    index.remove(names[50:150])
    index.compact()
    check(index, {name: code for name, code in model.items() if name not in names[50:150]}, bits)


def test_an_id_that_was_removed_comes_again_and_one_that_is_held_does_not(tmp_path):
    index, codes = LastingIndex.create(tmp_path, BITS), random_codes(3, BITS)
    index.append(codes, [5, 2**63 - 1, 0])
    with pytest.raises(AdahError, match="id 5 is in the index already; remove it first, or give replace=True"):
        index.append(codes[:2], [8, 5])
    index.remove([5])
    with pytest.raises(AdahError, match="id 5 is not in the index"):
        index.remove([0, 5])
    index.append(codes[2:], [5])
    check(index, put({}, codes[[2, 1, 2]], [5, 2**63 - 1, 0]))
    index.append(codes[:1], [0], replace=True)
    check(index, put({}, codes[[2, 1, 0]], [5, 2**63 - 1, 0]))
    index.remove(index.ids)
    index.compact()
    check(index, {})
    assert repr(index) == "LastingIndex(0 codes of 12 bits; segments: 0, removed: 0)"


def test_threads_that_change_one_index_wait_for_each_other(tmp_path):
    index = LastingIndex.create(tmp_path, BITS)

    def grow(first):
        for name in range(first, first + 10):
            index.append(random_codes(1, BITS), [name])

    threads = [threading.Thread(target=grow, args=(first,)) for first in (0, 100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    index.refresh()
    assert index.ids.tolist() == [first + step for first in (0, 100, 200) for step in range(10)]


def test_a_change_that_fails_leaves_the_state_before_and_no_files(tmp_path, monkeypatch):
    index = begun(tmp_path / "i")
    before = content(index)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("adahlib.retrieval.lasting_index.write_manifest", full)
    for change in CHANGES.values():
        with pytest.raises(OSError, match="No space"):
            change(index)
        assert content(index) == content(LastingIndex(tmp_path / "i")) == before
        assert only_files_of_the_state(tmp_path / "i")


@pytest.mark.parametrize("change", CHANGES)
def test_all_files_and_their_names_are_on_the_disk_before_the_manifest_names_them(tmp_path, monkeypatch, change):
    index, synced, events, rename = begun(tmp_path / "i"), [], [], Path.replace
    before = {path.name for path in (tmp_path / "i").iterdir()}

    def replaced(path, target):
        events.append(("rename", target.name, synced[-1] == path.stat().st_ino))
        return rename(path, target)

    def sync(number):
        synced.append(os.fstat(number).st_ino)
        if synced[-1] == (tmp_path / "i").stat().st_ino:
            events.append(("folder",))

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replaced)
    CHANGES[change](index)
    new = {path.name for path in (tmp_path / "i").iterdir()} - before
    assert {event[1] for event in events[:-3]} == new and all(event[-1] is True for event in events[:-3])
    assert events[-3:] == [("folder",), ("rename", "manifest.json", True), ("folder",)]


def test_opening_reads_little_of_the_files(tmp_path):
    index = LastingIndex.create(tmp_path, 64)
    index.append(BinaryCodes(np.zeros((400_000, 8), np.uint8), 64), np.arange(400_000))
    tracemalloc.start()
    assert len(LastingIndex(tmp_path)) == 400_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda index: index.append(random_codes(2, 32), [1, 2]), "codes have 32 bits and the index 12"),
        (lambda index: index.append(np.ones((2, 12)), [1, 2]), "codes are a ndarray"),
        (lambda index: index.append(random_codes(2, BITS), [1]), "1 ids for 2 codes"),
        (lambda index: index.append(random_codes(2, BITS), [1, 1]), "id 1 is given 2 times"),
        (lambda index: index.append(random_codes(2, BITS), [1.5, 2]), "ids are float64; give whole numbers"),
        (lambda index: index.append(random_codes(2, BITS), [-1, 2]), "id -1 is below 0"),
        (lambda index: index.remove([4, 4]), "id 4 is given 2 times"),
        (lambda index: index.remove([3]), "id 3 is not in the index"),
        (lambda index: index.search(random_codes(1, BITS), 0), "k=0 must be a whole number"),
        (lambda index: index.search(random_codes(1, 16), 1), "codes have 16 bits and the index 12"),
        (lambda index: index.search_radius(random_codes(1, BITS), -1), "radius=-1 must be"),
        (lambda index: LastingIndex.create(index.folder, BITS), "holds 'codes-1.npy'; an index is made in a folder"),
        (lambda index: LastingIndex.create(index.folder / "a" / "b", BITS), "cannot be made"),
        (lambda index: LastingIndex.create(index.folder / "manifest.json", BITS), "cannot be made: it is a file"),
        (lambda index: LastingIndex.create(index.folder / "a", 0), "codes have 0 bits"),
        (lambda index: LastingIndex(index.folder / "nowhere"), "is no lasting index of adahlib: it has no manifest"),
    ],
)
def test_bad_input_is_refused(tmp_path, call, message):
    index = begun(tmp_path / "i")
    index.remove([0, 1, 2])
    before = content(index)
    with pytest.raises(AdahError, match=message):
        call(index)
    assert content(LastingIndex(tmp_path / "i")) == before
