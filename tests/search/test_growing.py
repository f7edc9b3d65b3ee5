"""Adding to and removing from a search index equals making it anew, and encodes nothing twice."""

import csv
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from adahlib.cli import main
from adahlib.errors import AdahError
from adahlib.retrieval import BinaryCodes
from adahlib.search import Item, SearchIndex, read_folder, search_index
from adahlib.search.growing import as_named, grow_folder, grown

BITS = 16


class Model:
    """A model in place of a trained one: the code of a picture is its first pixels, that of a text its first letters.

    Attributes:
        pictures: how many were encoded.
    """

    method, pictures, digest = SimpleNamespace(bits=BITS), 0, ""

    def encode_images(self, pictures):
        pixels = [np.asarray(picture).reshape(-1)[:BITS] for picture in pictures]
        self.pictures += len(pixels)
        return BinaryCodes(np.packbits(np.array(pixels) > 127, axis=1), BITS)

    def encode_texts(self, texts):
        return BinaryCodes(np.array([list(text.encode()[:2].ljust(2)) for text in texts], np.uint8), BITS)

    def known_words(self, text):
        return text.split()


def draw(folder, names):
    """Make a small picture of random pixels for each name."""
    folder.mkdir(exist_ok=True)
    for name in names:
        pixels = np.random.default_rng(sum(name.encode())).integers(0, 256, (8, 8, 3), np.uint8)
        Image.fromarray(pixels).save(folder / name)


def write_texts(folder, texts):
    """Write the texts of some images as a CSV; return its path."""
    with open(folder.parent / "texts.csv", "w", newline="", encoding="utf-8") as lines:
        csv.writer(lines).writerows([("image", "text"), *texts.items()])
    return folder.parent / "texts.csv"


@pytest.fixture
def saved(tmp_path, monkeypatch):
    """The folder of an index of five images, three of them with texts; its model's file stands for ``Model``."""
    monkeypatch.setattr("adahlib.search.search_index.load_model", lambda path: Model())
    draw(tmp_path / "photos", [f"{letter}.png" for letter in "bdfhj"])
    (tmp_path / "model.pt").write_text("a model")
    items = read_folder(
        tmp_path / "photos", write_texts(tmp_path / "photos", {"b.png": "x y", "d.png": "q", "j.png": "z"})
    )
    SearchIndex.build(Model(), tmp_path / "photos", items).save(tmp_path / "index", tmp_path / "model.pt")
    return tmp_path / "index"


def same(one, other):
    """Compare everything that two indexes hold."""
    assert one.items == other.items and one.folder == other.folder
    for side, index in one.indexes.items():
        fresh = other.indexes[side]
        assert index.ids.tolist() == fresh.ids.tolist() and index.codes.content_hash() == fresh.codes.content_hash()
        assert (index.kind, index.settings, index.bits) == (fresh.kind, fresh.settings, fresh.bits)


@pytest.mark.parametrize("kind", ["flat", "ivf"])
def test_an_index_with_items_more_and_less_equals_one_made_anew(tmp_path, kind):
    folder, model = tmp_path / "photos", Model()
    draw(folder, [f"{number:02d}.png" for number in range(20)])
    items = [Item(f"{number:02d}.png", "word" * (number % 3)) for number in range(20)]
    index = SearchIndex.build(model, folder, items[5:15], kind)
    before = model.pictures
    result = grown(index, items, remove=["07.png", "12.png"])
    assert model.pictures == before + 10
    left = [item for item in items if item.image not in ("07.png", "12.png")]
    same(result, SearchIndex.build(Model(), folder, left, kind))
    same(index, SearchIndex.build(Model(), folder, items[5:15], kind))
    same(grown(index, items[5:15]), index)


def test_texts_that_an_index_has_stay(saved):
    result = grown(SearchIndex.load(saved), [Item("b.png", "another"), Item("d.png")])
    assert [item.text for item in result.items] == ["x y", "q", "", "", "z"]


