"""One's own folder and CSV, and a real ``datasets`` object, as pairs: what was written is what is read."""

import dataclasses
import os

import datasets
import numpy as np
import pytest
from PIL import Image

from adahlib.datasets import load_dataset, miniature_pairs
from adahlib.datasets.own.folder import read_folder, write_folder
from adahlib.datasets.own.huggingface import DatasetImages, pairs_from_huggingface
from adahlib.datasets.own.pairs import read_own
from adahlib.datasets.pictures import read_picture
from adahlib.errors import AdahError

ROWS = "a.png,A red Cat,animal; red\nmore/b.png,cat and DOG,animal|dog\nc.png,,red\n"


@pytest.fixture
def folder(tmp_path):
    """Three named images and one that no row names, in two folders."""
    photos = tmp_path / "photos"
    (photos / "more").mkdir(parents=True)
    for number, name in enumerate(("a.png", "more/b.png", "c.png", "left.png")):
        Image.new("RGB", (5, 4 + number), (number, 20, 30)).save(photos / name)
    write_table(photos, ROWS)
    return photos


def write_table(photos, rows, header="image,text,labels"):
    (photos / "table.csv").write_text(f"{header}\n{rows}", encoding="utf-8")


def test_a_folder_becomes_pairs(folder):
    pairs = read_own(folder)
    assert pairs.ids == ("a.png", "c.png", "more/b.png") and pairs.name == "own-photos"
    assert pairs.vocabulary == ("a", "and", "cat", "dog", "red") and pairs.label_names == ("animal", "dog", "red")
    assert pairs.tags.toarray().tolist() == [[1, 0, 1, 0, 1], [0] * 5, [0, 1, 1, 1, 0]]
    assert pairs.labels.tolist() == [[1, 0, 1], [0, 0, 1], [1, 1, 0]]
    assert [image.shape for image in pairs.images] == [(4, 5, 3), (6, 5, 3), (5, 5, 3)]
    facts = {name: pairs.provenance[name] for name in ("left_out", "without_words", "without_labels")}
    assert facts == {"left_out": 1, "without_words": 1, "without_labels": 0}


def test_words_in_few_texts_are_left_out(folder):
    assert read_own(folder, minimum_count=2).vocabulary == ("cat",)
    with pytest.raises(AdahError, match="no word in at least 3 of its texts in 3 pairs"):
        read_own(folder, minimum_count=3)


def test_rows_of_one_image_add_up_and_ids_need_no_suffix(folder):
    write_table(folder, "a,one,x\na,two,y\nmore/b,,x\n", header="id,text,labels")
    pairs = read_own(folder)
    assert pairs.vocabulary == ("one", "two") and pairs.tags.toarray().tolist() == [[1, 1], [0, 0]]
    assert pairs.labels.tolist() == [[1, 1], [1, 0]]


def test_the_hash_follows_images_texts_and_labels(folder):
    before = read_own(folder)
    write_table(folder, ROWS.replace("animal|dog", "animal"))
    relabelled = read_own(folder)
    Image.new("RGB", (5, 4), (99, 20, 30)).save(folder / "a.png")
    assert before.image_hash == relabelled.image_hash != read_own(folder).image_hash
    assert before.content_hash() != relabelled.content_hash()


@pytest.mark.parametrize(
    ("header", "rows", "message"),
    [
        ("image,text", "a.png,x\n", "needs a first line that names the columns image and labels"),
        ("image,text,labels", "z.png,x,y\n", r"table\.csv, line 2: no image 'z.png' in the folder"),
        ("image,text,labels", "a.png,x, ; \n", "no label in 1 pairs"),
        ("image,text,labels", "a.png\n", "no label in 1 pairs"),
    ],
)
def test_another_table_is_one_sentence(folder, header, rows, message):
    write_table(folder, rows, header)
    with pytest.raises(AdahError, match=message):
        read_own(folder)


def test_ambiguous_ids_and_other_folders_are_refused(folder, tmp_path):
    Image.new("RGB", (5, 4)).save(folder / "a.jpg")
    write_table(folder, "a,x,y\n", header="id,text,labels")
    with pytest.raises(AdahError, match="no image 'a' in the folder"):
        read_own(folder)
    (folder / "second.csv").write_text("")
    with pytest.raises(AdahError, match="holds 2 CSV files; name the one"):
        read_own(folder)
    (folder / "table.csv").write_bytes(b"image,text,labels\na.png,caf\xe9,x\n")
    with pytest.raises(AdahError, match="cannot be read as a UTF-8 CSV file"):
        read_own(folder, folder / "table.csv")
    with pytest.raises(AdahError, match="is no folder"):
        read_own(tmp_path / "nowhere")


