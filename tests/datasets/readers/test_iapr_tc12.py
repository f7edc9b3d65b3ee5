"""IAPR TC-12: format-true miniature releases, Latin-1 captions, SAIAPR's labels, and the token rule."""

import contextlib
import dataclasses
import functools
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adahlib.datasets import dataset_split, load_dataset
from adahlib.datasets.readers.iapr_tc12 import WINDOWS
from adahlib.datasets.readers.iapr_tc12 import load as load_whole
from adahlib.datasets.texts import words
from adahlib.errors import AdahError
from tests.datasets.miniatures import jpeg, unpack, write_folder, write_tar, write_zip

load = functools.partial(load_whole, whole=False)  # the miniatures are parts of a release
CAPTIONS = {
    25: "a café in São Paulo; two girls",
    112: "a girl on a donkey, a 19th-century house",
    1000: "the sea & the sky",
    2043: "a donkey; it's the same donkey",
}
LABELS = {25: [3, 5], 112: [3], 1000: [7], 2043: [5, 7]}
WORD_LIST = b"1\taerostat\n2\t\n3\tperson\n5\tanimal\n7\tsky-blue\n"


def eng(number, caption, folder="00"):
    return (
        f"<DOC>\n<DOCNO>annotations/{folder}/{number}.eng</DOCNO>\n<TITLE>Somewhere</TITLE>\n"
        f"<DESCRIPTION>{caption}</DESCRIPTION>\n<NOTES></NOTES>\n<LOCATION>S\xe3o Paulo, Brazil</LOCATION>\n"
        f"<DATE>2002</DATE>\n<IMAGE>images/{folder}/{number}.jpg</IMAGE>\n"
        f"<THUMBNAIL>thumbnails/{folder}/{number}.jpg</THUMBNAIL>\n</DOC>\n"
    )


def folder_of(number):
    return f"{number // 1000:02d}"


def captions(changed=()):
    files = {}
    for number, caption in CAPTIONS.items():
        place = folder_of(number)
        files[f"iaprtc12/images/{place}/{number}.jpg"] = jpeg((number % 250, 3, 9))
        files[f"iaprtc12/annotations_complete_eng/{place}/{number}.eng"] = eng(number, caption, place).encode("latin-1")
    return files | dict(changed)


def labels(changed=()):
    lines = {}
    for number, own in LABELS.items():
        rows = "".join(f"{number} {region} {label}\r\n" for region, label in enumerate([*own, own[0]], start=1))
        lines[folder_of(number)] = lines.get(folder_of(number), "") + rows
    root = "saiaprtc12ok/benchmark"
    files = {f"{root}/saiapr_tc-12/{place}/labels.txt": text.encode() for place, text in lines.items()}
    files[f"{root}/saiapr_tc-12/00/images/25.jpg"] = jpeg((1, 1, 1))  # SAIAPR has copies of the images beside
    return files | {f"{root}/wlist.txt": WORD_LIST} | dict(changed)


def write_release(root, captions_changed=(), labels_changed=()):
    write_zip(root / "iaprtc12.zip", captions(captions_changed))
    write_zip(root / "saiaprtc12ok.zip", labels(labels_changed))


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("ADAH_CACHE", str(tmp_path / "cache"))


def test_reads_the_release_as_it_stands(tmp_path):
    write_release(tmp_path)
    pairs = load(tmp_path)
    assert pairs.ids == ("25", "112", "1000", "2043") and pairs.captions == tuple(CAPTIONS.values())
    assert pairs.label_names == ("person", "animal", "sky-blue")  # the list's other words label nothing
    assert pairs.labels.tolist() == [[1, 1, 0], [1, 0, 0], [0, 0, 1], [0, 1, 1]]
    assert pairs.vocabulary == tuple(sorted({word for caption in CAPTIONS.values() for word in words(caption)}))
    for row, caption in enumerate(pairs.captions):
        assert {pairs.vocabulary[column] for column in pairs.tags[row].indices} == set(words(caption))
    assert pairs.images[0].shape == (30, 40, 3) and pairs.provenance["left_out"] == 0
    assert pairs.provenance["words_in_captions"] == len(pairs.vocabulary)


