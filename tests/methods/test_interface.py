"""What every method promises: one signature of fit, and class attributes that say what it can do."""

import inspect

import pytest

from adahlib.methods import METHODS, ShallowMethod

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
