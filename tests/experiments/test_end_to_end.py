"""The backbone trained along: every deep method, from photos or from the maps of its first blocks, as any other run."""

import json

import numpy as np
import pytest
import torch

from adahlib.cli import main
from adahlib.experiments import RunSpec, run, train
from adahlib.experiments.frames import encode
from adahlib.models.backbones import make_backbone
from adahlib.search import load_model
from adahlib.training import Training
from tests.toys import colours_file

SMALL = {"epochs": 2, "image_hidden": (8,), "image_adapter": 0, "batch_size": 16, "standardise": True}
OPTIONS = {
    "adah": SMALL | {"text_hidden": 8, "text_features": 8, "attention_warmup": 0},
    "dcmh": SMALL | {"text_hidden": 8},
    "prdh": SMALL | {"text_hidden": 8},
    "dvsh": SMALL | {"sentence_width": 8},
}
LATE, WHOLE = {"fine_tune": True, "fine_tune_from": 9}, {"fine_tune": True}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return colours_file(tmp_path_factory.mktemp("colours"), side=32)


def spec_of(file, method="adah", **more):
    return RunSpec(file, method, 8, backbone="efficientnet_lite0", image_size=32, options=OPTIONS[method] | more)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # DVSH reads tags
@pytest.mark.parametrize("method", OPTIONS)
@pytest.mark.parametrize("trained", [LATE, WHOLE], ids=["late", "whole"])
def test_every_deep_method_trains_its_backbone(file, results, method, trained):
    spec = spec_of(file, method, **trained)
    made = train(spec)
    start = dict(make_start(spec))
    moved = [name for name, value in made.method.backbone.state_dict().items() if not torch.equal(value, start[name])]
    frozen = set(start) - set(moved)
    assert moved and bool(frozen) == ("fine_tune_from" in trained)
    assert made.inputs.dtype == (np.float16 if frozen else np.uint8)
    assert encode(made).codes_hash() == run(spec)["codes_hash"]


def make_start(spec):
    return make_backbone(spec.backbone).state_dict().items()


@pytest.mark.slow
def test_an_interrupted_training_resumes_exactly(file, results, monkeypatch):
    spec = spec_of(file, **WHOLE)
    undisturbed = run(spec, results / "undisturbed")
    save = Training.save

    def save_and_stop(training):
        save(training)
        raise KeyboardInterrupt

    monkeypatch.setattr(Training, "save", save_and_stop)
    with pytest.raises(KeyboardInterrupt):
        run(spec, results / "again", force=True)
    monkeypatch.setattr(Training, "save", save)
    resumed = run(spec, results / "again", force=True)
    assert resumed["provenance"]["resumed"] and resumed["codes_hash"] == undisturbed["codes_hash"]


@pytest.mark.slow
def test_the_rate_of_the_backbone_is_its_own(file, results):
    still = train(spec_of(file, **WHOLE, backbone_rate=0.0))
    start = dict(make_start(spec_of(file)))
    assert all(torch.equal(value, start[name]) for name, value in still.method.backbone.state_dict().items())
    assert run(spec_of(file, **WHOLE))["codes_hash"] != encode(still).codes_hash()


@pytest.mark.slow
@pytest.mark.parametrize("trained", [LATE, WHOLE], ids=["late", "whole"])
def test_a_model_with_its_backbone_comes_back(file, results, tmp_path, trained):
    options = OPTIONS["adah"] | trained | {"image_hidden": "(8,)"}
    settings = [part for name, value in options.items() for part in ("--set", f"{name}={value}")]
    model = tmp_path / "model.pt"
    where = ["--dataset", str(file), "--bits", "8", "--backbone", "efficientnet_lite0", "--image-size", "32"]
    assert main(["run", *where, *settings, "--results", str(results), "--model", str(model)]) == 0
    made = train(spec_of(file, **trained))
    loaded = load_model(model)
    pictures = [made.pairs.images[i] for i in range(60)]
    assert loaded.encode_images(pictures).content_hash() == made.method.encode_images(made.inputs).content_hash()
    record = next(results.rglob("*.json"))
    assert json.loads(record.read_text())["options"]["fine_tune"] is True
