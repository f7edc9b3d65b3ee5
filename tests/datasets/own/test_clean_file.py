"""Clean files: exact round trips, whole or absent, damage seen; convert from .mat files and by name."""

import json
from dataclasses import replace

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from adahlib.datasets import ImageTextPairs, Split, dataset_split, make_split
from adahlib.datasets.mat.exports import load_mat
from adahlib.datasets.own.clean_file import read_pairs
from adahlib.datasets.own.clean_write import write_pairs
from adahlib.datasets.own.convert import convert
from adahlib.datasets.photos import content_digests, joined_digest
from adahlib.datasets.split_files import save_split
from adahlib.errors import AdahError
from tests.datasets.mat_files import N, features, labels, photos, texts, write


def make_pairs(images, **changes):
    fields = {
        "name": "toy",
        "ids": tuple(f"Zoë {i}" for i in range(N)),
        "images": images,
        "tags": csr_matrix(texts().astype(np.uint8)),
        "labels": labels().astype(np.uint8),
        "vocabulary": tuple(f"word {i}" for i in range(7)),
        "label_names": ("a", "b", "c", "d"),
        "image_hash": joined_digest(content_digests(images)),
        "provenance": {"title": "Toy", "left_out": 2, "left_out_ids": ["é", "f"]},
    }
    return ImageTextPairs(**fields | changes)


def same(one, other):
    assert one.content_hash() == other.content_hash()
    for part in ("name", "ids", "vocabulary", "label_names", "image_hash", "provenance"):
        assert getattr(one, part) == getattr(other, part), part
    assert (one.tags != other.tags).nnz == 0 and one.tags.dtype == other.tags.dtype
    assert one.labels.dtype == other.labels.dtype and (one.labels == other.labels).all()
    for found, right in zip(one.images, other.images, strict=True):
        assert found.dtype == right.dtype and np.array_equal(found, right)


def test_photos_of_any_size_masks_and_split_come_back_exactly(tmp_path):
    images = [photos(1, i, 5 + i, 20 - i)[0] for i in range(N)]
    pairs = make_pairs(images, masks=np.random.default_rng(0).random((N, 4, 4)) < 0.5)
    split = make_split(pairs, 3, 5, 2)
    write_pairs(pairs, tmp_path / "a.h5", split)
    found = read_pairs(tmp_path / "a.h5")
    same(found, pairs)
    assert (found.masks == pairs.masks).all() and found.masks.dtype == bool
    assert joined_digest(content_digests(found.images)) == pairs.image_hash
    assert read_pairs(tmp_path / "a.h5").split.content_hash() == split.content_hash()


def test_features_stand_in_the_place_of_photos(tmp_path):
    pairs = make_pairs(features())
    write_pairs(pairs, tmp_path / "a.h5")
    same(read_pairs(tmp_path / "a.h5"), pairs)
    assert np.asarray(read_pairs(tmp_path / "a.h5").images).dtype == np.float32
    assert read_pairs(tmp_path / "a.h5").split is None


def test_the_file_can_be_read_without_this_library(tmp_path):
    images = [photos(1, i)[0] for i in range(N)]
    write_pairs(make_pairs(images), tmp_path / "a.h5")
    with h5py.File(tmp_path / "a.h5") as file:
        starts, data = file["images/starts"][()], file["images/bytes"]
        assert data.chunks and data.fletcher32
        assert data[starts[3] : starts[3] + 8].tobytes() == b"\x89PNG\r\n\x1a\n" and starts[-1] == len(data)
        assert file["ids"].asstr()[3] == "Zoë 3" and json.loads(file["provenance"].asstr()[0])["left_out"] == 2


def test_an_interrupted_write_leaves_nothing_and_keeps_what_was_there(tmp_path):
    class Failing(list):
        def __iter__(self):
            yield from self[:8]
            raise AdahError("photo 8 cannot be read")

    pairs = replace(make_pairs(photos()), images=Failing(photos()))
    for before in ([], ["a.h5"]):
        with pytest.raises(AdahError, match="photo 8 cannot be read"):
            write_pairs(pairs, tmp_path / "a.h5")
        assert [path.name for path in tmp_path.iterdir()] == before
        write_pairs(make_pairs(photos()), tmp_path / "a.h5")
    same(read_pairs(tmp_path / "a.h5"), make_pairs(photos()))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.floats(0, 1))
def test_truncated_clean_files_are_refused(tmp_path_factory, share):
    path = tmp_path_factory.mktemp("clean") / "a.h5"
    write_pairs(make_pairs(photos()), path)
    whole = path.read_bytes()
    path.write_bytes(whole[: min(len(whole) - 1, int(share * len(whole)))])
    with pytest.raises(AdahError, match=r"a\.h5 is no whole HDF5 file"):
        read_pairs(path)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda file: file["labels"].write_direct(1 - file["labels"][()]), "has changed since"),
        (lambda file: file["tags/indices"].write_direct(file["tags/indices"][()][::-1].copy()), "has changed since"),
        (lambda file: file.__delitem__("vocabulary"), "is a damaged clean file"),
        (lambda file: file["images"]["starts"].__setitem__(3, 0), "damaged clean file .the photos' offsets"),
        (lambda file: file.attrs.__setitem__("format", "other"), "attribute 'format' is not 'adahlib pairs 1'"),
        (lambda file: file.attrs.__setitem__("image_hash", "0"), "has changed since"),
        (lambda file: file.create_dataset("split/query", (10**12,), "i8", chunks=(1000,)), "declares"),
    ],
)
def test_damaged_clean_files_are_refused(tmp_path, damage, message):
    write_pairs(make_pairs(photos()), tmp_path / "a.h5")
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        damage(file)
    with pytest.raises(AdahError, match=message) as caught:
        read_pairs(tmp_path / "a.h5")
    assert "a.h5" in str(caught.value) and "\n" not in str(caught.value)


