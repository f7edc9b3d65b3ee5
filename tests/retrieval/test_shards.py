"""Folders of shards as they are read: what they give back, and one sentence for every defect."""

import json
import shutil

import numpy as np
import pytest

from adahlib.errors import AdahError
from adahlib.files import DamagedError, write_sealed
from adahlib.retrieval import (
    BinaryCodes,
    open_shards,
    shard_histograms,
    shards,
    top_k,
    within_radius,
    write_shards,
)
from tests.damage import flipped_bits
from tests.toys import random_codes


def written(folder, counts=(5, 5, 3), bits=12, labels=3, seed=0):
    """Write random shards; return codes, labels and ids."""
    total, draw = sum(counts), np.random.default_rng(seed)
    codes, tags = random_codes(total, bits, seed), draw.random((total, labels)) < 0.4
    ids = draw.permutation(10 * total)[:total]
    with write_shards(folder, bits, labels, shard_size=max(counts)) as writer:
        for start in range(0, total, max(counts)):
            rows = slice(start, start + max(counts))
            writer.append(codes[rows], tags[rows], ids[rows])
    return codes, tags, ids


@pytest.fixture
def folder(tmp_path):
    written(tmp_path / "shards")
    return tmp_path / "shards"


@pytest.mark.parametrize(("bits", "labels"), [(1, 1), (12, 3), (48, 64), (64, 24), (100, 65), (1024, 130)])
def test_shards_give_back_what_was_written(tmp_path, bits, labels):
    codes, tags, ids = written(tmp_path / "shards", bits=bits, labels=labels)
    found = open_shards(tmp_path / "shards")
    assert (found.bits, found.labels, found.counts, found.size, len(found)) == (bits, labels, (5, 5, 3), 13, 3)
    parts = list(found)
    assert all(isinstance(part.packed, np.memmap) and not part.ids.flags.writeable for part in parts)
    assert BinaryCodes(np.concatenate([part.packed for part in parts]), bits).content_hash() == codes.content_hash()
    unpacked = [np.unpackbits(part.labels, axis=1, count=labels) for part in parts]
    np.testing.assert_array_equal(np.concatenate(unpacked), tags)
    assert np.concatenate([part.ids for part in parts]).tolist() == ids.tolist()
    np.testing.assert_array_equal(found[-1].ids, parts[2].ids)
    with pytest.raises(IndexError, match="there are 3 shards"):
        found[3]
    found.check_digests()


def test_blocks_of_one_word_are_read_without_a_copy(tmp_path):
    written(tmp_path / "shards", bits=64)
    codes, tags = next(open_shards(tmp_path / "shards").blocks(0))
    assert codes.shape == tags.shape == (1, 5) and codes.flags.c_contiguous and codes.base is not None


def test_opening_reads_no_more_than_the_beginnings(folder, monkeypatch):
    read, kept = [], shards.read_rows

    def noted(path, start, stop, words):
        read.append(stop)
        return kept(path, start, stop, words)

    monkeypatch.setattr(shards, "FIRST", 2)
    monkeypatch.setattr(shards, "read_rows", noted)
    open_shards(folder)
    assert read == [2] * 6


def rewritten(path, array):
    path.unlink()
    with path.open("wb") as file:
        np.save(file, array)


def ones(shape):
    return np.full(shape, 255, np.uint8)


CODES, LABELS, IDS = (f"00001.{part}.npy" for part in ("codes", "labels", "ids"))
DEFECTS = {
    "a missing file": (lambda f: (f / LABELS).unlink(), r"00001\.labels\.npy is missing, of which about\.json tells"),
    "a file cut off": (
        lambda f: (f / CODES).write_bytes((f / CODES).read_bytes()[:-3]),
        r"00001\.codes\.npy was cut off: it has 165 bytes where 168 are needed",
    ),
    "a longer file": (
        lambda f: (f / IDS).write_bytes((f / IDS).read_bytes() + b"more"),
        r"00001\.ids\.npy was written on: it has 172 bytes where 168 are needed",
    ),
    "an empty file": (lambda f: (f / CODES).write_bytes(b""), r"00001\.codes\.npy is no \.npy file"),
    "another program's file": (lambda f: (f / CODES).write_text("dear"), r"00001\.codes\.npy is no \.npy file"),
    "a foreign type": (
        lambda f: rewritten(f / CODES, np.zeros((5, 8), np.float32)),
        r"00001\.codes\.npy holds float32 \(5, 8\) where uint8 \(5, 8\) is needed",
    ),
    "bytes of the other order": (
        lambda f: rewritten(f / IDS, np.zeros(5, ">i8")),
        r"00001\.ids\.npy holds >i8 \(5,\) where int64 \(5,\) is needed",
    ),
    "columns for rows": (
        lambda f: rewritten(f / CODES, np.zeros((5, 8), np.uint8, order="F")),
        r"00001\.codes\.npy holds uint8 \(5, 8\) column by column where uint8 \(5, 8\) is needed",
    ),
    "fewer labels than codes": (
        lambda f: rewritten(f / LABELS, np.zeros((4, 8), np.uint8)),
        r"00001\.labels\.npy holds uint8 \(4, 8\) where uint8 \(5, 8\) is needed",
    ),
    "longer codes": (
        lambda f: rewritten(f / CODES, np.zeros((5, 16), np.uint8)),
        r"00001\.codes\.npy holds uint8 \(5, 16\) where uint8 \(5, 8\) is needed",
    ),
    "a pickle": (
        lambda f: rewritten(f / CODES, np.array([{}] * 5, dtype=object)),
        r"00001\.codes\.npy holds object \(5,\) where uint8 \(5, 8\) is needed",
    ),
    "unused bits of codes": (
        lambda f: rewritten(f / CODES, ones((5, 8))),
        r"00001\.codes\.npy has ones behind the 12 bits of a row, first in row 0",
    ),
    "unused bits of labels": (
        lambda f: rewritten(f / LABELS, np.eye(5, 8, k=3, dtype=np.uint8)),
        r"00001\.labels\.npy has ones behind the 3 bits of a row, first in row 0",
    ),
    "no description": (lambda f: (f / "about.json").unlink(), r"holds no shards: it has no about\.json"),
    "a torn description": (lambda f: (f / "about.json").write_text('{"form'), r"about\.json is torn"),
    "a changed description": (
        lambda f: (f / "about.json").write_text((f / "about.json").read_text().replace('"bits": 12', '"bits": 13')),
        r"about\.json was changed or is of another program",
    ),
    "another format": (
        lambda f: described(f, format="adahlib-code-shards-9"),
        r"is of the format 'adahlib-code-shards-9' where 'adahlib-code-shards-1' is needed",
    ),
    "odd bits": (lambda f: described(f, bits="12"), r"about\.json describes no shards: bits='12' must be a whole"),
    "no shard": (lambda f: described(f, shards=[]), r"about\.json describes no shards: it lists no shard\."),
    "no list": (lambda f: described(f, shards=3), r"about\.json describes no shards: "),
    "an empty shard": (
        lambda f: described(f, shards=[{"count": 0, "sha256": {}}]),
        r"about\.json describes no shards: count=0 must be a whole number, at least 1\.",
    ),
}