def test_words_are_runs_of_letters_and_digits_in_order():
    assert words("A café, in São-Paulo; it's the 19th") == ["a", "café", "in", "são", "paulo", "it", "s", "the", "19th"]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8])
def test_the_vocabulary_is_the_most_frequent_words_and_ties_are_alphabetical(tmp_path, size):
    write_release(tmp_path)
    counts = Counter(word for caption in CAPTIONS.values() for word in set(words(caption)))
    best = []
    while len(best) < size:  # one word at a time, the first in the alphabet of those with most captions
        left = {word: count for word, count in counts.items() if word not in best}
        best.append(min(word for word, count in left.items() if count == max(left.values())))
    assert load(tmp_path, vocabulary_size=size).vocabulary == tuple(sorted(best))


def test_the_captions_do_not_change_the_content_hash(tmp_path):
    write_release(tmp_path)
    before = load(tmp_path)
    number, other = 25, "two girls in a café; São Paulo"
    write_release(tmp_path, {"iaprtc12/annotations_complete_eng/00/25.eng": eng(number, other).encode("latin-1")})
    after = load(tmp_path)
    assert after.captions != before.captions and after.content_hash() == before.content_hash()
    with pytest.raises(AdahError, match="captions have shape 3 where ids and names need 4"):
        dataclasses.replace(after, captions=after.captions[:3])


def test_content_is_the_same_zipped_in_tar_and_unpacked(tmp_path):
    write_release(tmp_path)
    right = load(tmp_path)
    (tmp_path / "other").mkdir()
    write_tar(tmp_path / "other/iaprtc12.tar.gz", captions())
    write_folder(tmp_path / "other", labels())
    found = load(tmp_path / "other")
    assert (found.content_hash(), found.captions) == (right.content_hash(), right.captions)


def test_pairs_without_image_or_caption_are_counted_named_and_left_out(tmp_path):
    missing = {"iaprtc12/images/00/112.jpg": None, "iaprtc12/annotations_complete_eng/01/1000.eng": None}
    write_release(tmp_path, missing)
    pairs = load(tmp_path)
    assert pairs.ids == ("25", "2043") and pairs.captions == (CAPTIONS[25], CAPTIONS[2043])
    assert pairs.labels.tolist() == [[1, 1, 0], [0, 1, 1]]
    assert pairs.provenance["left_out_ids"] == ["112", "1000"] and pairs.provenance["cut_pairs"] == 4


def test_a_copy_of_the_captions_in_utf_8_reads_alike(tmp_path):
    write_release(tmp_path)
    right = load(tmp_path).content_hash()
    changed = {n: d.decode("latin-1").encode("utf-8-sig") for n, d in captions().items() if n.endswith(".eng")}
    write_release(tmp_path, changed)
    assert load(tmp_path).content_hash() == right


def test_captions_of_windows_keep_their_quotes_and_letters(tmp_path):
    """Windows-1252 is Latin-1 with letters in the place of control characters; five places are the same in both."""
    place, caption = "iaprtc12/annotations_complete_eng/00/25.eng", "the \u201cSacr\xe9-C\u0153ur\u201d \u2013 \u20ac 5"
    write_release(tmp_path, {place: eng(25, caption).encode("cp1252").replace(b" 5<", b" 5\x81\x9d<")})
    pairs = load(tmp_path)
    assert pairs.captions[0] == f"{caption}\x81\x9d" and "sacré" in pairs.vocabulary and "cœur" in pairs.vocabulary
    plain = bytes(code for code in range(256) if not 0x80 <= code < 0xA0)
    assert plain.decode("latin-1").translate(WINDOWS) == plain.decode("latin-1")


def test_other_counts_are_refused_by_name(tmp_path):
    write_release(tmp_path)
    message = "not iapr-tc12: found 4 pairs, 19 tags, 3 labels, where the .* has 20,000 pairs, 2,912 tags, 255 labels"
    with pytest.raises(AdahError, match=message):
        load_dataset("iapr-tc12", tmp_path)
    with pytest.raises(AdahError, match="has 20,000 pairs, 9 tags, 255 labels"):
        load_dataset("iapr-tc12", tmp_path, vocabulary_size=9)
    with pytest.raises(AdahError, match="2000 queries"):
        dataset_split(load(tmp_path))


