"""NUS-WIDE: format-true miniature releases, their traps, and a naive reading of the same text as the oracle."""

import contextlib
import functools
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adahlib.datasets import dataset_split, is_split_by_class, load_dataset
from adahlib.datasets.readers import nus_wide_images
from adahlib.datasets.readers.nus_wide import CONCEPTS, TC10, TC21
from adahlib.datasets.readers.nus_wide import load as load_whole
from adahlib.errors import AdahError
from adahlib.experiments import RunSpec
from adahlib.experiments.images.evaluation import evaluate
from adahlib.experiments.images.frames import encode, fit
from adahlib.experiments.rundata import RunData
from tests.datasets.miniatures import jpeg, write_folder, write_tar, write_zip

load = functools.partial(load_whole, whole=False)  # the miniatures are parts of a release
IMAGES = 48
OTHERS = ("airport", "zebra")  # two of the 81 concepts outside the cuts
NAMES = [f"{'actor' if i % 2 else 'zoo'}/{i:04d}_{2124494179 + i}" for i in range(1, IMAGES + 1)]
TAGS = [f"tag{i}" for i in range(6)]


def label(concept, i):
    """Image i has the concept number i mod 24, if there is one; every seventh image the sky too."""
    return int((*TC21, *OTHERS).index(concept) == i % 24 or (concept == "sky" and i % 7 == 0))


def tag_values(i):
    """Some images of the first half have no tag, and one with the same concept in the second half has."""
    return [int((i + column) % 13 == 0 or column == 0 < i - 24) for column in range(len(TAGS))]


