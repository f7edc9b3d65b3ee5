"""What a folder held at one moment: readers beside a writer, waiting, and an id that two segments hold."""

import os
import time
from dataclasses import replace

import pytest

from adahlib.errors import AdahError
from adahlib.files import waiting
from adahlib.retrieval import LastingIndex, lasting_state
from adahlib.retrieval.lasting_manifest import read_manifest, write_manifest
from adahlib.retrieval.lasting_state import changing, next_state, read_state
from tests.toys import random_codes


@pytest.fixture
def index(tmp_path):
    """An index of two segments."""
    index = LastingIndex.create(tmp_path / "i", 16)
    index.append(random_codes(10, 16), range(10))
    index.append(random_codes(10, 16), range(20, 30))
    return index


def test_a_reader_that_meets_a_writer_reads_the_next_state(index, monkeypatch):
    """Between the manifest and the files that it names another process has merged these."""
    read, calls = lasting_state.read_manifest, []

    def old_then_new(folder):
        manifest = read(folder)
        if not calls:
            calls.append(1)
            LastingIndex(folder).compact()
        return manifest

    monkeypatch.setattr(lasting_state, "read_manifest", old_then_new)
    assert len(read_state(index.folder)) == 20 and len(read_state(index.folder).segments) == 1


def test_segments_that_stand_are_not_mapped_again(index):
    known = read_state(index.folder)
    index.remove([3])
    newer = read_state(index.folder, known)
    assert newer.segments[1] is known.segments[1] and newer.segments[0] is not known.segments[0]


def test_what_a_killed_writer_left_makes_room_before_the_next_writes(index):
    for name in ("codes-9.npy", "removed-4.npy"):
        (index.folder / name).touch()
    with next_state(read_state(index.folder)):
        left = {path.name for path in index.folder.iterdir()} - {".lock", "manifest.json"}
        assert left == {"codes-1.npy", "ids-1.npy", "codes-2.npy", "ids-2.npy"}


def test_an_id_in_two_segments_is_told(index):
    manifest = read_manifest(index.folder)
    write_manifest(replace(manifest, segments=manifest.segments + manifest.segments[:1]), index.folder)
    with pytest.raises(AdahError, match="two of its segments hold the id 0; restore it"):
        LastingIndex(index.folder).check()


def test_a_second_writer_waits_and_says_so(index, monkeypatch, capsys):
    monkeypatch.setattr(waiting, "NOTICE_SECONDS", 0.05)
    ready, told = os.pipe()
    child = os.fork()
    if child == 0:
        with changing(index.folder):
            os.write(told, b"1")
            time.sleep(0.4)
        os._exit(0)
    os.read(ready, 1)
    index.remove([25])
    os.waitpid(child, 0)
    assert len(LastingIndex(index.folder)) == 19
    assert capsys.readouterr().err == f"waiting for another process, which is making a change to {index.folder}\n"


def test_another_index_in_the_place_of_the_first_is_noticed(index):
    for path in index.folder.iterdir():
        path.unlink()
    LastingIndex.create(index.folder, 8)
    with pytest.raises(AdahError, match="codes have 16 bits and the index 8"):
        index.append(random_codes(1, 16), [99])
