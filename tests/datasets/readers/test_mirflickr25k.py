"""MIRFlickr-25K: format-true miniature archives, their damage, and the real release where it is at hand."""

import contextlib
import functools
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adahlib.datasets import dataset_split, load_dataset
from adahlib.datasets.pairs import TAGS_IN_ORDER
from adahlib.datasets.readers.mirflickr25k import load as load_whole
from adahlib.errors import AdahError
from tests.datasets.miniatures import jpeg, unpack, write_tar, write_zip

IMAGES_ARCHIVE, ANNOTATIONS_ARCHIVE = "mirflickr25k.zip", "mirflickr25k_annotations_v080.zip"
load = functools.partial(load_whole, whole=False)  # the miniatures are parts of a release

CLASSES = [
    "animals", "baby", "bird", "car", "clouds", "dog", "female", "flower",
    "food", "indoor", "lake", "male", "night", "people", "plant_life", "portrait",
    "river", "sea", "sky", "structures", "sunset", "transport", "tree", "water",
]  # fmt: skip


def write_release(root, numbers=range(1, 51), tags=None, labels=None, images=None):
    """Write both archives: 50 images, the tag "common" on all, "rare" on one, each class on some images."""
    members = {f"mirflickr/im{i}.jpg": jpeg((i, 2 * i, 90)) for i in numbers} | (images or {})
    for i in numbers:
        members[f"mirflickr/meta/tags/tags{i}.txt"] = b"Common\r\nphoto shoot\r\n" + (b"rare\r\n" if i == 7 else b"")
    members |= tags or {}
    write_zip(root / IMAGES_ARCHIVE, members)
    lines = {f"{name}.txt": "".join(f"{i}\n" for i in numbers if i % 24 == c) for c, name in enumerate(CLASSES)}
    lines |= {"baby_r1.txt": "1\n", "README.txt": "about\n"} | (labels or {})
    write_zip(root / ANNOTATIONS_ARCHIVE, lines)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("ADAH_CACHE", str(tmp_path / "cache"))


def test_reads_the_release_as_it_stands(tmp_path):
    write_release(tmp_path)
    pairs = load(tmp_path)
    assert pairs.vocabulary == ("Common", "photo shoot")  # "rare" is on fewer than 20 images
    assert pairs.label_names == tuple(CLASSES)  # without _r1 and readme
    assert pairs.counts() == {"pairs": 50, "tags": 2, "labels": 24}
    assert pairs.ids[:3] == ("im1", "im2", "im3")
    assert [np.flatnonzero(row).tolist() for row in pairs.labels[:3]] == [[1], [2], [3]]
    assert pairs.images[0].shape == (30, 40, 3) and pairs.images[0].dtype == np.uint8
    assert pairs.tags.toarray().tolist() == [[1, 1]] * 50
    assert pairs.captions[6] == "Common\nphoto shoot\nrare" and pairs.provenance["captions"] == TAGS_IN_ORDER


def test_images_without_vocabulary_tag_or_label_are_outside_the_cut(tmp_path):
    write_release(tmp_path, tags={"mirflickr/meta/tags/tags5.txt": b"unique\r\n"}, labels={"sky.txt": "18\n42\n"})
    assert "im5" not in load(tmp_path).ids
    assert len(load(tmp_path)) == 49


def test_a_byte_order_mark_is_no_part_of_a_tag_or_a_number(tmp_path):
    mark = b"\xef\xbb\xbf"
    tags = {f"mirflickr/meta/tags/tags{i}.txt": mark + b"Common\r\nphoto shoot\r\n" for i in range(1, 51)}
    write_release(tmp_path, tags=tags, labels={f"{CLASSES[1]}.txt": mark + b"1\n25\n49\n"})
    (tmp_path / "plain").mkdir()
    write_release(tmp_path / "plain", tags={name: text.removeprefix(mark) for name, text in tags.items()})
    assert load(tmp_path).content_hash() == load(tmp_path / "plain").content_hash()