def test_the_command_adds_and_removes(saved, capsys):
    folder = saved.parent / "photos"
    draw(folder, ["a.png", "e.png", "z.png"])
    texts = write_texts(folder, {"e.png": "new words", "b.png": "other"})
    command = ["encode", "--index", str(saved)]
    assert main([*command, "--append", "--texts", str(texts), "--remove", "d.png", "f.png"]) == 0
    assert capsys.readouterr().out == f"{saved}: 3 added, 2 removed; 6 images and 3 texts, 16 bits, flat\n"
    index = SearchIndex.load(saved)
    assert [item.image for item in index.items] == ["a.png", "b.png", "e.png", "h.png", "j.png", "z.png"]
    assert [item.text for item in index.items] == ["", "x y", "new words", "", "z", ""]
    assert (saved / "model.pt").read_text() == "a model"
    written = (saved / "search.json").stat().st_mtime_ns
    assert main([*command, "--remove", "a.png"]) == 0 and main([*command, "--append"]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith(f"{saved}: 3 added, 0 removed; 8 images")
    assert (saved / "search.json").stat().st_mtime_ns > written


def test_nothing_new_leaves_the_folder_as_it_is(saved):
    before = {path: path.stat().st_mtime_ns for path in saved.rglob("*")}
    assert grow_folder(saved, append=True)[1] == 0
    assert {path: path.stat().st_mtime_ns for path in saved.rglob("*")} == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--remove", "x.png"], "'x.png' is no image of the index; name it as adah search prints it"),
        (["--remove", *(f"{letter}.png" for letter in "bdfhj")], "nothing would be left in the index"),
        (["--append", "--model", "m.pt", "--kind", "ivf"], "its kind; leave out --model and --kind"),
        (["--remove", "b.png", "--texts", "t.csv"], "give --append too"),
        (["--model", "m.pt"], "a new index needs --model and --images; --append and --remove change one"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_changed(saved, arguments, message, capsys):
    before = {path: path.stat().st_mtime_ns for path in saved.rglob("*")}
    assert main(["encode", "--index", str(saved), *arguments]) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1
    assert {path: path.stat().st_mtime_ns for path in saved.rglob("*")} == before


def test_an_index_whose_images_are_elsewhere_is_told(saved):
    (saved.parent / "photos").rename(saved.parent / "moved")
    with pytest.raises(AdahError, match="photos, the folder of images of this index, is not there; move the im"):
        grow_folder(saved, append=True)


@pytest.mark.parametrize("place", ["nowhere/x", "x", "."])
def test_what_is_no_index_is_refused_and_no_lock_is_left_beside_it(place, tmp_path, monkeypatch, capsys):
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    for command in (["encode", "--append"], ["search", "--text", "cat"]):
        assert main([*command, "--index", place]) == 2
        assert "is no search index of adahlib; make one with adah encode" in capsys.readouterr().err
    assert [path.name for path in tmp_path.rglob("*")] == ["in"]


def test_an_image_to_remove_may_be_named_as_search_prints_it(saved):
    draw(saved.parent / "photos", ["tab\there.png", "z.png"])
    command = ["encode", "--index", str(saved), "--append"]
    assert main(command) == 0 and main([*command, "--remove", "tab\\there.png"]) == 0
    assert [item.image for item in SearchIndex.load(saved).items][-2:] == ["j.png", "z.png"]


def test_a_name_means_itself_before_what_is_printed_so():
    held = ["tab\there.png", "tab\\there.png"]
    assert as_named("tab\\there.png", held) == "tab\\there.png" and as_named("tab\\there.png", held[:1]) == held[0]
    assert as_named("a.png", held) == "a.png"


def test_an_index_is_not_kept_with_a_model_that_did_not_encode_it(saved, tmp_path):
    index = SearchIndex.load(saved)
    index.model.digest = "of the file that was read"
    with pytest.raises(AdahError, match="is not the model that encoded these items"):
        index.save(saved, tmp_path / "model.pt")
    assert len(SearchIndex.load(saved).items) == 5


def test_what_a_file_browser_leaves_in_an_index_does_not_stop_it(saved):
    (saved / ".DS_Store").write_text("places of icons")
    (saved / "images" / ".ipynb_checkpoints").mkdir()
    (saved / "images" / ".ipynb_checkpoints" / "about-checkpoint.json").write_text("{}")
    draw(saved.parent / "photos", ["a.png"])
    assert main(["encode", "--index", str(saved), "--append"]) == 0 and len(SearchIndex.load(saved).items) == 6


def test_a_page_of_answers_is_not_written_into_the_index(saved, capsys):
    command = ["search", "--index", str(saved), "--text", "x", "--html", str(saved / "answers.html")]
    assert main(command) == 2 and "lies in the index" in capsys.readouterr().err
    assert len(SearchIndex.load(saved).items) == 5


def test_an_index_that_is_replaced_while_it_is_read_is_read_again(saved, monkeypatch):
    first = SearchIndex.load(saved)
    smaller = grown(first, [], remove=["b.png"])
    read, replaced = search_index.read_about, []

    def about_of_the_one_before(source):
        found = read(source)
        if not replaced:
            replaced.append(True)
            smaller.save(saved, saved / "model.pt")
        return found

    monkeypatch.setattr(search_index, "read_about", about_of_the_one_before)
    same(SearchIndex.load(saved), smaller)