ENG, TXT = "iaprtc12/annotations_complete_eng/00/25.eng", "saiaprtc12ok/benchmark/saiapr_tc-12/00/labels.txt"
LIST = "saiaprtc12ok/benchmark/wlist.txt"


@pytest.mark.parametrize(
    ("file", "data", "message"),
    [
        (ENG, b"<DOC>no description</DOC>", r"25\.eng has 0 <DESCRIPTION> in Latin-1; a caption has one"),
        (ENG, eng(25, "a</DESCRIPTION><DESCRIPTION>b").encode(), "has 2 <DESCRIPTION>"),
        (ENG, eng(25, "in UTF-16").encode("utf-16"), "has 0 <DESCRIPTION>"),
        (ENG, eng(26, "another").encode(), r"25\.eng describes 'images/00/26\.jpg', not image 25"),
        ("iaprtc12/annotations_complete_eng/01/25.eng", eng(25, "other", "01").encode(), "image 25 has two captions"),
        ("iaprtc12/images/01/25.jpg", jpeg((9, 9, 9)), "is a second image 25"),
        (TXT, b"25 1\n", r"labels\.txt, line 1: '25 1' is not 'image region label'"),
        (TXT, b"\n25 1 -3\n", "line 2: '25 1 -3' is not"),
        (TXT, b"25 1 3.0\n", "line 1: '25 1 3.0' is not"),
        (TXT, b"9" * 5000 + b" 1 1\n", "is not 'image region label'"),
        (TXT, b"25 1 99\n", "label 99, which wlist.txt does not name"),
        (TXT, b"\xff\xfe2\x005\x00", "is not UTF-8 at byte 0"),
        (LIST, b"1\tone\n1\tother\n", r"wlist\.txt, line 2: '1\\tother' is not a new 'number name'"),
        (LIST, b"one\t1\n", "line 1: 'one.t1' is not a new"),
        (LIST, None, r"has no file wlist\.txt; place iaprtc12"),
    ],
)
def test_damaged_content_is_one_sentence(tmp_path, file, data, message):
    changed = {file: data}
    write_release(tmp_path, *((changed, ()) if file.startswith("iapr") else ((), changed)))
    with pytest.raises(AdahError, match=message) as caught:
        load(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("absent", "message"),
    [("iaprtc12.zip", "has no annotations_complete_eng"), ("saiaprtc12ok.zip", "has no saiapr_tc-12/NN/labels")],
)
def test_a_part_that_is_not_there_is_named(tmp_path, absent, message):
    write_release(tmp_path)
    (tmp_path / absent).unlink()
    with pytest.raises(AdahError, match=message):
        load(tmp_path)


def test_a_label_without_a_name_is_called_by_its_number(tmp_path):
    write_release(tmp_path, labels_changed={TXT: b"25 1 2\n25 2 3\n112 1 5\n"})
    assert load(tmp_path).label_names[0] == "label 2"


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_lines_in_another_order_load_alike_and_changed_bytes_are_an_error_or_change_little(data):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_release(root)
        right = load(root)
        files = unpack(root / "saiaprtc12ok.zip")
        for name in (TXT, LIST):
            files[name] = b"".join(data.draw(st.permutations(files[name].splitlines(keepends=True))))
        write_zip(root / "saiaprtc12ok.zip", files)
        assert load(root).content_hash() == right.content_hash()
        texts = unpack(root / "iaprtc12.zip")
        whole = bytearray(texts[ENG])
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place : data.draw(st.sampled_from([place + 1, len(whole)]))] = data.draw(st.binary(max_size=3))
        write_zip(root / "iaprtc12.zip", texts | {ENG: bytes(whole)})
        with contextlib.suppress(AdahError):
            pairs = load(root)
            assert pairs.captions[1:] == right.captions[1:] and pairs.labels.tolist() == right.labels.tolist()
            text = bytes(whole).decode("latin-1")
            between = text[text.index("<DESCRIPTION>") + 13 : text.index("</DESCRIPTION>")]
            assert words(pairs.captions[0]) == words(between) or not between.isascii()
