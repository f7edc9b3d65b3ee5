"""Models of methods for images alone: what a file keeps, and search by a picture as a user does it."""

import numpy as np
import pytest
import torch
from PIL import Image

from adahlib.cli import main
from adahlib.datasets import load_dataset, miniature_pairs, write_pairs
from adahlib.errors import AdahError
from adahlib.experiments import RunSpec
from adahlib.experiments.images.frames import TrainedImages
from adahlib.methods import IMAGE_METHODS, make_method
from adahlib.models.backbones import make_backbone
from adahlib.models.backbones.parts import frozen_part
from adahlib.search import SearchIndex, load_model
from adahlib.search.image_model import ImageModel
from adahlib.search.model import save_model
from tests.methods.images.stripes import stripes

TINY = {"epochs": 1, "batch_size": 20}
OPTIONS = {
    **dict.fromkeys(("bgdh", "cnnh", "ninh", "ssdh"), TINY),
    "ssgah": TINY | {"variant": "baseline"},
    "dsh-gans": TINY | {"generator_width": 8, "judge_width": 2, "gan_epochs": 1},
    "sdh": {"anchors": 30},
}


@pytest.fixture(scope="module")
def world():
    """Pictures of stripes, their GIST, and labels of half of them."""
    pictures, labels = stripes(80)
    with torch.inference_mode():
        batch = torch.from_numpy(pictures).permute(0, 3, 1, 2)
        features = make_backbone("gist")(batch).flatten(1).half().numpy()
    labels[40:] = 0
    return pictures, features, labels


def saved(name, world, path, **options):
    """A method fitted on GIST and its file; DSH-GANs, which needs a network's features, is given none."""
    pictures, features, labels = world
    spec = RunSpec("cifar10", name, 8, backbone="gist", options=OPTIONS.get(name, {}) | options)
    method = make_method(name, 8, **spec.hyperparameters())
    inputs = features if not method.sees_pictures() else np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))
    method.fit(inputs, labels)
    save_model(spec, TrainedImages(method, None, None, inputs, {}), path)
    return method.encode(inputs)


@pytest.mark.parametrize("name", [name for name in IMAGE_METHODS if name != "dsh-gans"])
def test_a_loaded_model_encodes_pictures_as_the_trained_one(name, world, tmp_path):
    expected = saved(name, world, tmp_path / "model.pt")
    model = load_model(tmp_path / "model.pt")
    assert isinstance(model, ImageModel) and model.spec.method == name
    found = np.asarray(model.encode_images(list(world[0])))
    assert (found == np.asarray(expected)).mean() > 0.999  # features were kept in float16


def test_a_network_of_its_own_paper_comes_back_too(world, tmp_path):
    expected = saved("cnnh", world, tmp_path / "model.pt", network="own")
    found = load_model(tmp_path / "model.pt").encode_images(list(world[0]))
    assert found.content_hash() == expected.content_hash()


@pytest.mark.slow
@pytest.mark.parametrize("block", [0, 12])
def test_a_trained_network_comes_back_with_its_model(block, world, tmp_path):
    """What the method is given is what the model makes of a picture; the weights are the file's, not ImageNet's."""
    pictures, _, labels = world
    options = TINY | {"fine_tune": True, "fine_tune_from": block, "learning_rate": 1e-2}
    spec = RunSpec("cifar10", "cnnh", 8, image_size=32, options=options)
    backbone = make_backbone(spec.backbone)
    with torch.inference_mode():
        batch = torch.from_numpy(np.ascontiguousarray(pictures.transpose(0, 3, 1, 2)))
        inputs = batch.numpy() if block == 0 else frozen_part(backbone, block)(batch).half().numpy()
    method = make_method("cnnh", 8, backbone=backbone, side=32, **spec.hyperparameters()).fit(inputs, labels)
    save_model(spec, TrainedImages(method, None, None, inputs, {}), tmp_path / "model.pt")
    model = load_model(tmp_path / "model.pt")
    assert (np.asarray(model.encode_images(list(pictures))) == np.asarray(method.encode(inputs))).mean() > 0.999
    state = torch.load(tmp_path / "model.pt", weights_only=True)
    name = next(name for name in state["learned"] if name.startswith("trunk."))
    del state["learned"][name]
    torch.save(state, tmp_path / "changed.pt")
    with pytest.raises(AdahError, match="network of other sizes than its numbers have"):
        load_model(tmp_path / "changed.pt")


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda state: state["options"].update(hidden=7), "network of other sizes than its numbers have"),
        (lambda state: state["learned"].pop("scale.mean"), "no scale of features"),
        (lambda state: state["spec"].update(image_size=4096), "image_size=4096"),
        (lambda state: state.update(learned=[]), "no dictionary of tensors"),
    ],
)
def test_a_changed_model_is_one_sentence(damage, sentence, world, tmp_path):
    saved("ssdh", world, tmp_path / "model.pt")
    state = torch.load(tmp_path / "model.pt", weights_only=True)
    damage(state)
    torch.save(state, tmp_path / "changed.pt")
    with pytest.raises(AdahError, match=sentence):
        load_model(tmp_path / "changed.pt")


def test_parts_of_a_shallow_model_that_do_not_fit(world, tmp_path):
    saved("itq", world, tmp_path / "model.pt")
    state = torch.load(tmp_path / "model.pt", weights_only=True)
    state["learned"]["projection_"] = state["learned"]["projection_"][:, :5]
    torch.save(state, tmp_path / "changed.pt")
    with pytest.raises(AdahError, match="give no code of 8 bits"):
        load_model(tmp_path / "changed.pt")


@pytest.mark.slow
def test_pictures_are_found_by_the_commands(tmp_path, capsys):
    model, index, photos = tmp_path / "model.pt", tmp_path / "index", tmp_path / "photos"
    file = tmp_path / "walls.h5"
    write_pairs(miniature_pairs(), file)
    run = ["run", "--dataset", str(file), "--method", "itq", "--bits", "32", "--model", str(model)]
    assert main([*run, "--results", str(tmp_path / "results")]) == 0
    photos.mkdir()
    pairs = load_dataset(file)
    for place in range(30):
        Image.fromarray(pairs.images[place]).save(photos / f"{place:05d}.png")
    assert main(["encode", "--model", str(model), "--images", str(photos), "--index", str(index)]) == 0
    assert "30 images and 0 texts, 32 bits" in capsys.readouterr().out
    asked = sorted(photos.iterdir())[3]
    assert main(["search", "--index", str(index), "--image", str(asked), "-k", "3"]) == 0
    _, first, *_ = capsys.readouterr().out.splitlines()
    assert first.split()[:3] == ["1", "0", asked.name]
    assert main(["search", "--index", str(index), "--text", "a cat"]) == 2
    assert "this model (itq) hashes images alone; ask with a picture" in capsys.readouterr().err
    with pytest.raises(AdahError, match="no item of this index has a text"):
        SearchIndex.load(index).search_image(asked, answers="texts")
