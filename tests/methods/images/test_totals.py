"""What a step of a deep method minimises: the sum of its loss terms with the signs and weights of the options."""

import sys

import numpy as np
import pytest
import torch

from adahlib.methods.images import IMAGE_METHODS
from tests.toys import TINY_IMAGES as TINY

WEIGHTED = {
    "cnnh": ({"class_weight": 0.7}, {"codes": 1.0, "classes": 0.7}),
    "ninh": ({}, {"ranking": 1.0}),
    "ssdh": (
        {"graph_weight": 0.3, "pseudo_weight": 0.6},
        {"ranking": 1.0, "classes": 1.0, "graph": 0.3, "pseudo": 0.6},
    ),
    "bgdh": ({"graph_weight": 0.3, "quantisation": 0.6}, {"pairs": 1.0, "quantisation": 0.6, "context": 0.3}),
    "ssgah": ({"variant": "baseline"}, {"ranking": 1.0}),
}


@pytest.fixture(scope="module")
def data(clusters):
    return clusters


def one_step(name, data, monkeypatch, options, seed=2):
    """Return the method, its training images, its losses in a step and the total that was minimised."""
    X, _, known, _ = data
    method = IMAGE_METHODS[name](12, **(TINY | {"epochs": 1} | options)).fit(X, known)
    items, totals = method.items(X, known, None), []
    module = sys.modules[type(method).__module__]
    monkeypatch.setattr(module, "descend", lambda optimizer, loss: totals.append(float(loss.detach())))
    torch.manual_seed(seed)
    losses = method.step(items, method.make_optimizers(method.network_), torch.arange(20), 0, 0)
    return method, items, {key: float(value) for key, value in losses.items()}, totals


@pytest.mark.parametrize("name", WEIGHTED)
def test_the_total_has_the_signs_and_weights_of_the_options(name, data, monkeypatch):
    options, weights = WEIGHTED[name]
    _, _, losses, totals = one_step(name, data, monkeypatch, options)
    assert losses.keys() == weights.keys() and all(loss > 0 for loss in losses.values())
    assert totals == pytest.approx([sum(weights[key] * losses[key] for key in weights)], rel=1e-5)


def test_bgdh_s_terms_of_labelled_images_by_loops(data, monkeypatch):
    method, items, losses, _ = one_step("bgdh", data, monkeypatch, {})
    head = method.network_["hash"]
    with torch.no_grad():
        u = head.outputs(head.scale(items.views[0][:20].float()))[0].numpy().astype(float)
    classes = data[3][:20].argmax(1)
    terms = []
    for i in range(20):
        for j in range(20):
            theta = u[i] @ u[j] / 2
            terms.append(np.log1p(np.exp(theta)) - (classes[i] == classes[j]) * theta)
    assert losses["pairs"] == pytest.approx(np.mean(terms), rel=1e-4)
    assert losses["quantisation"] == pytest.approx(np.square(u - np.sign(u)).mean(), rel=1e-4)


def test_bgdh_s_walks_have_every_length_up_to_the_window(data):
    X, _, known, _ = data
    method = IMAGE_METHODS["bgdh"](12, window=3, **(TINY | {"epochs": 1})).fit(X, known)
    items, seen = method.items(X, known, None), []

    class Chain:
        """A graph whose walk leads from each image to the next one, so that an end tells the number of walks."""

        def walk(self, images):
            return (images + 1) % 300

    method.graph = Chain()
    method.network_["contexts"].register_forward_hook(lambda module, given, made: seen.append(given[0]))
    torch.manual_seed(0)
    method.context_loss(items, 600)
    torch.manual_seed(0)
    steps = (seen[0] - torch.randint(300, (600,))) % 300
    found = torch.bincount(steps, minlength=4).tolist()
    assert found[0] == 0 and len(found) == 4 and min(found[1:]) > 150  # a third of the 600 each


def test_ssdh_has_as_many_unlabelled_images_in_a_step(data, monkeypatch):
    seen = []
    inner = IMAGE_METHODS["ssdh"].graph
    monkeypatch.setattr(
        IMAGE_METHODS["ssdh"], "graph", lambda self, codes, near: seen.append(near) or inner(self, codes, near)
    )
    method, items, _, _ = one_step("ssdh", data, monkeypatch, {})
    scaled = method.network_["hash"].scale(items.views[0].float())
    found = [int((scaled - row).abs().sum(1).argmin()) for row in seen[-1]]
    assert found[:20] == list(range(20)) and len(found) == 40 and min(found[20:]) >= 80


def test_a_positive_of_ssdh_has_the_predicted_class_among_its_own():
    """An image of the predicted class and of the least likely one is near, and never the one that is to be far."""
    method = IMAGE_METHODS["ssdh"](2)
    codes = torch.rand(4, 2, generator=torch.Generator().manual_seed(1))
    labels = torch.tensor([[1.0, 0.0, 1.0], [0.0, 0.0, 1.0]])  # the first image is of both
    logits = torch.tensor([[9.0, 0.0, 0.0]] * 2 + [[9.0, 5.0, 0.0], [0.0, 9.0, 5.0]])  # 2 is of class 0, 3 of class 1
    found = {round(float(method.pseudo(codes, logits, labels)), 5) for _ in range(40)}
    near = float((codes[2] - codes[0]).square().sum())
    far = max(0.0, method.options.graph_margin - float((codes[2] - codes[1]).norm())) ** 2
    assert found == {round((near + far) / 2, 5)}
