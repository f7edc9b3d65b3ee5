"""Codes and indexes in files: round trips, memory maps, and every kind of broken file."""

import json

import numpy as np
import pytest

from adahlib.errors import AdahError
from adahlib.files import write_digests
from adahlib.retrieval import BinaryCodes, HammingIndex, load_codes, load_index, save_codes, save_index
from adahlib.retrieval.faiss_kinds import KINDS
from tests.damage import flipped_bits
from tests.toys import random_codes


@pytest.mark.parametrize("bits", [1, 9, 64, 1024])
def test_codes_come_back_with_ids_and_metadata(tmp_path, bits):
    codes, path = random_codes(5, bits), tmp_path / "codes.npz"
    save_codes(path, codes, ["a", "b", "ü", "d", "e"], {"method": "adah", "seed": 3})
    found, ids, metadata = load_codes(path)
    assert found.content_hash() == codes.content_hash() and metadata == {"method": "adah", "seed": 3}
    assert ids.tolist() == ["a", "b", "ü", "d", "e"]
    save_codes(path, codes)
    assert load_codes(path)[1].tolist() == [0, 1, 2, 3, 4]
    assert [p.name for p in tmp_path.iterdir()] == ["codes.npz"]


def test_broken_code_files_are_named(tmp_path):
    path = tmp_path / "codes.npz"
    save_codes(path, random_codes(5, 16))
    whole = path.read_bytes()
    np.savez(tmp_path / "other.npz", x=np.ones(3))
    np.savez(tmp_path / "pickle.npz", packed=np.array([{}], dtype=object), bits=8, ids=[0], metadata="{}")
    for name, content in (("cut.npz", whole[:100]), ("empty.npz", b""), ("text.npz", b"hello")):
        (tmp_path / name).write_bytes(content)
    for name in ("cut.npz", "empty.npz", "text.npz", "other.npz", "pickle.npz", "missing.npz"):
        with pytest.raises(AdahError, match=rf"{name} is not a whole file of codes"):
            load_codes(tmp_path / name)
    with pytest.raises(AdahError, match="give a name that ends so"):
        save_codes(tmp_path / "codes.npy", random_codes(2, 8))
    with pytest.raises(AdahError, match="give one a code"):
        save_codes(path, random_codes(2, 8), [1])
    assert path.read_bytes() == whole


@pytest.mark.parametrize("memory_map", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_an_index_comes_back(tmp_path, kind, memory_map):
    index, query = HammingIndex(32, kind), random_codes(6, 32, seed=1, centres=8)
    index.add(random_codes(500, 32, centres=8), np.arange(500) * 2)
    save_index(index, tmp_path / "index")
    found = load_index(tmp_path / "index", memory_map)
    assert (found.bits, found.kind, len(found)) == (32, kind, 500)
    np.testing.assert_array_equal(found.search(query, 5), index.search(query, 5))
    found.add(random_codes(1, 32, seed=5))  # a mapped index is read into memory first
    save_index(found, tmp_path / "index")  # in place of the older one
    assert len(load_index(tmp_path / "index")) == 501
    assert [p.name for p in tmp_path.iterdir()] == ["index"]


def test_an_empty_index_comes_back(tmp_path):
    save_index(HammingIndex(16), tmp_path / "index")
    assert len(load_index(tmp_path / "index")) == 0


def test_broken_indexes_are_named_and_nothing_is_overwritten(tmp_path):
    folder = tmp_path / "index"
    index = HammingIndex(16)
    index.add(random_codes(50, 16))
    save_index(index, folder)
    about = json.loads((folder / "about.json").read_text())
    codes = (folder / "codes.faiss").read_bytes()
    (folder / "codes.faiss").write_bytes(codes[:60])
    with pytest.raises(AdahError, match="codes.faiss has changed since it was written"):
        load_index(folder)
    for changed in ({"bits": 32}, {"kind": "hnsw"}, {"count": 7}, {"settings": [1]}, {"count": None}, {"bits": None}):
        (folder / "codes.faiss").write_bytes(codes)
        (folder / "about.json").write_text(json.dumps(about | changed))
        with pytest.raises(AdahError, match=r"about\.json has changed since"):
            load_index(folder)
        write_digests(folder)  # as a foreign program might
        with pytest.raises(AdahError, match="cannot be read as an index"):
            load_index(folder)
    (folder / "about.json").write_text(json.dumps(about))
    (folder / "codes.faiss").write_bytes(b"x" * len(codes))
    write_digests(folder)
    with pytest.raises(AdahError, match="cannot be read as an index"):
        load_index(folder)
    (folder / "codes.faiss").unlink()
    with pytest.raises(AdahError, match=r"codes\.faiss is missing"):
        load_index(folder)
    (folder / "about.json").write_text(json.dumps(about | {"format": "other"}))
    with pytest.raises(AdahError, match="is of another format"):
        load_index(folder)
    with pytest.raises(AdahError, match="about.json cannot be read"):
        load_index(tmp_path / "nowhere")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(AdahError, match=r"holds 'letter\.txt'; an index is written to a folder of its own"):
        save_index(index, tmp_path / "mine")
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"


@pytest.mark.parametrize("kind", KINDS)
def test_a_flipped_bit_anywhere_in_an_index_is_noticed(tmp_path, kind):
    index = HammingIndex(32, kind)
    index.add(random_codes(200, 32, centres=8))
    save_index(index, tmp_path / "index")
    for _ in flipped_bits(tmp_path / "index", per_file=20):
        with pytest.raises(AdahError):
            load_index(tmp_path / "index")
    assert len(load_index(tmp_path / "index")) == 200


def test_codes_of_the_wrong_kind_are_refused():
    with pytest.raises(AdahError, match="packed codes"):
        BinaryCodes(np.ones((3, 2), np.float32), 16)


def test_arguments_in_the_wrong_order_are_told(tmp_path):
    codes = random_codes(3, 8)
    with pytest.raises(AdahError, match=r"call save_codes\(path, codes\)"):
        save_codes(codes, tmp_path / "codes.npz")