@pytest.mark.slow
def test_a_written_folder_reads_back_as_the_pairs_it_was_made_of(tmp_path):
    pairs, chosen = load_dataset("emoji-scenes"), range(10, 40)
    write_folder(pairs, chosen, tmp_path / "scenes")
    read = read_own(tmp_path / "scenes")
    words, labels = (pairs.tags[10:40].toarray(), pairs.labels[10:40])
    for position in range(30):
        told = {word for tag in np.array(pairs.vocabulary)[words[position] > 0] for word in tag.lower().split("-")}
        assert set(np.array(read.vocabulary)[read.tags[position].indices]) == told
        assert set(np.array(read.label_names)[read.labels[position] > 0]) == set(
            np.array(pairs.label_names)[labels[position] > 0]
        )
        assert (read.images[position] == pairs.images[10 + position]).all()
    assert [item.image for item in read_folder(tmp_path / "scenes")] == list(read.ids)


def rows(images, **labels):
    return {"image": images, "text": ["A red Cat", "cat and DOG", ""], **labels}


IMAGES = [Image.new("RGB", (5, 4 + number), (number, 20, 30)) for number in range(3)]
CLASSES = datasets.ClassLabel(names=["animal", "dog", "red"])


@pytest.mark.parametrize(
    ("labels", "feature"),
    [
        (["animal;red", "animal|dog", "red"], datasets.Value("string")),
        ([["animal", "red"], ["animal", "dog"], ["red"]], datasets.Sequence(datasets.Value("string"))),
        ([[0, 2], [0, 1], [2]], datasets.Sequence(CLASSES)),
    ],
)
def test_a_datasets_object_becomes_pairs(folder, labels, feature):
    features = {"image": datasets.Image(), "text": datasets.Value("string"), "labels": feature}
    made = datasets.Dataset.from_dict(rows(IMAGES, labels=labels), features=datasets.Features(features))
    pairs, same = pairs_from_huggingface(made), read_own(folder)
    order = [0, 2, 1]  # the folder's names put the second row last
    assert pairs.ids == ("0", "1", "2") and pairs.vocabulary == same.vocabulary
    assert (pairs.tags.toarray()[order] == same.tags.toarray()).all() and (pairs.labels[order] == same.labels).all()
    assert pairs.label_names == same.label_names
    assert all((image == np.asarray(own)).all() for image, own in zip(pairs.images, IMAGES, strict=True))


def test_single_classes_other_columns_and_lists_of_captions():
    data = {"photo": IMAGES, "captions": [["a cat", "the cat"], ["dog"], []], "kind": [0, 1, 2]}
    features = {"photo": datasets.Image(), "captions": datasets.Sequence(datasets.Value("string")), "kind": CLASSES}
    made = datasets.Dataset.from_dict(data, features=datasets.Features(features))
    pairs = pairs_from_huggingface(made, image="photo", text="captions", labels="kind")
    assert pairs.vocabulary == ("a", "cat", "dog", "the") and pairs.labels.tolist() == np.eye(3).tolist()
    swapped = pairs_from_huggingface(made.select([1, 0, 2]), image="photo", text="captions", labels="kind")
    assert swapped.image_hash != pairs.image_hash


def test_other_objects_are_refused_in_one_sentence():
    made = datasets.Dataset.from_dict(rows(["x", "y", "z"], labels=["a", "b", "c"]))
    with pytest.raises(AdahError, match="column 'image' holds str, not images"):
        pairs_from_huggingface(made)
    with pytest.raises(AdahError, match="has no column 'caption'; it has image, text, labels"):
        pairs_from_huggingface(made, text="caption")
    with pytest.raises(AdahError, match=r"several splits; give one: dataset\['train'\]"):
        pairs_from_huggingface(datasets.DatasetDict(train=made))
    with pytest.raises(AdahError, match="IterableDataset is no datasets.Dataset"):
        pairs_from_huggingface(made.to_iterable_dataset())
    broken = made.remove_columns("image").add_column("image", [{"bytes": b"no image", "path": None}] * 3)
    with pytest.raises(AdahError, match="row 0 of column 'image' is not a readable image"):
        pairs_from_huggingface(broken.cast_column("image", datasets.Image()))


