"""Search as a user does it: train with a model file, encode a folder and a CSV, ask with words and with a picture."""

import csv
import json
import shutil

import numpy as np
import pytest
import torch
from PIL import Image

from adahlib.cli import main
from adahlib.datasets import dataset_split, load_dataset
from adahlib.errors import AdahError
from adahlib.features import feature_maps
from adahlib.files import write_digests
from adahlib.search import SearchIndex, load_model, read_folder
from tests.damage import flipped_bits

pytestmark = pytest.mark.slow
RUN = ["run", "--dataset", "emoji-scenes", "--bits", "32", "--attention", "both", "--profile", "quick"]
RUN += ["--set", "epochs=2"]
COUNT = 60


@pytest.fixture(scope="module")
def world(tmp_path_factory, cache_without_codes):
    """A model trained for two epochs, and query scenes as picture files of odd sizes with their tags as texts."""
    folder = tmp_path_factory.mktemp("world")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADAH_CACHE", str(cache_without_codes(folder / "cache")))
        assert main([*RUN, "--results", str(folder / "results"), "--model", str(folder / "model.pt")]) == 0
    pairs = load_dataset("emoji-scenes")
    shown = dataset_split(pairs).query[:COUNT]
    (folder / "photos" / "more").mkdir(parents=True)
    with open(folder / "texts.csv", "w", newline="", encoding="utf-8") as lines:
        rows = csv.writer(lines)
        rows.writerow(["image", "text"])
        for number, place in enumerate(shown):
            name = f"{'more/' if number % 2 else ''}{number:03d}.png"
            Image.fromarray(pairs.images[place]).resize((128, 128 + number)).save(folder / "photos" / name)
            if number:  # the first one has no text
                rows.writerow([name, " ".join(pairs.vocabulary[i] for i in pairs.tags[place].indices).upper()])
    return folder


@pytest.fixture(scope="module")
def index(world):
    """The index that ``adah encode`` makes of these files."""
    files = ["--images", str(world / "photos"), "--texts", str(world / "texts.csv")]
    made = ["--index", str(world / "index"), "--codes", str(world / "codes")]
    assert main(["encode", "--model", str(world / "model.pt"), *files, *made]) == 0
    return SearchIndex.load(world / "index")


def test_a_loaded_model_encodes_as_the_trained_one(world):
    model, pairs = load_model(world / "model.pt"), load_dataset("emoji-scenes")
    maps, few = feature_maps(pairs), np.arange(5, 30)
    expected = model.method.encode_images(maps[few])
    assert model.encode_images([pairs.images[i] for i in few]).content_hash() == expected.content_hash()
    texts = [" ".join(pairs.vocabulary[i] for i in pairs.tags[place].indices) for place in few]
    assert model.encode_texts(texts).content_hash() == model.method.encode_texts(pairs.tags[few]).content_hash()


def test_the_codes_beside_an_index_are_read_by_numpy_alone(index, world):
    assert sorted(path.name for path in (world / "codes").iterdir()) == ["images.npz", "texts.npz"]
    for side, count in (("images", COUNT), ("texts", COUNT - 1)):  # the first image has no text
        with np.load(world / "codes" / f"{side}.npz") as kept:
            bits = np.unpackbits(kept["packed"], axis=1, count=int(kept["bits"]))
            names = kept["ids"].tolist()
        assert names == [index.items[place].image for place in index.indexes[side].ids] and len(names) == count
        assert (2 * bits.astype(int) - 1 == index.indexes[side].codes.signs()).all()


def test_words_find_images_in_the_order_of_their_distances(index, world):
    item = index.items[-1]
    hits = index.search_text(item.text, k=COUNT)
    assert [hit.rank for hit in hits] == list(range(1, COUNT + 1))
    images = index.indexes["images"].codes.signs()
    query = index.model.encode_texts([item.text]).signs()
    order = np.argsort((images != query).sum(axis=1), kind="stable")
    assert [hit.item for hit in hits] == [index.items[i] for i in order]
    assert [hit.distance for hit in hits] == sorted(hit.distance for hit in hits)


def test_a_picture_finds_itself_among_images_and_texts_among_texts(index, world):
    name = index.items[7].image
    first = index.search_image(world / "photos" / name, k=3, answers="images")[0]
    assert first.distance == 0
    texts = index.search_image(world / "photos" / name, k=COUNT)
    assert len(texts) == COUNT - 1 and all(hit.item.text for hit in texts)


