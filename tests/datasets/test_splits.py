"""Splits: the protocol's sizes, disjoint parts, round trip as text, bad input."""

import unicodedata
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from adahlib.datasets import (
    ImageTextPairs,
    Split,
    load_split,
    make_class_split,
    make_split,
    save_split,
    with_train_size,
)
from adahlib.errors import AdahError


@pytest.fixture
def pairs():
    n = 30
    return ImageTextPairs(
        name="toy",
        ids=tuple(f"item {i}".replace(" ", "-") for i in range(n)),
        images=[np.zeros((2, 2, 3), np.uint8)] * n,
        tags=csr_matrix(np.ones((n, 2), np.uint8)),
        labels=np.ones((n, 1), np.uint8),
        vocabulary=("a", "b"),
        label_names=("x",),
        image_hash="0",
    )


def test_parts_have_their_sizes_and_places(pairs):
    split = make_split(pairs, query=5, train=12, validation=4, seed=1)
    assert split.counts() == {"query": 5, "database": 25, "train": 12, "validation": 4}
    assert not set(split.query) & set(split.database)
    assert set(split.train) | set(split.validation) <= set(split.database)
    assert set(split.validation_database) == set(split.database) - set(split.validation)
    assert split.content_hash() == make_split(pairs, 5, 12, 4, seed=1).content_hash()
    assert split.content_hash() != make_split(pairs, 5, 12, 4, seed=2).content_hash()


def test_another_number_of_training_pairs_changes_nothing_else(pairs):
    split = make_split(pairs, query=5, train=12, validation=4)
    sizes = {size: with_train_size(split, size, seed=3) for size in (1, 6, 12, 15, 21)}
    for size, other in sizes.items():
        assert other.counts() == split.counts() | {"train": size}
        assert all((getattr(other, part) == getattr(split, part)).all() for part in ("query", "database", "validation"))
        assert not set(other.train) & set(split.validation) and set(other.train) <= set(split.database)
    trained = [set(other.train) for other in sizes.values()]
    assert all(smaller < larger for smaller, larger in pairwise(trained))
    assert trained[2] == set(split.train) and with_train_size(split, 0) is split
    assert (with_train_size(split, 6, seed=3).train == sizes[6].train).all()
    assert (with_train_size(split, 6, seed=4).train != sizes[6].train).any()


def test_more_training_pairs_than_there_are_is_one_sentence(pairs):
    split = make_split(pairs, query=5, train=12, validation=4)
    with pytest.raises(AdahError, match="train_size=22: the database has 21 pairs that do not validate"):
        with_train_size(split, 22)


def test_round_trip_as_text(pairs, tmp_path):
    split = make_split(pairs, query=5, train=12, validation=4)
    save_split(split, pairs, tmp_path)
    assert load_split(pairs, tmp_path).content_hash() == split.content_hash()
    (tmp_path / "query.txt").write_text("item-99\n")
    with pytest.raises(AdahError, match="no pair with id 'item-99'"):
        load_split(pairs, tmp_path)
    (tmp_path / "query.txt").unlink()
    with pytest.raises(AdahError, match=r"query\.txt is missing"):
        load_split(pairs, tmp_path)


def test_files_of_another_editor_are_the_same_split(pairs, tmp_path):
    split = make_split(pairs, query=5, train=12, validation=4)
    save_split(split, pairs, tmp_path)
    for path in tmp_path.glob("*.txt"):  # as Notepad saves them
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_split(pairs, tmp_path).content_hash() == split.content_hash()
    (tmp_path / "query.txt").write_text("item-1\n", encoding="utf-16")
    with pytest.raises(AdahError, match=r"query\.txt is not UTF-8 at byte 0"):
        load_split(pairs, tmp_path)


def test_ids_are_compared_in_nfc_where_that_is_clear(pairs, tmp_path):
    composed, decomposed = (unicodedata.normalize(form, "café.png") for form in ("NFC", "NFD"))
    for here, there in ((composed, decomposed), (decomposed, composed)):
        named, other = (replace(pairs, ids=(name, *pairs.ids[1:])) for name in (here, there))
        split = make_split(named, query=5, train=12, validation=4)
        save_split(split, named, tmp_path)
        assert load_split(other, tmp_path).content_hash() == split.content_hash()
    both = replace(pairs, ids=(composed, decomposed, *pairs.ids[2:]))
    split = make_split(both, query=5, train=12, validation=4)
    save_split(split, both, tmp_path)
    assert load_split(both, tmp_path).content_hash() == split.content_hash()
    twice = replace(pairs, ids=("\u1e69", "s\u0323\u0307", *pairs.ids[2:]))
    save_split(split, twice, tmp_path)
    (tmp_path / "query.txt").write_text("s\u0307\u0323\n", encoding="utf-8")
    with pytest.raises(AdahError, match="no pair with id 's"):
        load_split(twice, tmp_path)


