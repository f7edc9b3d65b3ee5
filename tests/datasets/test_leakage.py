"""Leakage: every kind found in anybody's split, against a naive loop; splits with a digest, used by hand."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from adahlib.datasets import ImageTextPairs, Split, make_split
from adahlib.datasets.leakage import check_leakage
from adahlib.datasets.split_files import DIGEST, load_parts, load_split, save_split
from adahlib.datasets.splits import PARTS
from adahlib.errors import AdahError
from adahlib.methods import make_method


def make_pairs(images, ids=None):
    n = len(images)
    ones = np.ones((n, 1), np.uint8)
    ids = ids or tuple(f"Zoë {i}.jpg" for i in range(n))
    return ImageTextPairs("toy", ids, images, csr_matrix(ones), ones, ("a",), ("x",), "0")


def pictures(kinds):
    """Return photos of which those of one kind are equal to the pixel."""
    return [np.full((4, 5, 3), kind, np.uint8) for kind in kinds]


def write_parts(folder, ids):
    folder.mkdir(exist_ok=True)
    for part in PARTS:
        (folder / f"{part}.txt").write_text("\r\n".join(ids.get(part, [])), encoding="utf-8")


def found(report):
    return {what: (count, ids) for what, count, ids in report.rows if count}


def test_a_clean_split_is_clean_and_prints_plain_rows():
    pairs = make_pairs(pictures(range(20)))
    report = check_leakage(pairs, make_split(pairs, 4, 6, 2))
    assert report.clean and found(report) == {}
    assert len(str(report).splitlines()) == len(report.rows) == 11
    assert str(report).splitlines()[0] == "       0  queries that are in the database"


def test_same_photos_across_are_counted_and_named():
    pairs = make_pairs(pictures([1, 2, 3, 4, 1, 2, 7, 7, 3, 9]))
    split = Split(np.array([0, 1, 2, 3]), np.arange(4, 10), np.array([5, 6]), np.array([], int))
    report = check_leakage(pairs, split)
    assert not report.clean
    assert found(report) == {
        "queries whose photo is in the database under another id": (3, ("Zoë 0.jpg", "Zoë 1.jpg", "Zoë 2.jpg")),
        "queries whose photo is among the training pairs under another id": (1, ("Zoë 1.jpg",)),
    }


def test_shape_and_pixels_both_count():
    one = np.zeros((4, 6, 3), np.uint8)
    pairs = make_pairs([one, one.reshape(6, 4, 3), one])
    split = Split(np.array([0]), np.array([1]), np.array([1]), np.array([], int))
    assert check_leakage(pairs, split).clean


def test_somebody_elses_broken_split_is_reported_in_full(tmp_path):
    pairs = make_pairs(pictures(range(10)))
    ids = pairs.ids
    broken = {"query": [ids[0], ids[1], ids[1]], "database": ids[1:6], "train": [ids[0], ids[3], ids[7]]}
    write_parts(tmp_path, broken | {"validation": [ids[3]]})
    report = found(check_leakage(pairs, load_parts(pairs, tmp_path)))
    assert report == {
        "queries that are in the database": (1, (ids[1],)),
        "queries that train": (1, (ids[0],)),
        "training pairs that validate": (1, (ids[3],)),
        "training pairs outside the database": (2, (ids[0], ids[7])),
        "pairs that query.txt names twice": (1, (ids[1],)),
    }
    with pytest.raises(AdahError, match=r"query\.txt names 'Zoë 1\.jpg' twice"):
        load_split(pairs, tmp_path)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(0, 5), min_size=4, max_size=12), st.data())
def test_same_photos_as_a_naive_loop_finds_them(kinds, data):
    pairs = make_pairs(pictures(kinds))
    where = st.lists(st.sampled_from(range(len(kinds))), min_size=1)
    parts = {part: np.array(data.draw(where), int) for part in PARTS}
    report = {what: count for what, count, _ in check_leakage(pairs, parts).rows}
    for what, part in (("in the database", "database"), ("among the training pairs", "train")):
        naive = {int(q) for q in parts["query"] for o in parts[part] if q != o and kinds[q] == kinds[o]}
        assert report[f"queries whose photo is {what} under another id"] == len(naive)


def test_digest_is_verified_and_line_ends_do_not_matter(tmp_path):
    pairs = make_pairs(pictures(range(12)))
    split = make_split(pairs, 3, 5, 2)
    save_split(split, pairs, tmp_path)
    assert len((tmp_path / DIGEST).read_text().strip()) == 64
    for part in PARTS:
        file = tmp_path / f"{part}.txt"
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert load_split(pairs, tmp_path).content_hash() == split.content_hash()
    queries = (tmp_path / "query.txt").read_text(encoding="utf-8").splitlines()
    (tmp_path / "query.txt").write_text("\n".join(queries[1:]), encoding="utf-8")
    with pytest.raises(AdahError, match=r"is not the split that its split\.sha256 was taken of"):
        load_split(pairs, tmp_path)
    (tmp_path / DIGEST).unlink()  # somebody else's split may come without
    assert len(load_split(pairs, tmp_path).query) == 2


def test_ids_that_are_no_lines_and_foreign_bytes_are_refused(tmp_path):
    pairs = make_pairs(pictures(range(4)), ids=("a", "b\nc", "d", "e"))
    split = Split(np.array([0]), np.array([1, 2, 3]), np.array([2]), np.array([3]))
    with pytest.raises(AdahError, match="id 'b.nc' has a line break"):
        save_split(split, pairs, tmp_path)
    assert list(tmp_path.iterdir()) == []
    pairs = make_pairs(pictures(range(4)), ids=("a", "b", "d", "e"))
    save_split(split, pairs, tmp_path)
    (tmp_path / "train.txt").write_bytes(b"caf\xe9\n")
    with pytest.raises(AdahError, match=r"train\.txt is not UTF-8 at byte 3"):
        load_split(pairs, tmp_path)


@pytest.mark.parametrize("part", ["query", "database", "train"])
def test_a_part_that_names_nobody_is_refused(tmp_path, part):
    pairs = make_pairs(pictures(range(4)))
    ids = {"query": pairs.ids[:1], "database": pairs.ids[1:], "train": pairs.ids[1:2]} | {part: []}
    write_parts(tmp_path, ids if part != "database" else ids | {"train": []})
    with pytest.raises(AdahError, match=rf"{part}\.txt names no id"):
        load_split(pairs, tmp_path)


def test_somebody_elses_split_trains_a_method_by_hand(tmp_path):
    features = np.random.default_rng(0).normal(size=(120, 16)).astype(np.float32)
    tags, labels = csr_matrix(features[:, :12] > 0.5, dtype=np.uint8), (features[:, :3] > 0).astype(np.uint8)
    pairs = make_pairs(pictures(range(120)))
    ids = pairs.ids
    write_parts(tmp_path / "authors", {"query": ids[:20], "database": ids[20:], "train": ids[40:100]})
    split = load_split(pairs, tmp_path / "authors")
    method = make_method("cca", 8)
    method.fit(features[split.train], tags[split.train], labels[split.train])
    assert method.encode_images(features[split.database]).packed.shape == (100, 1)
    assert method.encode_texts(tags[split.query]).packed.shape == (20, 1)
