"""On a GPU: every deep method trains there, no step waits for it, and codes are much as those of a CPU."""

import warnings

import numpy as np
import pytest
import torch

from adahlib.methods import METHODS, make_method
from adahlib.methods.deep.base import Pairs, as_tensor
from adahlib.models.backbones import make_backbone

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
DEEP = [name for name, method in METHODS.items() if method.has_epochs]
SMALL = {"head": "pool", "image_hidden": (32,), "epochs": 2, "batch_size": 16, "standardise": True}
LIKELIHOOD = {"text_hidden": 64, "optimizer": "adam", "learning_rate": 1e-3}
OWN = {"dcmh": LIKELIHOOD, "prdh": LIKELIHOOD, "dvsh": {"sentence_width": 16}}
OWN |= {"adah": {"text_hidden": 64, "text_features": 16, "precision": "float32"}}


def four_classes(photos: bool = False):
    """Return 64 pairs of four classes: images, bag-of-words and labels."""
    generator, classes = np.random.default_rng(0), np.arange(64) % 4
    labels = np.eye(4, dtype=np.uint8)[classes]
    texts = np.concatenate([labels, generator.random((64, 8)) < 0.1], axis=1).astype(np.float32)
    if photos:
        return generator.integers(0, 256, (64, 3, 32, 32), dtype=np.uint8), texts, labels
    maps = generator.normal(size=(64, 8, 4, 4)) + 2 * np.eye(8)[classes][:, :, None, None]
    return maps.astype(np.float16), texts, labels


def fitted(name: str, device: str = "cuda", photos: bool = False, **more):
    """Return a method that was trained on the toy pairs, and the pairs."""
    backbone = {"backbone": make_backbone("efficientnet_lite0"), "fine_tune": True} if photos else {}
    method = make_method(name, 16, **SMALL | OWN[name] | backbone | more)
    method.device = torch.device(device)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # DVSH reads tags as if they were a sentence
        return method.fit(*four_classes(photos)), four_classes(photos)


@pytest.mark.parametrize("photos", [False, True])
@pytest.mark.parametrize("name", DEEP)
def test_no_step_waits_for_the_gpu(name, photos):
    method, (images, texts, labels) = fitted(name, photos=photos)
    inputs = method.in_order(texts, None) if name == "dvsh" else texts
    pairs = Pairs(*(as_tensor(part).to("cuda") for part in (images, inputs, labels)))
    method.network_.train()
    optimizers, batch = method.make_optimizers(method.network_), torch.arange(16, device="cuda")
    for number in range(8):
        torch.cuda.set_sync_debug_mode("error" if number >= 4 else "default")  # the first steps make the states
        try:
            method.step(pairs, optimizers, batch, epoch=number % 2, number=number)
        finally:
            torch.cuda.set_sync_debug_mode("default")


@pytest.mark.parametrize("name", DEEP)
def test_codes_are_much_as_those_of_a_cpu(name):
    ours, (images, texts, _) = fitted(name, "cuda")
    other, _ = fitted(name, "cpu")
    for codes in (lambda method: method.encode_images(images), lambda method: method.encode_texts(texts)):
        assert (codes(ours).signs() == codes(other).signs()).mean() > 0.9
