"""Settings that the prose of page ``image_hashing`` and its sisters names in numbers are those of the code."""

import dataclasses

import nbformat

from adahlib.datasets.readers import cifar10, cifar10_validation
from adahlib.experiments.image_draws import DRAW_EPOCHS, IMAGE_DRAWS, SEARCH_SIDE
from adahlib.experiments.profiles import IMAGE_EPOCHS, profile_options
from adahlib.experiments.spec import RunSpec
from adahlib.methods.images.deep import MEASURED, HeadOptions
from adahlib.models.backbones import BACKBONES
from adahlib.paths import PROJECT

WORDS = {4: "four", 10: "ten"}
LABELLED, QUERIES = (cifar10.SPLIT[name] for name in ("train_per_class", "query_per_class"))


def prose(name):
    """Return the Markdown of a page in one line."""
    cells = nbformat.read(PROJECT / "book" / f"{name}.ipynb", as_version=4).cells
    return " ".join(" ".join(cell.source for cell in cells if cell.cell_type == "markdown").split())


def test_the_protocol_of_cifar10():
    assert f"{QUERIES} images serve as queries and {LABELLED} keep their label" in prose("image_hashing")


def test_the_search():
    text = prose("image_hashing")
    assert f"a random search with {WORDS[IMAGE_DRAWS]} draws for every method" in text
    assert f"each trained for {WORDS[DRAW_EPOCHS]} epochs as in the tables" in text
    assert f"on {cifar10_validation.QUERIES} of the {LABELLED} labelled images of each class as queries" in text


def test_what_a_run_without_the_search_has():
    default = {field.name: field.default for field in dataclasses.fields(HeadOptions)}["epochs"]
    side = BACKBONES[RunSpec("cifar10", "ssgah", 48).backbone].image_size
    assert f"images of {side} px and {default} epochs instead of {DRAW_EPOCHS}" in prose("image_hashing")
    assert profile_options("long", "cifar10", "cnnh")["epochs"] == IMAGE_EPOCHS["long"]
    assert f"32 pixels for {IMAGE_EPOCHS['long']} epochs: one run each" in prose("image_hashing")


def test_what_frozen_features_are_of():
    text = prose("image_hashing")
    assert f"EfficientNet-Lite0 for images of {SEARCH_SIDE} px" in text
    assert f"in the first {MEASURED:,} images of the database" in text
