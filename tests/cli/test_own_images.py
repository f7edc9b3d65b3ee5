"""Images of one's own without texts, from a folder to an answer, by the commands; and what of them is refused."""

import json

import numpy as np
import pytest
from PIL import Image

from adahlib.cli import main
from adahlib.datasets import load_dataset
from adahlib.datasets.splits import make_labelled_split
from adahlib.experiments.images.frames import pictures_of
from adahlib.methods import IMAGE_METHODS
from tests.toys import settings_of

COLOURS = {"blue": (40, 60, 220), "green": (40, 190, 60), "red": (220, 40, 40)}
MODES = ("L", "RGBA", "P", "LA", "1")  # of the first pictures of each class
OPTIONS = {
    **dict.fromkeys(("bgdh", "cnnh", "ninh", "ssdh"), {"epochs": 1}),
    "ssgah": {"epochs": 1, "variant": "baseline"},
}


@pytest.fixture
def results(tmp_path, monkeypatch):
    """An empty results folder in place of the project's, and an empty cache, so that all is computed here."""
    for name in ("results", "cache"):
        monkeypatch.setenv(f"ADAH_{name.upper()}", str(tmp_path / "made" / name))
    return tmp_path / "made"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Fifteen noisy pictures of each colour in its folder, of many sizes and modes, and ten beside them."""
    photos, rng = tmp_path_factory.mktemp("own") / "photos", np.random.default_rng(0)
    for name, colour in COLOURS.items():
        (photos / name).mkdir(parents=True)
        for i in range(15):
            width, height = rng.integers(1, 200, 2)
            noisy = np.array(colour) + rng.normal(0, 30, (height, width, 3))
            picture = Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))
            picture = picture.convert(MODES[i]) if i < len(MODES) else picture
            picture.save(photos / name / f"{i:02d}.png")
        Image.new("RGB", (3000, 2000), colour).save(photos / name / "large.jpg")
    for i in range(10):
        Image.new("RGB", (9 + i, 30), list(COLOURS.values())[i % 3]).save(photos / f"more{i}.png")
    return photos


@pytest.fixture(scope="module")
def file(folder):
    """The clean file of that folder, made by the command."""
    assert main(["data", "convert", str(folder), str(folder.with_suffix(".h5"))]) == 0
    return folder.with_suffix(".h5")


def test_convert_says_what_it_took_for_labels(folder, tmp_path, capsys):
    assert main(["data", "convert", str(folder), str(tmp_path / "photos.h5")]) == 0
    shown = capsys.readouterr().out
    assert "images alone: no CSV: folders are labels" in shown and "pairs without labels: 10" in shown
    assert "pairs by label: 'blue' 16, 'green' 16, 'red' 16" in shown


def test_pictures_of_any_size_and_mode_have_32_pixels(file, results):
    pairs = load_dataset(file)
    pictures = pictures_of(pairs)
    assert pictures.shape == (58, 3, 32, 32) and pictures.dtype == np.uint8
    place = pairs.ids.index("red/large.jpg")
    assert np.abs(pictures[place].astype(int) - np.array(COLOURS["red"])[:, None, None]).max() < 4
    grey = pictures[pairs.ids.index("red/00.png")]
    assert (grey == grey[:1]).all()


@pytest.fixture(scope="module")
def shared_cache(tmp_path_factory):
    """A cache for the runs of all methods, so that the features of the pictures are computed once."""
    return tmp_path_factory.mktemp("shared") / "cache"


@pytest.mark.slow
@pytest.mark.parametrize("method", [name for name in IMAGE_METHODS if name != "dsh-gans"])
def test_every_method_runs_encodes_and_finds_by_a_picture(
    method, file, folder, results, shared_cache, monkeypatch, tmp_path, capsys
):
    monkeypatch.setenv("ADAH_CACHE", str(shared_cache))
    model, index = tmp_path / "model.pt", tmp_path / "index"
    options = ["--bits", "16", "--backbone", "gist", *settings_of(OPTIONS.get(method, {}))]
    assert main(["run", "--dataset", str(file), "--method", method, "--model", str(model), *options]) == 0
    (record,) = results.rglob("16-0.json")
    counts = json.loads(record.read_text())["data"]["counts"]
    assert counts == {"pairs": 58, "tags": 0, "labels": 3, "query": 4, "database": 54, "train": 42, "validation": 2}
    assert main(["encode", "--model", str(model), "--images", str(folder), "--index", str(index)]) == 0
    assert "58 images and 0 texts, 16 bits" in capsys.readouterr().out
    for asked in ("red/07.png", "red/02.png", "blue/large.jpg"):
        assert main(["search", "--index", str(index), "--image", str(folder / asked), "-k", "58"]) == 0
        rows = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
        assert ["0", asked] in [row[1:3] for row in rows] and len(rows) == 58


@pytest.mark.slow
def test_synthetic_pictures_are_made_of_pictures_of_any_size(file, results, tmp_path):
    tiny = {"epochs": 1, "gan_epochs": 1, "generator_width": 8, "judge_width": 2}
    for method in ("ssgah", "dsh-gans"):
        arguments = ["--method", method, "--bits", "8", "--image-size", "64", "--model", str(tmp_path / f"{method}.pt")]
        assert main(["run", "--dataset", str(file), *arguments, *settings_of(tiny)]) == 0
    assert len(list(results.rglob("8-0.json"))) == 2


def labelled_file(folder, counts):
    """Return the clean file of a new folder with so many pictures of each class."""
    for number, (name, count) in enumerate(counts.items()):
        (folder / "few" / name).mkdir(parents=True)
        for i in range(count):
            Image.new("RGB", (8, 8), (40 * number, i, 99)).save(folder / "few" / name / f"{i}.png")
    assert main(["data", "convert", str(folder / "few"), str(folder / "few.h5")]) == 0
    return folder / "few.h5"


def refused(file, capsys, results, *arguments):
    """Return the sentence with which a run is refused, before anything is computed or written."""
    capsys.readouterr()
    before = set(file.parent.iterdir())
    assert main(["run", "--dataset", str(file), "--bits", "8", *arguments]) == 2
    told = capsys.readouterr().err
    assert told.startswith("adah: ") and told.count("\n") == 1
    assert not [path for kind in ("json", "npy", "npz", "pt") for path in results.rglob(f"*.{kind}")]
    assert set(file.parent.iterdir()) - {results} == before - {results}
    return told


@pytest.mark.parametrize("method", ["adah", "dcmh", "cca"])
def test_a_method_for_pairs_needs_texts(method, file, results, capsys):
    told = refused(file, capsys, results, "--method", method)
    assert f"has images without texts; {method} needs a data set with both, and --method one of bgdh, cnnh" in told


def test_more_labels_than_there_are(file, results, capsys):
    told = refused(file, capsys, results, "--method", "itq", "--train-size", "43")
    assert "train_size=43: the database has 42 labelled images that do not validate; give at most as many" in told


@pytest.mark.parametrize("method", [name for name, kind in IMAGE_METHODS.items() if kind.supervised])
def test_a_class_without_a_labelled_image_that_trains(method, file, results, capsys):
    told = refused(file, capsys, results, "--method", method, "--train-size", "1")
    assert "has no labelled image among the 1 that train; give a larger train_size" in told
    assert any(f"class '{name}'" in told for name in COLOURS)


NEED_TWO_CLASSES = ("dsh-gans", "ninh", "ssdh", "ssgah")


@pytest.mark.parametrize("method", NEED_TWO_CLASSES)
def test_one_class_in_all_has_no_triplets(method, tmp_path, results, capsys):
    told = refused(labelled_file(tmp_path, {"cat": 12}), capsys, results, "--method", method)
    assert f"with {method}: all 10 labelled images share labels, most of them that of class 'cat'" in told


def test_a_class_of_one_image_has_no_real_triplet(tmp_path, results, capsys):
    """Seed and counts are such that the one image of its class trains."""
    file = labelled_file(tmp_path, {"ape": 12, "cat": 1, "dog": 12})
    pairs = load_dataset(file)
    assert pairs.labels[make_labelled_split(pairs).train, 1].sum() == 1
    told = refused(file, capsys, results, "--method", "ssgah")
    assert "with ssgah: class 'cat' has one labelled image, and triplets need an anchor and another image" in told


@pytest.mark.slow
def test_a_class_of_one_image_is_a_negative_of_others(tmp_path, results, capsys):
    file = labelled_file(tmp_path, {"ape": 12, "cat": 1, "dog": 12})
    for method in ("ninh", "ssdh", "ssgah"):
        options = settings_of(OPTIONS[method])
        command = ["run", "--dataset", str(file), "--method", method, "--bits", "8", "--backbone", "gist", *options]
        assert main(command) == 0


def test_a_database_of_labelled_images_alone(tmp_path, results, capsys):
    pairs = load_dataset(labelled_file(tmp_path, {"ape": 6, "cat": 6}))
    split, parts = make_labelled_split(pairs), tmp_path / "split"
    parts.mkdir()
    for part, places in {"query": split.query, "database": split.database, "train": split.database}.items():
        (parts / f"{part}.txt").write_text("".join(f"{pairs.ids[place]}\n" for place in places))
    (parts / "validation.txt").write_text("")
    command = ["data", "convert", str(tmp_path / "few"), str(tmp_path / "whole.h5"), "--split", str(parts)]
    assert main(command) == 0
    told = refused(tmp_path / "whole.h5", capsys, results, "--method", "itq")
    assert "every image of the database trains with its label" in told


def test_more_bits_than_images(file, results, tmp_path, capsys):
    model = tmp_path / "model.pt"
    command = ["run", "--dataset", str(file), "--method", "itq", "--bits", "64", "--backbone", "gist"]
    assert main([*command, "--model", str(model)]) == 2
    told = capsys.readouterr().err
    assert "64 bits need 64 principal directions, and 54 images of 512 features have at most 54" in told
    assert told.count("\n") == 1 and not model.exists() and not list(results.rglob("64-0.json"))


@pytest.mark.parametrize("method", ["sh", "sdh"])
def test_bits_beyond_the_directions_are_no_error_where_none_are_needed(method, file, results):
    command = ["run", "--dataset", str(file), "--method", method, "--bits", "96", "--backbone", "gist"]
    assert main(command) == 0


def test_a_picture_beyond_the_limit_is_named_and_nothing_is_written(tmp_path, capsys):
    (tmp_path / "photos" / "cat").mkdir(parents=True)
    Image.new("1", (12000, 10000)).save(tmp_path / "photos" / "cat" / "huge.png")
    assert main(["data", "convert", str(tmp_path / "photos"), str(tmp_path / "photos.h5")]) == 2
    told = capsys.readouterr().err
    assert "huge.png" in told and told.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["photos"]


def test_a_missing_archive_is_named(results, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ADAH_DATA", str(tmp_path / "nothing"))
    assert main(["run", "--dataset", "cifar10", "--method", "ssgah", "--bits", "48"]) == 2
    told = capsys.readouterr().err
    assert "cifar-10-python" in told and "`adah data get cifar10`" in told and told.count("\n") == 1
    assert not list(results.rglob("*.json"))