def test_missing_and_undecodable_images_are_counted_named_and_left_out(tmp_path):
    write_release(tmp_path, images={"mirflickr/im3.jpg": None, "mirflickr/im9.jpg": jpeg((1, 2, 3))[:200]})
    pairs = load(tmp_path)
    assert len(pairs) == 48
    assert pairs.provenance["cut_pairs"] == 50 and pairs.provenance["left_out"] == 2
    assert pairs.provenance["left_out_ids"] == ["im3", "im9"]
    assert load(tmp_path).content_hash() == pairs.content_hash()  # from the kept verdict


def test_copies_that_a_mac_or_jupyter_left_change_nothing(tmp_path):
    write_release(tmp_path)
    right = load(tmp_path).content_hash()
    ghosts = ("meta/tags/._tags1.txt", "meta/tags/.ipynb_checkpoints/tags1-checkpoint.txt", "._im1.jpg")
    copies = {f"mirflickr/{name}": b"\0\5\x16\7" for name in ghosts} | {"__MACOSX/mirflickr/._im1.jpg": b"\0"}
    write_release(tmp_path, images=copies, labels={"._sky.txt": "\0", "__MACOSX/._baby.txt": "\0"})
    assert load(tmp_path).content_hash() == right


def test_hash_follows_the_content(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    write_release(tmp_path / "a")
    write_release(tmp_path / "b", images={"mirflickr/im3.jpg": jpeg((200, 0, 0))})
    one, other = load(tmp_path / "a"), load(tmp_path / "b")
    assert one.image_hash != other.image_hash and one.content_hash() != other.content_hash()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ({"tags": {"mirflickr/meta/tags/tags5.txt": b"caf\xe9\r\n"}}, r"tags5\.txt is not UTF-8 at byte 3"),
        ({"labels": {"sky.txt": "25001\n"}}, r"sky\.txt: '25001' is not an image number; they run from 1 to 25000"),
        ({"labels": {"sky.txt": "\n"}}, "no pair carries the label 'sky'"),
        ({"labels": {"sky.txt": None}}, "has 23 class files"),
        ({"tags": {"mirflickr/meta/tags/tagsx.txt": b"a\r\n"}}, "'x' is not an image number"),
    ],
)
def test_damaged_content_is_one_sentence(tmp_path, damage, message):
    write_release(tmp_path, **damage)
    with pytest.raises(AdahError, match=message):
        load(tmp_path)


def test_missing_truncated_and_foreign_archives_are_one_sentence(tmp_path):
    with pytest.raises(AdahError, match=r"mirflickr25k\.zip is missing; place the release's two archives"):
        load(tmp_path)
    write_release(tmp_path)
    whole = (tmp_path / IMAGES_ARCHIVE).read_bytes()
    (tmp_path / IMAGES_ARCHIVE).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(AdahError, match="is not a complete zip archive"):
        load(tmp_path)
    write_zip(tmp_path / IMAGES_ARCHIVE, {"readme.txt": "hello"})
    with pytest.raises(AdahError, match="has no tag files"):
        load(tmp_path)


def test_a_damaged_member_is_named(tmp_path):
    write_release(tmp_path)
    data = bytearray((tmp_path / ANNOTATIONS_ARCHIVE).read_bytes())
    data[data.index(b"dog.txt") + len("dog.txt")] ^= 0xFF  # the first byte of the stored content
    (tmp_path / ANNOTATIONS_ARCHIVE).write_bytes(data)
    with pytest.raises(AdahError, match=r"dog\.txt cannot be read"):
        load(tmp_path)


def test_too_few_pairs_for_the_split(tmp_path):
    write_release(tmp_path)
    with pytest.raises(AdahError, match="needs 13000 pairs .* the data set has 50"):
        dataset_split(load(tmp_path))


