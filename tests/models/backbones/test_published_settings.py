"""The profile ``paper`` on weight files of the published form: the backbone starts from them and is trained along."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from adahlib.cli import main
from adahlib.datasets import convert_own
from adahlib.models.backbones import alexnet_fc7 as alexnet
from adahlib.models.backbones.base import initialise
from adahlib.models.backbones.vgg19 import FILE, convolutions

CNN_F = {
    "conv1": (11, 11, 3, 64),
    "conv2": (5, 5, 64, 256),
    "conv3": (3, 3, 256, 256),
    "conv4": (3, 3, 256, 256),
    "conv5": (3, 3, 256, 256),
    "fc6": (6, 6, 256, 4096),
    "fc7": (1, 1, 4096, 4096),
}


@pytest.fixture
def photos(tmp_path, monkeypatch, request):
    """Pictures of two colours as a clean file, 24 or as many as named; all weights are looked for in empty folders."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setenv("ADAH_DATA", str(tmp_path))
    folder = tmp_path / "pictures"
    folder.mkdir()
    rows = ["image,text,labels"]
    for number in range(getattr(request, "param", 24)):
        colour = ("red", "blue")[number % 2]
        Image.new("RGB", (40, 30), colour).save(folder / f"{number}.png")
        rows.append(f"{number}.png,a {colour} wall,{colour}")
    (folder / "texts.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    convert_own(folder, tmp_path / "photos.h5")
    return tmp_path / "photos.h5"


def write_vgg19(path):
    """Write a file like torchvision's, at random; the rows of a fully connected layer are one, to take little room."""
    torch.manual_seed(0)
    state = {f"features.{name}": value for name, value in convolutions().state_dict().items()}
    for layer, inputs in (("classifier.0", 25088), ("classifier.3", 4096)):
        state[f"{layer}.weight"] = (torch.randn(1, inputs) / inputs**0.5).expand(4096, inputs)
        state[f"{layer}.bias"] = torch.zeros(1).expand(4096)
    path.parent.mkdir(parents=True)
    torch.save(state, path)


def write_alexnet(path):
    """Write a file like torchvision's, as ``write_vgg19`` does."""
    torch.manual_seed(0)
    layers = initialise(alexnet.convolutions()).state_dict()
    state = {f"features.{name}": value for name, value in layers.items()}
    for layer, inputs in ((alexnet.FC6, 9216), (alexnet.FC7, 4096)):
        state[f"{layer}.weight"] = (torch.randn(1, inputs) / inputs**0.5).expand(4096, inputs)
        state[f"{layer}.bias"] = torch.zeros(1).expand(4096)
    path.parent.mkdir(parents=True)
    torch.save(state, path)


def run_paper(photos, results, method, *settings):
    where = ["run", "--dataset", str(photos), "--method", method, "--bits", "8", "--results", str(results)]
    return main([*where, "--profile", "paper", "--set", "epochs=1", "--set", "batch_size=4", *settings])


@pytest.mark.slow
@pytest.mark.parametrize("photos", [8], indirect=True)  # VGG-19 takes a second and more for each of them
def test_adah_trains_vgg19_from_its_weights(photos, results, tmp_path):
    write_vgg19(tmp_path / "torch" / "hub" / "checkpoints" / FILE)
    assert run_paper(photos, results, "adah") == 0
    (record,) = (json.loads(path.read_text(encoding="utf-8")) for path in results.rglob("*.json"))
    assert record["spec"]["backbone"] == "vgg19" and record["data"]["maps"] == [3, 224, 224]
    assert record["options"]["fine_tune"] and record["options"]["image_hidden"] == [4096, 4096]


@pytest.mark.slow
def test_dcmh_trains_cnn_f_from_its_weights(photos, results, tmp_path, random_filters, write_matconvnet):
    average = np.full((224, 224, 3), 110, np.float32)
    write_matconvnet(tmp_path / "imagenet-vgg-f.mat", random_filters(CNN_F), average, "old")
    rates = ["--set", "learning_rate=1e-6", "--set", "final_learning_rate=1e-7"]  # random filters diverge at more
    assert run_paper(photos, results, "dcmh", *rates) == 0
    (record,) = (json.loads(path.read_text(encoding="utf-8")) for path in results.rglob("*.json"))
    assert record["spec"]["backbone"] == "cnn_f" and record["data"]["maps"] == [3, 224, 224]
    assert record["options"]["fine_tune"] and record["options"]["optimizer"] == "sgd"


def paper_record(results):
    (record,) = (json.loads(path.read_text(encoding="utf-8")) for path in results.rglob("*.json"))
    return record


SMALL_GAN = [f"--set={name}" for name in ("gan_epochs=1", "generator_width=8", "judge_width=2", "gan_batch=4")]


@pytest.mark.slow
def test_ssgah_trains_alexnet_from_its_weights(photos, results, tmp_path):
    write_alexnet(tmp_path / "torch" / "hub" / "checkpoints" / alexnet.FILE)
    assert run_paper(photos, results, "ssgah", *SMALL_GAN) == 0
    record = paper_record(results)
    assert record["spec"]["backbone"] == "alexnet_fc7" and record["data"]["maps"] == [3, 224, 224]
    assert record["options"]["fine_tune"] and record["options"]["fine_tune_from"] == record["options"]["hidden"] == 0


@pytest.mark.slow
def test_ssdh_trains_cnn_f_from_its_weights(photos, results, tmp_path, random_filters, write_matconvnet):
    average = np.full((224, 224, 3), 110, np.float32)
    write_matconvnet(tmp_path / "imagenet-vgg-f.mat", random_filters(CNN_F), average, "old")
    assert run_paper(photos, results, "ssdh") == 0
    record = paper_record(results)
    assert record["spec"]["backbone"] == "cnn_f_fc7" and record["data"]["maps"] == [3, 224, 224]
    assert record["options"]["fine_tune"] and record["options"]["hidden"] == 0


@pytest.mark.slow
def test_shallow_rows_have_alexnets_vectors_and_the_old_networks_need_no_weights(photos, results, tmp_path):
    where = ["--dataset", str(photos), "--bits", "8", "--results", str(results), "--profile", "paper"]
    assert main(["run", "--method", "cnnh", *where, "--set", "epochs=1", "--set", "batch_size=4"]) == 0
    record = paper_record(results)
    assert record["options"]["network"] == "own" and record["data"]["maps"] == [3, 32, 32]
    write_alexnet(tmp_path / "torch" / "hub" / "checkpoints" / alexnet.FILE)
    assert main(["run", "--method", "lsh", *where]) == 0
    (path,) = results.rglob("lsh*/*.json")
    assert json.loads(path.read_text(encoding="utf-8"))["data"]["maps"] == [4096]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "file"),
    [
        *(("adah", FILE), ("dcmh", "imagenet-vgg-f.mat"), ("ssgah", alexnet.FILE), ("itq", alexnet.FILE)),
        *(("dsh-gans", alexnet.FILE), ("ssdh", "imagenet-vgg-f.mat"), ("bgdh", "imagenet-vgg-f.mat")),
    ],
)
def test_without_weights_one_sentence(photos, results, capsys, method, file):
    where = ["run", "--dataset", str(photos), "--method", method, "--bits", "8", "--results", str(results)]
    assert main([*where, "--profile", "paper"]) == 2
    error = capsys.readouterr().err
    assert f"weights file {file} not found" in error and error.count("\n") == 1
    assert not list(results.rglob("*.json"))
