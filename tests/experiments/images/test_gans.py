"""What is looked at while a GAN trains, on small pictures: looking changes nothing; sheets, classes, spread."""

import base64
import io
import shutil

import numpy as np
import pytest
import torch
from PIL import Image

from adahlib.experiments import RunSpec
from adahlib.experiments.analyses.gan_measures import gan_of, measure, train_watched, watch_of
from adahlib.experiments.analyses.gan_watch import classifier_of, deviation_within, picture_sheet
from adahlib.experiments.images.frames import gan_file, known_labels, made_method, pictures_of, vectors_of
from adahlib.models.gan import as_signed
from tests.toys import TINY_GAN as TINY

METHODS = ("ssgah", "dsh-gans")


def spec_of(method):
    options = TINY | ({"condition": 8} if method == "ssgah" else {})
    return RunSpec("cifar10", method, 8, image_size=32, options=options)


def decoded(sheet):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(sheet))))


def test_within_classes_is_that_of_a_loop():
    rng = np.random.default_rng(0)
    features, classes = rng.normal(size=(9, 4)), np.array([0, 1, 2] * 3)
    each = [np.std(features[classes == c][:, f]) for c in range(3) for f in range(4)]
    assert deviation_within(features, classes) == pytest.approx(np.mean(each))
    assert deviation_within(features[classes], classes) < 1e-15  # a class is one picture, the classes differ


def test_a_sheet_has_a_row_a_batch_and_a_column_a_picture():
    rows = [torch.full((3, 3, 2, 2), value) for value in (-1.0, 1.0)]
    rows[1][2] = 0.0
    sheet = decoded(picture_sheet(rows))
    assert sheet.shape == (4, 6, 3) and (sheet[:2] == 0).all() and (sheet[2:, :4] == 255).all()
    assert (sheet[2:, 4:] == 128).all()


def test_the_classifier_knows_classes_that_are_apart():
    rng = np.random.default_rng(0)
    classes = np.arange(60) % 3
    features = rng.normal(size=(60, 5)) + 4 * np.eye(5)[classes]
    assert (classifier_of(features, classes).predict(features) == classes).mean() > 0.95


def prepared(method, data):
    """A method of which the GAN could be trained, with its items, and the labels of all training images."""
    spec, part, labels = spec_of(method), data.split.database, data.pairs.labels
    made, also = made_method(spec, data)
    known = known_labels(labels, data.split)[part]
    items = made.items(vectors_of(spec, data.pairs)[part], known, also["mirrored"])
    made.take_pictures(pictures_of(data.pairs)[part])
    return spec, made, items, labels[part]


def test_real_pictures_are_of_their_own_classes_and_vary_as_real_ones(data):
    _, method, items, labels = prepared("dsh-gans", data)
    watch = watch_of(method, items, labels, method.pictures)
    found = watch.measures(as_signed(method.pictures[watch.judged]))
    assert found["class"] > 0.8 > 0.5 > found["permuted"]
    assert found["within"] == pytest.approx(1, abs=0.05)
    first = torch.tensor([np.flatnonzero(watch.classes == each)[0] for each in watch.classes])
    one_a_class = watch.measures(as_signed(method.pictures[watch.judged][first]))
    assert one_a_class["within"] < 1e-3 and one_a_class["class"] > 0.7


@pytest.mark.parametrize("method", METHODS)
def test_looking_changes_no_weight_so_that_runs_have_the_same_gan(method, data, tmp_path):
    spec, watched, items, labels = prepared(method, data)
    gan, kept = gan_of(watched, items, torch.from_numpy(labels).float()), tmp_path / "gan.pt"
    watch = watch_of(watched, items, labels, gan.pictures)
    history, _ = train_watched(gan, watch, len(labels), watched, spec, kept)
    states = []
    for file in (None, kept):  # trained by the run itself, and read
        _, run, items, _ = prepared(method, data)
        run.gan_file, run.description = file, "run"
        torch.manual_seed(0)
        states.append(run.make_network(items).state_dict())
        assert run.gan_history_ == history
    own, read = states
    assert own.keys() == read.keys() and any(key.startswith("generator.") for key in own)
    assert all(torch.equal(own[key], read[key]) for key in own)
    shutil.copy(kept, kept.with_suffix(".new"))  # as a process leaves it that was killed
    again, seen = train_watched(gan, watch, len(labels), watched, spec, kept)
    assert again == history and len(seen) == 3  # looked at, though it is kept


@pytest.mark.parametrize("method", METHODS)
def test_what_was_seen_is_by_epoch_and_kind(method, data):
    seen = measure(spec_of(method), data)
    assert gan_file(spec_of(method), data).is_file()
    kinds = {"ssgah": ["positive", "negative"], "dsh-gans": ["asked"]}[method]
    assert [(row["epoch"], row["kind"]) for row in seen["rows"]] == [(e, kind) for e in range(3) for kind in kinds]
    assert len(seen["history"]) == 2 and seen["accuracy"] > 0.8 and seen["classes"] == list("abcd")
    assert all(0 <= row["class"] <= 1 and 0 <= row["permuted"] <= 1 and row["within"] > 0 for row in seen["rows"])
    assert all(decoded(seen["sheets"][kind]).shape == (3 * 32, 4 * 32, 3) for kind in kinds)
    known = known_labels(data.pairs.labels, data.split)
    first = [np.flatnonzero(known[:, each])[0] for each in range(4)]
    real = np.concatenate([data.pairs.images[place] for place in first], axis=1)
    assert (decoded(seen["real"]) == real).all()