def test_the_commands_print_a_table_and_write_a_sheet(index, world, capsys):
    ask = ["search", "--index", str(world / "index"), "-k", "4"]
    word = index.model.known_words(index.items[3].text)[0]
    assert main([*ask, "--text", word, "--html", str(world / "sheet.html")]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == ["rank", "distance", "image", "text"] and len(lines) == 5
    sheet = (world / "sheet.html").read_text(encoding="utf-8")
    assert sheet.count("<img ") == 4 and word in sheet and "data:image/jpeg;base64," in sheet
    photo = str(world / "photos" / index.items[2].image)
    assert main([*ask, "--image", photo, "--html", str(world / "photo.html")]) == 0
    assert (world / "photo.html").read_text(encoding="utf-8").count("<img ") == 5


def test_words_that_the_model_does_not_know_are_told(index, world, capsys):
    word = index.model.known_words(index.items[3].text)[0]
    told = []
    for text in (f"qqqq {word}", f"Zzzz {word} qqqq ZZZZ", word):
        assert main(["search", "--index", str(world / "index"), "-k", "2", "--text", text]) == 0
        told.append(capsys.readouterr())
    assert told[0].out == told[1].out == told[2].out
    assert [each.err for each in told] == [
        "adah: left out, since the model does not know it: qqqq\n",
        "adah: left out, since the model does not know it: zzzz, qqqq\n",
        "",
    ]


def test_a_sheet_shows_no_picture_from_outside_the_folder(index, world):
    from adahlib.search import Hit, Item
    from adahlib.search.sheet import write_sheet

    inside = next(iter(sorted((world / "photos").glob("*.png"))))
    others = [str(inside), "../photos/000.png", "more/../../photos/000.png"]
    hits = [Hit(rank, 2, Item(name)) for rank, name in enumerate([inside.name, *others], start=1)]
    write_sheet(world / "outside.html", "x", hits, world / "photos")
    text = (world / "outside.html").read_text(encoding="utf-8")
    assert text.count("<img ") == 1 and text.count("image outside the folder") == 3


def test_an_index_of_somebody_else_is_read_with_care(world, index, tmp_path, capsys):
    folder = tmp_path / "index"
    shutil.copytree(world / "index", folder)
    about = json.loads((folder / "search.json").read_text())
    nameless = about | {"items": [about["items"][0] | {"text": 5}, *about["items"][1:]]}
    escapes = about | {"items": [item | {"text": "\x1b[31mred", "image": "a\rb.png"} for item in about["items"]]}
    for changed, code in ((nameless, 2), (escapes, 0), ([], 2), (about | {"folder": None}, 2)):
        (folder / "search.json").write_text(json.dumps(changed))
        with pytest.raises(AdahError):
            SearchIndex.load(folder)
        write_digests(folder)
        word = index.model.known_words(index.items[3].text)[0]
        assert main(["search", "--index", str(folder), "--text", word]) == code
        shown = capsys.readouterr()
        assert "\x1b" not in shown.out + shown.err and "\r" not in shown.out
        assert (r"a\rb.png  \x1b[31mred" in shown.out) == (changed is escapes)


def test_a_flipped_bit_anywhere_in_an_index_is_noticed(world, tmp_path):
    folder = tmp_path / "index"
    shutil.copytree(world / "index", folder)
    for _ in flipped_bits(folder, per_file=3):
        with pytest.raises(AdahError):
            SearchIndex.load(folder)
    assert len(SearchIndex.load(folder).items) == COUNT


def test_encode_replaces_an_index_and_nothing_else(world, index, tmp_path, capsys):
    encode = ["encode", "--model", str(world / "model.pt"), "--images", str(world / "photos"), "--index"]
    folder = tmp_path / "index"
    shutil.copytree(world / "index", folder)
    (folder / "thesis.doc").write_text("years")
    assert main([*encode, str(folder)]) == 2
    assert "holds 'thesis.doc'; a search index is written to a folder of its own" in capsys.readouterr().err
    assert (folder / "thesis.doc").read_text() == "years" and SearchIndex.load(world / "index")
    (folder / "thesis.doc").unlink()
    (tmp_path / "link").symlink_to(folder)
    assert main([*encode, str(tmp_path / "link")]) == 0
    assert (tmp_path / "link").is_symlink() and not SearchIndex.load(folder).items[1].text


def test_an_index_that_is_added_to_answers_as_one_made_at_once(world, index, tmp_path, capsys):
    (tmp_path / "photos" / "more").mkdir(parents=True)
    for number, item in enumerate(index.items):
        if number == COUNT // 2:
            files = ["--model", str(world / "model.pt"), "--images", str(tmp_path / "photos")]
            assert main(["encode", *files, "--index", str(tmp_path / "index")]) == 0
        shutil.copy(world / "photos" / item.image, tmp_path / "photos" / item.image)
    gone = index.items[3].image
    command = ["encode", "--index", str(tmp_path / "index"), "--append", "--texts", str(world / "texts.csv")]
    assert main([*command, "--remove", gone]) == 0
    assert f"{COUNT // 2} added, 1 removed; {COUNT - 1} images" in capsys.readouterr().out
    picture = world / "photos" / index.items[9].image
    hits, all_hits = (
        each.search_image(picture, COUNT, "images") for each in (SearchIndex.load(tmp_path / "index"), index)
    )
    expected = [(hit.distance, hit.item.image) for hit in all_hits if hit.item.image != gone]
    assert [(hit.distance, hit.item.image) for hit in hits] == expected


def test_a_sheet_escapes_what_people_write(index, world):
    from adahlib.search import Hit, Item
    from adahlib.search.sheet import write_sheet

    write_sheet(world / "odd.html", "<script>", [Hit(1, 2, Item("gone.png", '<b>"&'))], world / "photos")
    text = (world / "odd.html").read_text(encoding="utf-8")
    assert "<script>" not in text and "&lt;b&gt;" in text and "image not found" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["search", "--index", "{}/nowhere", "--text", "cat"], "is no search index of adahlib"),
        (["search", "--index", "{}/index", "--text", "qqqq zzzz"], "the model knows no word of 'qqqq zzzz'"),
        (["search", "--index", "{}/index", "--image", "{}/texts.csv"], "texts.csv is not a readable image"),
        (["search", "--index", "{}/index", "--text", "cat", "-k", "0"], "k=0 must be a whole number"),
        (["encode", "--model", "{}/none.pt", "--images", "{}/photos", "--index", "{}/x"], "none.pt is missing; `adah"),
        (["encode", "--model", "{}/texts.csv", "--images", "{}/photos", "--index", "{}/x"], "is not a whole model"),
        (["encode", "--model", "{}/model.pt", "--images", "{}/none", "--index", "{}/x"], "none is no folder"),
        (["encode", "--model", "{}/model.pt", "--images", "{}/results", "--index", "{}/x"], "results holds no images"),
        (["encode", "--model", "{}/model.pt", "--images", "{}/photos", "--texts", "{}/bad.csv", "--index", "{}/x"],
         "bad.csv, line 2: no image 'nobody.png' in the folder."),
        (["encode", "--model", "{}/model.pt", "--images", "{}/photos", "--texts", "{}/head.csv", "--index", "{}/x"],
         "head.csv needs a first line that names the columns image and text; it is 'picture,words'."),
        (["encode", "--model", "{}/model.pt", "--images", "{}/photos", "--index", "{}/photos"],
         "photos holds '000.png', '002.png', '004.png' and more; a search index is written to a folder of its own"),
        (["encode", "--model", "{}/model.pt", "--images", "{}/photos", "--index", "{}/x/y"], "there is no folder"),
        (["encode", "--model", "{}/model.pt", "--images", "{}/photos", "--index", "{}/x", "--codes", "{}/photos"],
         "photos holds '000.png', '002.png', '004.png' and more; a set of codes is written to a folder of its own"),
        (["encode", "--model", "{}/model.pt", "--images", "{}/photos", "--index", "{}/x", "--codes", "{}/x"],
         "lie in one another; keep them apart"),
        (["encode", "--append", "--index", "{}/index", "--codes", "{}/index/codes"], "lie in one another; keep them"),
        (["encode", "--append", "--index", "{}/codes/index", "--codes", "{}/codes"], "lie in one another; keep them"),
        (["encode", "--append", "--index", "{}/index", "--codes", "{}/others"],
         "others/images.npz is no file of adah encode --codes; give another folder"),
        (["search", "--index", "{}/index", "--text", "cat", "--html", "{}/x/a.html"], "there is no folder"),
        (["encode", "--model", "{}/model.pt", "--images", "{}/broken", "--index", "{}/x"], "cut.jpg is not a readable"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence_and_nothing_written(index, world, arguments, message, capsys):
    (world / "bad.csv").write_text("image,text\nnobody.png,hello\n")
    (world / "head.csv").write_text("picture,words\na,b\n")
    for folder in ("broken", "others"):
        (world / folder).mkdir(exist_ok=True)
    np.savez(world / "others" / "images.npz", pixels=np.zeros(3))  # somebody's own
    (world / "broken" / "cut.jpg").write_bytes(b"\xff\xd8\xff\xe0 cut")
    assert main([part.format(world) for part in arguments]) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1
    assert not (world / "x").exists()


def test_a_truncated_model_or_index_is_named(world, index, tmp_path):
    shutil.copytree(world / "index", tmp_path / "index")
    model = tmp_path / "index" / "model.pt"
    model.write_bytes(model.read_bytes()[:1000])
    with pytest.raises(AdahError, match=r"model\.pt has changed since it was written"):
        SearchIndex.load(tmp_path / "index")
    write_digests(tmp_path / "index")
    with pytest.raises(AdahError, match="model.pt is not a whole model"):
        SearchIndex.load(tmp_path / "index")
    torch.save({"format": "another"}, model)
    write_digests(tmp_path / "index")
    with pytest.raises(AdahError, match="model.pt is no model of adahlib"):
        SearchIndex.load(tmp_path / "index")
    assert len(read_folder(world / "photos")) == COUNT