def test_a_query_in_the_database_is_refused():
    with pytest.raises(AdahError, match="pair 2 is in query and in database"):
        Split(np.array([1, 2]), np.array([2, 3]), np.array([3]), np.array([], int))


def test_too_few_pairs(pairs):
    with pytest.raises(AdahError, match="needs 31 pairs .* the data set has 30"):
        make_split(pairs, query=10, train=20, validation=1)


class Labelled:
    """What a split by class reads of a data set."""

    name = "made up"

    def __init__(self, labels):
        self.labels = np.array(labels)
        self.label_names = tuple("abcdefgh"[: self.labels.shape[1]])

    def __len__(self):
        return len(self.labels)


def test_a_split_by_class_needs_a_label_an_image_and_enough_of_each_class():
    with pytest.raises(AdahError, match="at least one label an image"):
        make_class_split(Labelled([[1, 1], [0, 0]]), 1, 1)
    with pytest.raises(AdahError, match="1 queries and 1 labelled images a class, each at least one, .* the 3 of 'b'"):
        make_class_split(Labelled([[1, 1]] * 3), 1, 1)


def test_a_split_by_class_of_one_label_an_image_is_a_loop_over_the_classes():
    labels = np.eye(3, dtype=np.uint8)[np.random.default_rng(0).integers(3, size=60)]
    split, generator = make_class_split(Labelled(labels), 4, 6, seed=5), np.random.default_rng(5)
    members = [generator.permutation(np.flatnonzero(column)) for column in labels.T]
    assert split.query.tolist() == sorted(np.concatenate([own[:4] for own in members]))
    assert split.train.tolist() == sorted(np.concatenate([own[4:10] for own in members]))


def test_images_of_several_classes_are_drawn_for_one_of_them():
    rng = np.random.default_rng(1)
    labels = (rng.random((300, 5)) < 0.3).astype(np.uint8)
    labels[~labels.any(axis=1), 0] = 1
    few, more = (make_class_split(Labelled(labels), 6, count, seed=2) for count in (5, 20))
    assert few.counts() == {"query": 30, "database": 270, "train": 25, "validation": 0}
    assert (few.query == more.query).all() and set(few.train) < set(more.train) and len(more.train) == 100
    assert (labels[few.query].sum(axis=0) >= 6).all() and labels[few.query].sum() > 30


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ({"labels": np.full((30, 1), 2, np.uint8)}, "other than 0 and 1"),
        ({"labels": np.zeros((30, 1), np.uint8)}, "no pair carries the label 'x'"),
        ({"ids": ("a",) * 30}, "ids are not unique"),
        ({"vocabulary": ("a",)}, r"tags have shape \(30, 2\)"),
        ({"images": []}, "images have shape 0"),
    ],
)
def test_pairs_that_disagree_are_refused(pairs, part, message):
    with pytest.raises(AdahError, match=message):
        replace(pairs, **part)


def test_an_older_split_stays_until_the_new_one_is_whole(pairs, tmp_path, monkeypatch):
    old, new = (make_split(pairs, 5, 12, 4, seed=seed) for seed in (1, 2))
    folder = tmp_path / "split"
    save_split(old, pairs, folder)
    write, written = Path.write_text, []

    def fails_at(path, *content, **options):
        written.append(path)
        if len(written) == 3:
            raise OSError("no space left on device")
        return write(path, *content, **options)

    monkeypatch.setattr(Path, "write_text", fails_at)
    with pytest.raises(OSError, match="no space"):
        save_split(new, pairs, folder)
    monkeypatch.setattr(Path, "write_text", write)
    assert load_split(pairs, folder).content_hash() == old.content_hash()
    save_split(new, pairs, folder)
    assert load_split(pairs, folder).content_hash() == new.content_hash()
    assert list(tmp_path.iterdir()) == [folder]


def test_a_split_does_not_replace_what_else_lies_in_its_folder(pairs, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(AdahError, match=r"holds 'notes\.txt'; a split is written to a folder of its own"):
        save_split(make_split(pairs, 5, 12, 4), pairs, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    with pytest.raises(AdahError, match="there is no folder .*nowhere; make it first"):
        save_split(make_split(pairs, 5, 12, 4), pairs, tmp_path / "nowhere" / "split")
