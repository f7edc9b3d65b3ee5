"""Images of one's own without texts: from a table, from folders of classes, from a datasets object, and their split."""

import os

import datasets
import numpy as np
import pytest
from PIL import Image

from adahlib.datasets import dataset_split, load_with_split, make_labelled_split, with_train_size, write_pairs
from adahlib.datasets.own.class_folders import label_of_folder
from adahlib.datasets.own.clean_file import read_pairs
from adahlib.datasets.own.convert import convert_own
from adahlib.datasets.own.folder import write_folder
from adahlib.datasets.own.huggingface import pairs_from_huggingface
from adahlib.datasets.own.pairs import files_hash, read_own
from adahlib.datasets.split_files import save_split
from adahlib.datasets.splits import Split
from adahlib.errors import AdahError

CLASSES = ("blue", "green", "red")


def write_images(folder, names):
    """Write a small picture under each name, each of its own colour and size."""
    for number, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (5, 4 + number % 3), (number, 20, 30)).save(folder / name)


@pytest.fixture
def folders(tmp_path):
    """Ten pictures of each class in its folder, and five beside them that have no class."""
    names = [f"{name}/{i}.png" for name in CLASSES for i in range(10)]
    write_images(tmp_path / "photos", [*names, *(f"more{i}.png" for i in range(5))])
    return tmp_path / "photos"


def test_folders_are_classes_and_what_lies_beside_them_has_no_label(folders):
    pairs = read_own(folders)
    assert pairs.label_names == CLASSES and pairs.vocabulary == () and pairs.captions is None
    assert pairs.tags.shape == (35, 0)
    for identifier, row in zip(pairs.ids, pairs.labels, strict=True):
        assert [CLASSES[place] for place in np.flatnonzero(row)] == identifier.split("/")[:-1]
    assert pairs.provenance["without_labels"] == 5 and "without_words" not in pairs.provenance


def test_a_table_without_texts_is_of_images_alone_and_says_so(folders):
    (folders / "table.csv").write_text("Image,photographer,labels\nred/0.png,me,red;warm\ngreen/1.png,,\n")
    facts = convert_own(folders, folders.parent / "photos.h5")
    pairs = read_pairs(folders.parent / "photos.h5")
    assert pairs.ids == ("green/1.png", "red/0.png") and pairs.labels.tolist() == [[0, 0], [1, 1]]
    assert pairs.vocabulary == () and pairs.captions is None
    assert facts["images alone"] == "no column 'text' among 'image', 'photographer', 'labels'"
    assert facts["pairs without labels"] == 1 and "some texts" not in facts


def test_a_file_keeps_them_and_a_written_folder_reads_back(folders, tmp_path):
    pairs = read_own(folders)
    write_pairs(pairs, tmp_path / "photos.h5")
    kept = read_pairs(tmp_path / "photos.h5")
    assert kept.content_hash() == pairs.content_hash() and kept.provenance == pairs.provenance
    assert all((one == other).all() for one, other in zip(kept.images, pairs.images, strict=True))
    table = write_folder(pairs, range(len(pairs)), tmp_path / "again")
    assert table.read_text().splitlines()[0] == "image,labels"
    again = read_own(tmp_path / "again")
    assert again.vocabulary == () and (again.labels == pairs.labels).all()


def test_a_datasets_object_without_a_column_of_texts():
    pixels = [Image.new("RGB", (4, 4), (i, 0, 0)) for i in range(3)]
    rows = datasets.Dataset.from_dict({"image": pixels, "labels": [["a"], [], ["b", "a"]]})
    pairs = pairs_from_huggingface(rows.cast_column("image", datasets.Image()), text=None)
    assert pairs.vocabulary == () and pairs.labels.tolist() == [[1, 0], [0, 0], [1, 1]]


@pytest.mark.parametrize(
    ("images", "table", "message"),
    [
        (("a.png", "b.png"), None, "holds no CSV file and no folder of images; add a CSV with the columns image"),
        (("train/red/a.png",), None, "'train/red/a.png' lies in a folder within a folder"),
        (("nan/a.png",), None, "the folder 'nan': 'nan' says that a label is missing"),
        (("a.png",), "image,text\na.png,x\n", "needs a first line that names the columns image and labels"),
        (("a.png",), "image,labels\na.png,\n", "no label in 1 pairs; labels say what is similar"),
        (("a.png",), "image,text,labels\na.png,,x\n", "leave the column of texts out: it is then a set of images"),
        (("a.png",), "image,labels,labels\na.png,x,y\n", "names the column 'labels' twice"),
    ],
)
def test_another_folder_is_one_sentence_and_writes_nothing(tmp_path, images, table, message):
    write_images(tmp_path / "photos", images)
    if table:
        (tmp_path / "photos" / "table.csv").write_text(table)
    with pytest.raises(AdahError, match=message):
        convert_own(tmp_path / "photos", tmp_path / "photos.h5")
    assert not (tmp_path / "photos.h5").exists()