def test_a_cut_with_other_counts_is_refused_by_name_with_the_counts_found(tmp_path):
    write_release(tmp_path)
    for name, pairs in (("mirflickr25k", "20,015"), ("mirflickr25k-labels", "24,581")):
        message = f"not {name}: found 50 pairs, 2 tags, 24 labels, where .* has {pairs} pairs, 1,386 tags, 24 labels"
        with pytest.raises(AdahError, match=message):
            load_dataset(name, tmp_path)


def test_the_cut_by_labels_alone_keeps_images_without_tags_under_another_name(tmp_path):
    write_release(tmp_path, tags={"mirflickr/meta/tags/tags5.txt": b"unique\r\n"}, labels={"sky.txt": "18\n42\n"})
    pairs = load(tmp_path, name="mirflickr25k-labels")
    assert pairs.name == "mirflickr25k-labels" and len(pairs) == 50
    assert pairs.tags[pairs.ids.index("im5")].nnz == 0
    assert pairs.content_hash() != load(tmp_path).content_hash()


def test_content_is_the_same_zipped_in_tar_and_unpacked(tmp_path):
    write_release(tmp_path)
    hashes = {load(tmp_path).content_hash()}
    (tmp_path / "unpacked").mkdir()
    unpack(tmp_path / IMAGES_ARCHIVE, tmp_path / "unpacked")  # its own folder, mirflickr
    unpack(tmp_path / ANNOTATIONS_ARCHIVE, tmp_path / "unpacked" / "mirflickr25k_annotations_v080")
    hashes.add(load(tmp_path / "unpacked").content_hash())
    (tmp_path / "tar").mkdir()
    for archive in (IMAGES_ARCHIVE, ANNOTATIONS_ARCHIVE):
        write_tar(tmp_path / "tar" / archive.replace(".zip", ".tar.gz"), unpack(tmp_path / archive))
    hashes.add(load(tmp_path / "tar").content_hash())
    assert len(hashes) == 1


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.data())
def test_lines_in_another_order_load_alike_and_a_damaged_archive_never_loads_otherwise(data):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_release(root, numbers=range(1, 30))
        right = load(root).content_hash()
        members = unpack(root / ANNOTATIONS_ARCHIVE)
        for name, lines in members.items():
            members[name] = b"".join(data.draw(st.permutations(lines.splitlines(keepends=True))))
        write_zip(root / ANNOTATIONS_ARCHIVE, members)
        assert load(root).content_hash() == right
        whole = bytearray((root / ANNOTATIONS_ARCHIVE).read_bytes())
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place] ^= data.draw(st.integers(1, 255))
        (root / ANNOTATIONS_ARCHIVE).write_bytes(whole[: data.draw(st.sampled_from([len(whole), place]))])
        with contextlib.suppress(AdahError):
            assert load(root).content_hash() == right


@pytest.mark.data
@pytest.mark.skipif("ADAH_DATA" not in os.environ, reason="ADAH_DATA is not set: the real MIRFlickr-25K is not read")
def test_the_dcmh_cut_comes_out_exactly():
    pairs = load_dataset("mirflickr25k")
    assert len(pairs.vocabulary) == 1386 and len(pairs.label_names) == 24
    assert pairs.provenance["cut_pairs"] == 20_015
    assert len(pairs) == 20_015 - pairs.provenance["left_out"]
    split = dataset_split(pairs)
    assert split.counts() == {"query": 2000, "database": len(pairs) - 2000, "train": 10_000, "validation": 1000}


@pytest.mark.data
@pytest.mark.skipif("ADAH_DATA" not in os.environ, reason="ADAH_DATA is not set: the real MIRFlickr-25K is not read")
def test_the_cut_by_labels_alone_comes_out_exactly():
    pairs = load_dataset("mirflickr25k-labels")
    assert pairs.provenance["cut_pairs"] == 24_581 and pairs.counts()["tags"] == 1386
    assert len(pairs) == 24_581 - pairs.provenance["left_out"]