@pytest.mark.parametrize(
    "saved",
    [
        "\ufeffimage,text,labels\r\na.png,A red Cat,animal;red\r\nmore\\b.png,cat and DOG,animal|dog\r\nc.png,,red\r\n",
        '\ufeffImage;Text;Labels\r\na.png;A red Cat;"animal;red"\r\nmore/b;cat and DOG;animal|dog\r\nc.png;;red\r\n',
        "id\ttext\tlabels\n\t\t\n a \tA red Cat\tanimal;red\n./more/b\tcat and DOG\tanimal|dog\nc\t\tred\n\n",
        'image, text, labels\na.png,"A red Cat",animal;red\nmore/b.png,"cat and DOG",animal|dog\nc.png,,red',
    ],
)
def test_the_forms_in_which_spreadsheets_save_a_table_read_the_same(folder, saved):
    right = read_own(folder)
    (folder / "table.csv").write_bytes(saved.encode())
    read = read_own(folder)
    assert read.content_hash() == right.content_hash() and read.captions == ("A red Cat", "", "cat and DOG")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("a.png,red, and a cat,animal\n", "line 2: 4 cells where the first line has 3; a cell that holds"),
        ("A.PNG,x,y\n", r"no image 'A.PNG' in the folder; did you mean 'a.png'\?"),
        ("/home/me/photos/more/b.png,x,y\n", r"did you mean 'more/b.png'\? A row has the path below the folder"),
        ("a.png,a\0cat,y\n", "a zero byte; is it text"),
    ],
)
def test_a_row_in_doubt_is_refused_with_what_would_be_right(folder, rows, message):
    write_table(folder, rows)
    with pytest.raises(AdahError, match=message):
        read_own(folder)


def test_hidden_copies_are_no_pictures_and_no_tables(folder):
    right = read_own(folder)
    for name in ("._a.png", ".ipynb_checkpoints/a.png", "__MACOSX/a.png", ".thumbnails/x.png", "._table.csv"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"\0\5\x16\7")
    read = read_own(folder)
    assert read.content_hash() == right.content_hash() and read.provenance == right.provenance


def test_pictures_behind_links_are_read(folder, tmp_path):
    (tmp_path / "disk").mkdir()
    (folder / "a.png").rename(tmp_path / "disk" / "a.png")
    (folder / "big").symlink_to(tmp_path / "disk")
    (folder / "d.png").symlink_to(tmp_path / "disk" / "a.png")
    (folder / "dead.png").symlink_to(tmp_path / "none.png")
    (folder / "more" / "up").symlink_to(folder)
    assert [item.image for item in read_folder(folder)] == ["big/a.png", "c.png", "d.png", "left.png", "more/b.png"]


def test_a_file_name_that_is_not_utf8_stands_in_no_ones_way(folder):
    name = os.fsdecode(b"caf\xe9.png")
    (folder / "left.png").rename(folder / name)
    assert len(read_own(folder)) == 3 and name in [item.image for item in read_folder(folder)]
    write_table(folder, "café.png,x,y\n")
    with pytest.raises(AdahError, match=r"no image 'café.png' .*file name 'caf\\udce9.png' is not UTF-8: rename it"):
        read_own(folder)


def test_an_image_that_is_missing_from_a_datasets_object_is_named_by_its_row():
    made = datasets.Dataset.from_dict({"image": [IMAGES[0], None]}, features=datasets.Features(image=datasets.Image()))
    with pytest.raises(AdahError, match="row 1 of column 'image' holds no image"):
        DatasetImages(made, "image")[1]


def test_a_picture_of_16_bits_is_scaled_and_not_cut_off(tmp_path):
    values = np.array([[0, 255, 256], [32768, 65280, 65535]], np.uint16)
    Image.fromarray(values).save(tmp_path / "deep.png")
    assert read_picture(tmp_path / "deep.png")[..., 0].tolist() == [[0, 0, 1], [128, 255, 255]]


def test_a_folder_that_could_not_be_written_whole_has_no_table(tmp_path):
    pairs = miniature_pairs()
    broken = dataclasses.replace(pairs, images=[pairs.images[0], np.zeros((2, 2, 7), np.uint8), *pairs.images[2:]])
    with pytest.raises(TypeError, match="Cannot handle this data type"):
        write_folder(broken, [0, 1], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["00000.png"]