def members():
    """Return the files of a release: Windows line ends here and there, a space at the end of each row of tags."""
    files = {
        "ConceptsList/Concepts81.txt": "".join(f"{name}\n" for name in sorted((*TC21, *OTHERS))),
        "ImageList/Imagelist.txt": "".join(f"{name}.jpg\r\n".replace("/", "\\") for name in NAMES),
        "NUS_WID_Tags/TagList1k.txt": "".join(f"{tag}\r\n" for tag in TAGS),
        "NUS_WID_Tags/AllTags1k.txt": "".join(
            " ".join(map(str, tag_values(i))) + " \n" for i in range(1, IMAGES + 1)
        ),
        "Groundtruth/TrainTestLabels/Labels_lake_Train.txt": "0\n-1130179\n",
    }
    for concept in (*TC21, *OTHERS):
        lines = "".join(f"{label(concept, i)}\n" for i in range(1, IMAGES + 1))
        files[f"Groundtruth/AllLabels/Labels_{concept}.txt"] = lines
    files = {name: text.encode() for name, text in files.items()}
    return files | {f"Flickr/{name}.jpg": jpeg((5 * i, 90, 40)) for i, name in enumerate(NAMES, start=1)}


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("ADAH_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize("name", CONCEPTS)
def test_reads_the_release_as_it_stands(tmp_path, name):
    write_zip(tmp_path / "NUS-WIDE.zip", members())
    pairs = load(tmp_path, name=name)
    kept = [i for i in range(1, IMAGES + 1) if any(label(concept, i) for concept in CONCEPTS[name])]
    assert pairs.name == name and pairs.ids == tuple(NAMES[i - 1] for i in kept)
    assert pairs.label_names == CONCEPTS[name] and pairs.vocabulary == tuple(TAGS)
    assert pairs.labels.tolist() == [[label(concept, i) for concept in CONCEPTS[name]] for i in kept]
    assert pairs.tags.toarray().tolist() == [tag_values(i) for i in kept]
    assert pairs.tags.dtype == np.uint8 and pairs.images[0].shape == (30, 40, 3)
    assert pairs.provenance["left_out"] == 0 and f"TC-{len(CONCEPTS[name])}" in pairs.provenance["title"]


def test_the_option_tagged_keeps_images_with_a_tag_and_says_so(tmp_path):
    write_zip(tmp_path / "NUS-WIDE.zip", members())
    every, tagged = load(tmp_path), load(tmp_path, tagged=True)
    has_tag = every.tags.getnnz(axis=1) > 0
    assert 0 < has_tag.sum() < len(every) and every.provenance["without_tags"] == (~has_tag).sum()
    assert tagged.ids == tuple(np.array(every.ids)[has_tag]) and "tagged" in tagged.provenance["title"]


def test_parts_in_several_archives_and_folders_give_the_same(tmp_path):
    files = members()
    (tmp_path / "one").mkdir()
    write_zip(tmp_path / "one/NUS-WIDE.zip", files)
    (tmp_path / "many").mkdir()
    parts = {}
    for name, data in files.items():
        top, _, rest = name.partition("/")
        parts.setdefault(top, {})[rest] = data
    write_zip(tmp_path / "many/Groundtruth.zip", {f"Groundtruth/{name}": d for name, d in parts["Groundtruth"].items()})
    write_tar(tmp_path / "many/NUS_WID_Tags.tar.gz", parts["NUS_WID_Tags"])
    for top in ("ConceptsList", "ImageList", "Flickr"):
        write_folder(tmp_path / "many" / top, parts[top])
    assert load(tmp_path / "many").content_hash() == load(tmp_path / "one").content_hash()


def test_byte_order_marks_before_the_release_s_lists_are_no_part_of_them(tmp_path):
    """Windows' editor writes one: without it the first photo, the first tag and the first label are others."""
    write_zip(tmp_path / "NUS-WIDE.zip", members())
    (tmp_path / "marked").mkdir()
    marked = {name: b"\xef\xbb\xbf" + data if name.endswith(".txt") else data for name, data in members().items()}
    write_zip(tmp_path / "marked/NUS-WIDE.zip", marked)
    assert load(tmp_path / "marked").content_hash() == load(tmp_path).content_hash()


def test_missing_and_undecodable_images_are_counted_named_and_left_out(tmp_path):
    files = members()
    del files[f"Flickr/{NAMES[2]}.jpg"]
    files[f"Flickr/{NAMES[8]}.jpg"] = b"<html>photo unavailable</html>"
    files[f"Flickr/{NAMES[9]}.jpg"] = files[f"Flickr/{NAMES[9]}.jpg"][:300]
    write_zip(tmp_path / "NUS-WIDE.zip", files)
    pairs = load(tmp_path)
    assert pairs.provenance["left_out_ids"] == [NAMES[2], NAMES[8], NAMES[9]]
    assert len(pairs) == pairs.provenance["cut_pairs"] - 3 and not {NAMES[2], NAMES[8], NAMES[9]} & set(pairs.ids)


@pytest.mark.parametrize(
    ("name", "tagged", "pairs"),
    [
        ("nus-wide-tc21", False, "195,834"),
        ("nus-wide-tc21", True, "190,421"),
        ("nus-wide-tc10", False, "186,577"),
        ("nus-wide-tc10", True, "181,365"),
    ],
)
def test_a_cut_with_other_counts_is_refused_by_name(tmp_path, name, tagged, pairs):
    write_zip(tmp_path / "NUS-WIDE.zip", members())
    message = f"not {name}: found 48 images, .* has 269,648 images, {pairs} pairs, 1,000 tags"
    with pytest.raises(AdahError, match=message):
        load_dataset(name, tmp_path, tagged=tagged)


@pytest.mark.parametrize(
    ("file", "change", "message"),
    [
        ("Groundtruth/AllLabels/Labels_lake.txt", (b"0\n", b"-1130179\n"), r"lake\.txt, line 1: '-1130179' is neither"),
        ("Groundtruth/AllLabels/Labels_sky.txt", (b"0\n", b""), r"sky\.txt has 47 lines, and Imagelist\.txt has 48"),
        ("Groundtruth/AllLabels/Labels_sky.txt", None, r"has no file AllLabels/Labels_sky\.txt; place the release's"),
        ("ConceptsList/Concepts81.txt", (b"lake\n", b""), r"Concepts81\.txt does not name 'lake'"),
        ("ImageList/Imagelist.txt", (b"zoo\\0002", b"0002"), r"'0002_\d+\.jpg', which is not 'folder"),
        ("ImageList/Imagelist.txt", (b"\r\n", b"\r\n\r\n"), "an empty or a repeated line"),
        ("NUS_WID_Tags/TagList1k.txt", (b"tag1\r\n", b"tag0\r\n"), "an empty or a repeated line"),
        ("NUS_WID_Tags/AllTags1k.txt", (b"0 ", b"00 "), r"AllTags1k\.txt, line 1 is not a row of 6 numbers 0 or 1"),
        ("NUS_WID_Tags/AllTags1k.txt", (b"0 0 ", b"00 "), r"line 1 is not a row of 6 numbers 0 or 1"),
        ("NUS_WID_Tags/AllTags1k.txt", (b"0 ", b"2 "), r"line 1 is not a row of 6"),
        ("NUS_WID_Tags/AllTags1k.txt", (b"0 ", b"- "), r"line 1 is not a row of 6"),
        ("NUS_WID_Tags/AllTags1k.txt", (b"\n", b"\n" + b"0 " * 6 + b"\n"), "has over 48 lines"),
        ("NUS_WID_Tags/AllTags1k.txt", None, r"has no file AllTags1k\.txt"),
    ],
)
def test_damaged_content_is_one_sentence(tmp_path, file, change, message):
    files = members()
    if change is None:
        del files[file]
    else:
        assert change[0] in files[file]
        files[file] = files[file].replace(*change, 1)
    write_zip(tmp_path / "NUS-WIDE.zip", files)
    with pytest.raises(AdahError, match=message) as caught:
        load(tmp_path)
    assert "\n" not in str(caught.value)


def test_too_few_rows_of_tags(tmp_path):
    files = members()
    files["NUS_WID_Tags/AllTags1k.txt"] = files["NUS_WID_Tags/AllTags1k.txt"][:-14]
    write_zip(tmp_path / "NUS-WIDE.zip", files)
    with pytest.raises(AdahError, match=r"has 47 lines, and Imagelist\.txt has 48 images"):
        load(tmp_path)


def naive(files, name):
    """Return ids, labels and tags as a plain reading gives them, or None where a value is not 0 or 1."""
    listed = files["ImageList/Imagelist.txt"].decode().split("\n")
    names = [line.strip().replace("\\", "/")[:-4] for line in listed if line]
    columns = [files[f"Groundtruth/AllLabels/Labels_{c}.txt"].split() for c in CONCEPTS[name]]
    rows = [line.split() for line in files["NUS_WID_Tags/AllTags1k.txt"].split(b"\n")[:-1]]
    if any(value not in (b"0", b"1") for line in (*columns, *rows) for value in line):
        return None
    if {len(column) for column in columns} != {len(names)} or len(rows) != len(names) or {*map(len, rows)} != {6}:
        return None
    kept = [i for i in range(len(names)) if any(column[i] == b"1" for column in columns)]
    return [(names[i], [int(c[i]) for c in columns], [int(value) for value in rows[i]]) for i in kept]


@pytest.mark.slow
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_changed_text_is_an_error_or_read_as_it_stands(data):
    files = {name: content for name, content in members().items() if "TrainTest" not in name}
    texts = [name for name in files if re.search(r"Labels_(sky|lake|tree)|AllTags1k|Imagelist", name)]
    file = data.draw(st.sampled_from(texts))
    lines = files[file].splitlines(keepends=True)
    place = data.draw(st.integers(0, len(lines) - 1))
    how = data.draw(st.sampled_from(["swap", "cut", "drop", "value", "flip"]))
    if how == "swap":
        other = data.draw(st.integers(0, len(lines) - 1))
        lines[place], lines[other] = lines[other], lines[place]
    elif how == "cut":
        lines[place:] = [lines[place][: data.draw(st.integers(0, 3))]]
    elif how == "drop":
        del lines[place]
    elif how == "value":
        lines[place] = data.draw(st.sampled_from([b"2\n", b"-1\n", b"1.0\n", b"\xff\n", b"1 1\n", b"\n", b"1"]))
    else:
        lines[place] = lines[place].translate(bytes.maketrans(b"01", b"10"))
    files[file] = b"".join(lines)
    with tempfile.TemporaryDirectory() as folder:
        write_zip(Path(folder, "NUS-WIDE.zip"), files)
        with contextlib.suppress(AdahError):
            pairs = load(folder)
            right = [row for row in naive(files, pairs.name) if row[0] not in pairs.provenance["left_out_ids"]]
            assert list(zip(pairs.ids, pairs.labels.tolist(), pairs.tags.toarray().tolist(), strict=True)) == right


@pytest.mark.slow
def test_a_table_of_tags_is_read_in_bounded_memory(tmp_path):
    """20,000 rows of 1,000 tags are 40 MB of text; as numbers in a table they would be 20 MB, as Python's 160 MB."""
    row = b"0 " * 400 + b"1 " + b"0 " * 599 + b"\n"
    names = "".join(f"a\\{i}.jpg\n" for i in range(20_000))
    files = {"NUS_WID_Tags/AllTags1k.txt": row * 20_000, "ImageList/Imagelist.txt": names.encode()}
    write_folder(tmp_path / "NUS-WIDE", files)
    code = f"""
import resource
from adahlib.datasets.readers.nus_wide import image_names, read_tags
from adahlib.datasets.releases.opened import open_release
release = open_release({str(tmp_path)!r}, [("NUS-WIDE",)], "")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
tags = read_tags(release, len(image_names(release)), 1000)
assert tags.shape == (20_000, 1000) and (tags.indices == 400).all() and tags.nnz == 20_000
assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 15_000  # kB
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_split_needs_the_whole_release(tmp_path):
    write_zip(tmp_path / "NUS-WIDE.zip", members())
    with pytest.raises(AdahError, match="2100 queries, 10500 training"):
        dataset_split(load(tmp_path))


def test_the_smaller_cut_is_part_of_the_larger():
    assert set(TC10) < set(TC21) and (len(TC10), len(TC21)) == (10, 21) and list(TC21) == sorted(TC21)


def labels_by_turns():
    """Return labels by which each of the 21 concepts has two images of its own, and some images have a second one."""
    numbers = range(1, IMAGES + 1)
    of = {k: [int((i - 1) % 21 == k or i - 37 == k > 5) for i in numbers] for k in range(21)}
    return {f"Groundtruth/AllLabels/Labels_{TC21[k]}.txt": "".join(f"{v}\n" for v in of[k]).encode() for k in of}


def test_for_image_hashing_the_same_cut_is_split_by_class(tmp_path, monkeypatch):
    """100 queries and 500 labelled images of each concept in the release; one and one of the miniature's."""
    write_zip(tmp_path / "NUS-WIDE.zip", members() | labels_by_turns())
    pairs = nus_wide_images.load(tmp_path, whole=False)
    assert pairs.name == "nus-wide-images" and pairs.ids == load(tmp_path).ids and is_split_by_class(pairs.name)
    assert pairs.provenance["title"] == "a part of NUS-WIDE TC-21, split by class"
    with pytest.raises(AdahError, match="100 queries and 500 labelled images a class, .* cannot be drawn"):
        dataset_split(pairs)
    monkeypatch.setattr(nus_wide_images, "SPLIT", {"query_per_class": 1, "train_per_class": 1})
    split = dataset_split(pairs)
    assert len(split.query) == len(split.train) == 21 and (pairs.labels[split.query].sum(axis=0) >= 1).all()
    assert (pairs.labels.sum(axis=1) == 2).sum() == 6


@pytest.mark.slow
@pytest.mark.parametrize(("method", "options"), [("lsh", {}), ("ssdh", {"epochs": 1, "batch_size": 10})])
def test_a_run_of_image_hashing_learns_from_its_photos(tmp_path, monkeypatch, method, options):
    write_zip(tmp_path / "NUS-WIDE.zip", members() | labels_by_turns())
    monkeypatch.setattr(nus_wide_images, "SPLIT", {"query_per_class": 1, "train_per_class": 1})
    pairs = nus_wide_images.load(tmp_path, whole=False)
    spec = RunSpec("nus-wide-images", method, 8, protocol="top-5000", options=options)
    data = RunData(pairs, dataset_split(pairs), "miniature")
    metrics, _ = evaluate(encode(fit(spec, data)), data, spec.protocol)
    assert 0 < metrics["map"] <= 1 and 0 < metrics["chance"] < 1


def test_without_the_photos_one_sentence(tmp_path):
    """The tags and labels alone, which can be fetched, are no images."""
    write_zip(tmp_path / "NUS-WIDE.zip", {name: data for name, data in members().items() if "Flickr" not in name})
    with pytest.raises(AdahError, match=r"has no images of nus-wide; place the release's .* and Flickr in ADAH_DATA"):
        nus_wide_images.load(tmp_path, whole=False)
