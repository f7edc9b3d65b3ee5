"""What every method promises: one signature of fit, and class attributes that say what it can do."""

import inspect

import numpy as np
import pytest

from adahlib.errors import AdahError, NotFittedError
from adahlib.methods import METHODS, ShallowMethod, make_method

CAPABILITIES = {"attends": {"adah"}, "reads_sentences": {"dvsh"}, "encodes_pairs": {"seph"}}


def parameters(function):
    return inspect.signature(function).parameters


@pytest.mark.parametrize("kind", METHODS.values(), ids=METHODS)
def test_the_attributes_say_which_methods_there_are(kind):
    assert (kind.takes, kind.has_epochs) == (("vectors", False) if issubclass(kind, ShallowMethod) else ("maps", True))
    assert kind.attends == hasattr(kind, "image_masks") == hasattr(kind, "text_masks")
    assert kind.encodes_pairs == hasattr(kind, "encode_pairs")
    for function in (kind.fit, kind.encode_texts):
        assert kind.reads_sentences == ("sequences" in parameters(function))


@pytest.mark.parametrize("kind", METHODS.values(), ids=METHODS)
def test_fit_takes_the_same_arguments_everywhere(kind):
    found = parameters(kind.fit)
    keywords = {name for name, parameter in found.items() if parameter.kind is inspect.Parameter.KEYWORD_ONLY}
    assert list(found)[:4] == ["self", "images", "texts", "labels"]
    assert keywords - {"sequences"} == {"score", "checkpoint", "description"}


def test_each_capability_is_some_methods_own():
    by_name = {name: {kind for kind, cls in METHODS.items() if getattr(cls, name)} for name in CAPABILITIES}
    assert by_name == CAPABILITIES


@pytest.mark.parametrize("name", METHODS)
def test_a_method_that_is_not_trained_says_so(name):
    method, bags = make_method(name, bits=8), np.ones((3, 5), np.uint8)
    images = np.ones((3, 4) if method.takes == "vectors" else (3, 4, 2, 2), np.float32)
    calls = {"encode_images": (images,), "encode_texts": (bags,), "image_masks": (images,), "text_masks": (bags,)}
    for function, arguments in (calls | {"encode_pairs": (images, bags)}).items():
        if hasattr(method, function):
            with pytest.raises(NotFittedError, match=f"{type(method).__name__} is not trained yet; call fit first."):
                getattr(method, function)(*arguments)
    assert issubclass(NotFittedError, AdahError)


def test_a_method_shows_the_options_that_were_chosen():
    assert repr(make_method("cca", bits=8)) == "CCA(bits=8, seed=0)"
    assert repr(make_method("adah", 16, 3, margin=2)) == "Adah(bits=16, seed=3, margin=2.0)"