@pytest.mark.parametrize("name", [" ", "\u200b"], ids=["blank", "no width"])
def test_a_class_whose_name_cannot_be_seen_is_one_sentence(tmp_path, name):
    write_images(tmp_path / "photos", ("cat/a.png", f"{name}/b.png"))
    with pytest.raises(AdahError, match="a label's name has no visible character"):
        convert_own(tmp_path / "photos", tmp_path / "photos.h5")
    assert not (tmp_path / "photos.h5").exists()


@pytest.mark.parametrize("name", [b"cat/caf\xe9.png", b"caf\xe9/cat.png"])
def test_a_name_that_is_not_utf8_is_one_sentence(tmp_path, name):
    write_images(tmp_path / "photos", ("cat/a.png", "dog/b.png"))
    path = tmp_path / "photos" / os.fsdecode(name)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes((tmp_path / "photos" / "cat" / "a.png").read_bytes())
    with pytest.raises(AdahError, match=r"photos: the name of '.*caf\\udce9.*' is not UTF-8; give the file"):
        convert_own(tmp_path / "photos", tmp_path / "photos.h5")
    assert not (tmp_path / "photos.h5").exists()


def test_the_folder_of_a_class_is_read_as_labels_are(tmp_path):
    assert label_of_folder("a.png", tmp_path) == [] and label_of_folder("a  b/c.png", tmp_path) == ["a b"]


@pytest.mark.parametrize("seed", range(5))
def test_images_without_label_are_in_the_database_alone(folders, seed):
    pairs = read_own(folders)
    split, bare = dataset_split(pairs, seed), np.flatnonzero(~pairs.labels.any(axis=1))
    assert len(bare) == 5 and set(bare) < set(split.database)
    assert not set(bare) & {*split.query, *split.train, *split.validation}
    assert split.counts() == {"query": 3, "database": 32, "train": 26, "validation": 1}
    assert split.content_hash() == make_labelled_split(pairs, seed).content_hash()


def test_train_size_counts_images_with_a_label(folders, tmp_path):
    write_pairs(read_own(folders), tmp_path / "photos.h5")
    pairs, split = load_with_split(tmp_path / "photos.h5", 0, 12)
    _, whole = load_with_split(tmp_path / "photos.h5", 0, 26)
    assert len(split.train) == 12 and set(split.train) < set(whole.train)
    assert pairs.labels[whole.train].any(axis=1).all()
    with pytest.raises(AdahError, match="train_size=27: the database has 26 labelled images that do not validate"):
        load_with_split(tmp_path / "photos.h5", 0, 27)
    own = Split(split.query, split.database, np.flatnonzero(~pairs.labels.any(axis=1)), split.validation)
    drawn = with_train_size(own, 4, among=np.flatnonzero(pairs.labels.any(axis=1)))
    assert len(drawn.train) == 4 and pairs.labels[drawn.train].any(axis=1).all()


def test_two_labelled_images_are_too_few(tmp_path):
    write_images(tmp_path / "photos", ["a/1.png", "a/2.png", "3.png", "4.png"])
    with pytest.raises(AdahError, match="2 images have a label, and a query, a validation and a training image need"):
        dataset_split(read_own(tmp_path / "photos"))


def test_somebody_elses_query_without_label_is_refused(folders, tmp_path):
    pairs = read_own(folders)
    drawn, bare = dataset_split(pairs), np.flatnonzero(~pairs.labels.any(axis=1))
    other = Split(bare[:1], np.setdiff1d(np.arange(len(pairs)), bare[:1]), drawn.train, drawn.validation)
    save_split(other, pairs, tmp_path / "split")
    with pytest.raises(AdahError, match=r"the query 'more0.png' has no label, and nothing would be relevant to it"):
        convert_own(folders, tmp_path / "photos.h5", split=tmp_path / "split")
    assert not (tmp_path / "photos.h5").exists()
    write_pairs(pairs, tmp_path / "photos.h5", other)
    with pytest.raises(AdahError, match=r"the query 'more0.png' has no label"):
        load_with_split(tmp_path / "photos.h5", 0)


def test_a_table_in_capital_letters_is_read(tmp_path):
    write_images(tmp_path, ("cat/a.png", "dog/b.png"))
    (tmp_path / "TABLE.CSV").write_text("image,labels\ncat/a.png,animal\ndog/b.png,animal;pet\n")
    assert read_own(tmp_path).label_names == ("animal", "pet")


def test_a_picture_that_cannot_be_read_is_one_sentence(tmp_path):
    with pytest.raises(AdahError, match=r"gone.png cannot be read \(No such file or directory\); change its rights"):
        files_hash(tmp_path, ["gone.png"])