def described(folder, **changed):
    """Describe a folder anew, as a foreign program might that knows the digest."""
    write_sealed(json.loads((folder / "about.json").read_text()) | changed, folder / "about.json")


@pytest.mark.parametrize("defect", DEFECTS)
def test_each_defect_is_one_sentence(folder, defect):
    damage, sentence = DEFECTS[defect]
    damage(folder)
    with pytest.raises(AdahError, match=sentence) as found:
        open_shards(folder)
    assert str(found.value).endswith(".") and "\n" not in str(found.value)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(AdahError, match="nowhere holds no shards"):
        open_shards(tmp_path / "nowhere")


def test_a_flipped_bit_anywhere_is_noticed_by_the_digests(folder):
    for _ in flipped_bits(folder, per_file=4):
        with pytest.raises(AdahError):
            open_shards(folder).check_digests()
    open_shards(folder).check_digests()


def test_shards_of_two_folders_do_not_mix(folder, tmp_path):
    written(tmp_path / "others", seed=1)
    shutil.copy(tmp_path / "others" / CODES, folder / CODES)
    with pytest.raises(DamagedError, match=r"00001\.codes\.npy is not what was written"):
        open_shards(folder).check_digests()


def test_what_goes_wrong_after_opening_is_told(folder):
    found = open_shards(folder)
    whole = (folder / CODES).read_bytes()
    (folder / CODES).write_bytes(whole[:-8])
    with pytest.raises(AdahError, match="was cut off while it was read, before row 5"):
        list(found.blocks(1, 3))
    (folder / CODES).write_bytes(whole[:-1] + b"\1")
    with pytest.raises(AdahError, match="ones behind the 12 bits of a row, first in row 4"):
        list(found.blocks(1, 3))
    (folder / CODES).unlink()
    with pytest.raises(AdahError, match="cannot be read"):
        list(found.blocks(1))


def test_a_shard_that_is_cut_off_or_gone_after_opening_is_not_mapped(folder):
    found = open_shards(folder)
    whole = (folder / CODES).read_bytes()
    (folder / CODES).write_bytes(whole[:-8])
    with pytest.raises(AdahError, match=r"00001\.codes\.npy was cut off: it has"):
        list(found)
    (folder / CODES).unlink()
    with pytest.raises(AdahError, match=r"00001\.codes\.npy is missing"):
        found[1]


def test_a_folder_that_is_written_anew_is_another_database(folder, tmp_path):
    """Its files have the same names, shapes and sizes, so that other codes would be counted as the ones opened."""
    found, query = open_shards(folder), random_codes(2, 12)
    labels = np.eye(3, dtype=np.uint8)[:2]
    before = shard_histograms(query, found, labels)
    shutil.rmtree(folder)
    written(folder, seed=1)
    for use in (
        lambda: shard_histograms(query, found, labels),
        lambda: top_k(query, found, 3),
        lambda: within_radius(query, found, 3),
        lambda: found[0],
    ):
        with pytest.raises(AdahError, match="shards was written anew since it was opened; open it again"):
            use()
    shutil.rmtree(folder)
    written(folder)
    np.testing.assert_array_equal(shard_histograms(query, found, labels), before)  # the same content as before


def test_a_file_of_another_content_is_noticed_where_it_is_checked(folder, tmp_path):
    written(tmp_path / "others", seed=1)
    shutil.copy(tmp_path / "others" / CODES, folder / CODES)
    assert len(open_shards(folder)) == 3
    with pytest.raises(DamagedError, match=r"00001\.codes\.npy is not what was written"):
        open_shards(folder, check=True)