def test_damaged_photos_are_named(tmp_path):
    write_pairs(make_pairs(photos()), tmp_path / "a.h5")
    data = bytearray((tmp_path / "a.h5").read_bytes())
    data[data.index(b"\x89PNG") + 60] ^= 0xFF
    (tmp_path / "a.h5").write_bytes(data)
    with pytest.raises(AdahError, match=r"a\.h5: photo 0 cannot be read"):
        list(read_pairs(tmp_path / "a.h5").images)


def test_missing_and_foreign_files(tmp_path):
    with pytest.raises(AdahError, match=r"a\.h5 is missing"):
        read_pairs(tmp_path / "a.h5")
    (tmp_path / "a.h5").write_text("hello")
    with pytest.raises(AdahError, match="is no whole HDF5 file"):
        read_pairs(tmp_path / "a.h5")


def test_convert_writes_what_load_mat_reads(tmp_path):
    write(tmp_path / "a.mat", {"images": photos().transpose(1, 2, 3, 0), "YAll": texts(), "LAll": labels()}, "v7.3")
    facts = convert(tmp_path / "a.mat", tmp_path / "a.h5")
    assert facts["layout"] == "dcmh" and facts["axes"] == "NCWH" and facts["pairs"] == N and facts["split"] == "none"
    same(read_pairs(tmp_path / "a.h5"), load_mat(tmp_path / "a.mat").pairs())
    assert facts["content_hash"] == read_pairs(tmp_path / "a.h5").content_hash()


def test_convert_keeps_features_real_texts_and_the_split(tmp_path):
    parts = {"tr": 30, "te": 20}
    variables = {f"I_{p}": features(n) for p, n in parts.items()} | {f"T_{p}": features(n, 3) for p, n in parts.items()}
    variables |= {f"L_{p}": np.arange(n)[:, None] % 10 + 1.0 for p, n in parts.items()}
    write(tmp_path / "wiki.mat", variables, "v7")
    facts = convert(tmp_path / "wiki.mat", tmp_path / "wiki.h5")
    assert facts["split"] == {"query": 20, "database": 30, "train": 30, "validation": 0}
    found, right = read_pairs(tmp_path / "wiki.h5"), load_mat(tmp_path / "wiki.mat")
    same(found, right.pairs())
    assert np.array_equal(found.tags.toarray(), right.text_features)
    assert read_pairs(tmp_path / "wiki.h5").split.content_hash() == right.split.content_hash()


def test_convert_puts_somebody_elses_split_into_the_file_and_reports_what_leaks(tmp_path):
    images = photos()
    images[9] = images[1]
    write(tmp_path / "a.mat", {"images": images.transpose(1, 2, 3, 0), "YAll": texts(), "LAll": labels()}, "v7.3")
    pairs = load_mat(tmp_path / "a.mat").pairs()
    split = Split(np.arange(3), np.arange(3, N), np.arange(3, 8), np.array([8]))
    save_split(split, pairs, tmp_path / "authors")
    facts = convert(tmp_path / "a.mat", tmp_path / "a.h5", split=tmp_path / "authors")
    assert facts["split"] == split.counts()
    assert "       1  queries whose photo is in the database under another id: 2" in facts["leakage"]
    found = read_pairs(tmp_path / "a.h5")
    assert dataset_split(found).content_hash() == split.content_hash()
    with pytest.raises(AdahError, match="a brings its own split along: there is none with split_seed=3"):
        dataset_split(found, seed=3)
    (tmp_path / "authors" / "query.txt").write_text("1\n")
    with pytest.raises(AdahError, match="is not the split that"):
        convert(tmp_path / "a.mat", tmp_path / "b.h5", split=tmp_path / "authors")
    assert not (tmp_path / "b.h5").exists()


def test_a_split_beyond_the_pairs_is_refused(tmp_path):
    split = Split(np.array([N]), np.arange(3), np.array([1]), np.array([2]))
    with pytest.raises(AdahError, match="the split has positions beyond the 12 pairs"):
        replace(make_pairs(photos()), split=split)


def test_convert_says_why_there_is_no_split(tmp_path):
    rows = {"tr": 2, "te": 3, "db": 4}
    variables = {f"I_{p}": features(n, n) for p, n in rows.items()} | {f"T_{p}": texts(n, n) for p, n in rows.items()}
    write(tmp_path / "a.mat", variables | {f"L_{p}": np.ones((n, 2)) for p, n in rows.items()}, "v7")
    assert "2 of 2 training pairs are not in its database" in convert(tmp_path / "a.mat", tmp_path / "a.h5")["split"]
    assert "no_split" in read_pairs(tmp_path / "a.h5").provenance and read_pairs(tmp_path / "a.h5").split is None


def test_convert_refuses_other_targets_and_leaves_nothing_of_bad_sources(tmp_path):
    write(tmp_path / "a.mat", {"images": photos(), "YAll": texts(3), "LAll": labels()}, "v7")
    with pytest.raises(AdahError, match=r"a\.mat: a clean file is HDF5 and its name ends in \.h5"):
        convert(tmp_path / "b.mat", tmp_path / "a.mat")
    with pytest.raises(AdahError, match="expected matrices"):
        convert(tmp_path / "a.mat", tmp_path / "a.h5")
    assert [path.name for path in tmp_path.iterdir()] == ["a.mat"]
