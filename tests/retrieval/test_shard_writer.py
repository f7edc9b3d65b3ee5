"""Writing shards: blocks of any size, whole or not at all, and nothing that is somebody else's is overwritten."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from adahlib.errors import AdahError
from adahlib.paths import PROJECT
from adahlib.retrieval import BinaryCodes, open_shards, write_shards
from tests.toys import random_codes

CODES, LABELS = random_codes(10, 12), np.arange(30).reshape(10, 3) % 2


@pytest.mark.parametrize("size", [1, 3, 4, 10, 11])
@pytest.mark.parametrize("block", [1, 4, 10])
def test_blocks_are_cut_into_shards(tmp_path, size, block):
    with write_shards(tmp_path / "shards", 12, 3, shard_size=size) as writer:
        for start in range(0, 10, block):
            writer.append(CODES[start : start + block], LABELS[start : start + block])
        writer.append(CODES[:0], LABELS[:0])
    found = open_shards(tmp_path / "shards")
    assert found.counts == tuple(min(size, 10 - start) for start in range(0, 10, size))
    packed = np.concatenate([part.packed for part in found])
    assert BinaryCodes(packed, 12).content_hash() == CODES.content_hash()
    assert np.concatenate([part.ids for part in found]).tolist() == list(range(10))
    assert [path.name for path in tmp_path.iterdir()] == ["shards"]


def test_older_shards_are_replaced_whole_and_stay_where_writing_fails(tmp_path):
    folder = tmp_path / "shards"
    for size in (2, 5):
        with write_shards(folder, 12, 3, shard_size=size) as writer:
            writer.append(CODES, LABELS)
    assert open_shards(folder).counts == (5, 5) and len(list(folder.iterdir())) == 7
    for error in (KeyboardInterrupt, RuntimeError):
        with pytest.raises(error), write_shards(folder, 12, 3) as writer:
            writer.append(CODES[:4], LABELS[:4])
            raise error
    assert open_shards(folder).counts == (5, 5)
    assert [path.name for path in tmp_path.iterdir()] == ["shards"]


def test_an_interruption_leaves_nothing(tmp_path):
    with pytest.raises(KeyboardInterrupt), write_shards(tmp_path / "shards", 12, 3) as writer:
        writer.append(CODES, LABELS)
        raise KeyboardInterrupt
    assert not list(tmp_path.iterdir())


FOREVER = """
import sys
import numpy as np
from adahlib.retrieval import BinaryCodes, write_shards
with write_shards(sys.argv[1], 12, 3, shard_size=7) as writer:
    while True:
        writer.append(BinaryCodes.from_signs(-np.ones((10, 12))), np.zeros((10, 3)))
"""


@pytest.mark.slow
def test_a_killed_writer_leaves_no_folder_and_the_next_one_cleans_up(tmp_path):
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-W", "ignore", "-c", FOREVER, str(tmp_path / "shards")]
    process = subprocess.Popen(command, env=environment)
    end = time.monotonic() + 120
    while not list(tmp_path.rglob("*.npy")):
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "shards").exists()
    with write_shards(tmp_path / "shards", 12, 3) as writer:
        writer.append(CODES, LABELS)
    assert [path.name for path in tmp_path.iterdir()] == ["shards"]


def test_foreign_folders_are_left_alone(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "letter.txt").write_text("dear")
    sentence = r"holds 'letter\.txt'; a set of shards is written to a folder of its own"
    with pytest.raises(AdahError, match=sentence), write_shards(folder, 12, 3):
        pass
    (folder / "letter.txt").rename(folder / "about.json")
    with pytest.raises(AdahError, match="is there and is not a set of shards of adahlib"), write_shards(folder, 12, 3):
        pass
    assert (folder / "about.json").read_text() == "dear"
    with pytest.raises(AdahError, match="there is no folder"), write_shards(tmp_path / "no" / "where", 12, 3):
        pass


WRONG = {
    "no codes": (([[1]], [[0, 1, 0]]), r"codes are a list; use BinaryCodes\.from_signs"),
    "another length": ((random_codes(1, 16), [[0, 1, 0]]), "codes have 16 bits and the shards 12"),
    "another number of labels": ((CODES[:1], [[0, 1]]), r"labels are \(1, 2\) for 1 codes; give \(1, 3\)"),
    "too few labels": ((CODES[:2], [[0, 1, 0]]), r"labels are \(1, 3\) for 2 codes; give \(2, 3\)"),
    "no labels": ((CODES[:1], [[0, 2, 0]]), "labels holds values other than 0 and 1"),
    "the same id twice": ((CODES[:3], LABELS[:3], [2, 4, 4]), "id 4 is given 2 times; ids are different numbers"),
    "a negative id": ((CODES[:1], LABELS[:1], [-4]), "id -4 is below 0; give whole numbers of at least 0"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_blocks_are_refused_and_nothing_of_them_is_written(tmp_path, case):
    arguments, sentence = WRONG[case]
    with write_shards(tmp_path / "shards", 12, 3) as writer:
        with pytest.raises(AdahError, match=sentence):
            writer.append(*arguments)
        writer.append(CODES[:1], LABELS[:1])
    assert open_shards(tmp_path / "shards").size == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((0, 3), "codes have 0 bits"),
        ((12, 0), "labels=0 must be a whole number, at least 1"),
        ((12, 3, 0), "shard_size=0 must be a whole number, at least 1"),
    ],
)
def test_wrong_sizes_are_refused(tmp_path, arguments, sentence):
    with pytest.raises(AdahError, match=sentence), write_shards(tmp_path / "shards", *arguments):
        pass


def test_a_set_of_no_shards_is_refused(tmp_path):
    with pytest.raises(AdahError, match="no codes were appended"), write_shards(tmp_path / "shards", 12, 3):
        pass
    assert not list(tmp_path.iterdir())


def test_nothing_is_left_open(tmp_path):
    with contextlib.suppress(KeyboardInterrupt), write_shards(tmp_path / "shards", 12, 3) as writer:
        writer.append(CODES, LABELS)
        files = list(writer._files.values())
        raise KeyboardInterrupt
    assert len(files) == 3 and all(file.closed for file in files)
