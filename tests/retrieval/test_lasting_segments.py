"""Segments in files: written, mapped, merged, and every kind of damage to them."""

import numpy as np
import pytest

from adahlib.errors import AdahError
from adahlib.retrieval import LastingIndex
from adahlib.retrieval import lasting_segments as segments
from adahlib.retrieval.lasting_segments import open_segment, without, write_merged, write_segment
from tests.damage import flipped_bits
from tests.toys import random_codes

BITS = 20


def made(folder, count=3, n=50):
    """Return segments of random codes with ids in disorder, some of them removed; and a model of what is held."""
    ids, model, found = np.random.default_rng(0).permutation(1000), {}, []
    for number in range(count):
        own, codes = ids[number * n : (number + 1) * n], random_codes(n, BITS, seed=number).packed
        entry = write_segment(folder, 2 * number, codes, own)
        if number:
            entry = without(folder, 2 * number + 1, open_segment(folder, entry, BITS), np.arange(0, n, number + 1))
        found.append(open_segment(folder, entry, BITS))
        gone = set(np.sort(own)[:: number + 1].tolist()) if number else set()
        model |= {int(i): c.tolist() for i, c in zip(own, codes, strict=True) if int(i) not in gone}
    return found, model


def held(parts):
    """Return what segments hold, id by id."""
    rows = [(part.ids[place], part.codes[place].tolist()) for part in parts for place in part.kept_places()]
    return {int(name): code for name, code in rows}


@pytest.mark.parametrize("rows", [7, 1000])
def test_merging_keeps_what_is_held_in_the_order_of_the_ids(tmp_path, monkeypatch, rows):
    monkeypatch.setattr(segments, "ROWS", rows)
    parts, model = made(tmp_path)
    assert held(parts) == model
    merged = open_segment(tmp_path, write_merged(tmp_path, 9, parts), BITS)
    assert held([merged]) == model and merged.ids.tolist() == sorted(model) and not len(merged.removed)


def test_places_are_those_of_ids_that_are_held(tmp_path):
    (_, part, _), _ = made(tmp_path)
    asked = np.concatenate([part.ids[[0, 1, 49, 48]], [-1, 5000]])
    assert part.places(asked).tolist() == [-1, 1, 49, -1, -1, -1]


def test_a_segment_of_which_all_is_removed_is_none(tmp_path):
    (part, *_), _ = made(tmp_path)
    assert without(tmp_path, 7, part, np.arange(50)) is None
    entry = without(tmp_path, 7, part, np.arange(49))
    assert without(tmp_path, 8, open_segment(tmp_path, entry, BITS), np.array([49])) is None


@pytest.fixture
def folder(tmp_path):
    """The folder of an index with one segment, some of it removed, and no lock."""
    index = LastingIndex.create(tmp_path / "i", BITS)
    index.append(random_codes(100, BITS), range(100))
    index.remove([4, 70])
    (tmp_path / "i" / ".lock").unlink(missing_ok=True)
    return tmp_path / "i"


@pytest.mark.parametrize("name", ["codes-1.npy", "ids-1.npy", "removed-2.npy"])
def test_a_file_that_is_missing_or_cut_off_is_told_when_the_index_is_opened(folder, name):
    whole = (folder / name).read_bytes()
    for content in (whole[:-1], whole[:40], b"", whole + b"x"):
        (folder / name).write_bytes(content)
        with pytest.raises(AdahError, match=rf"{name} has {len(content)} bytes in place of {len(whole)}; restore it"):
            LastingIndex(folder)
    (folder / name).unlink()
    with pytest.raises(AdahError, match=rf"{name} is missing; restore it from a copy"):
        LastingIndex(folder)


def test_a_flipped_bit_anywhere_is_noticed_by_a_check(folder):
    LastingIndex(folder).check()
    for _ in flipped_bits(folder, per_file=30):
        with pytest.raises(AdahError):
            LastingIndex(folder).check()
    LastingIndex(folder).check()


def test_a_flipped_bit_is_not_merged_into_a_new_segment(folder):
    content = bytearray((folder / "codes-1.npy").read_bytes())
    content[-5] ^= 4
    (folder / "codes-1.npy").write_bytes(content)
    before = sorted(path.name for path in folder.iterdir())
    with pytest.raises(AdahError, match=r"codes-1\.npy has changed since it was written"):
        LastingIndex(folder).compact()
    assert sorted(path.name for path in folder.iterdir() if path.name != ".lock") == before


@pytest.mark.parametrize("array", [np.zeros((100, 3), np.int8), np.zeros((3, 100), np.uint8), np.zeros(300, np.uint8)])
def test_an_array_of_another_form_is_refused(folder, array):
    size = (folder / "codes-1.npy").stat().st_size
    np.save(folder / "codes-1.npy", array)
    assert (folder / "codes-1.npy").stat().st_size == size
    with pytest.raises(AdahError, match=r"codes-1\.npy is damaged: it holds another array than was written"):
        LastingIndex(folder)
