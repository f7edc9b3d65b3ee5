"""Every method follows scikit-learn's conventions for parameters: it can be cloned, read and set."""

import inspect

import pytest
from sklearn.base import clone

from adahlib.errors import AdahError
from adahlib.methods import ALL_METHODS, make_method
from adahlib.models.backbones import make_backbone
from tests.toys import toy_pairs


@pytest.mark.parametrize("name", sorted(ALL_METHODS))
def test_a_clone_has_the_same_parameters_and_has_learned_nothing(name):
    method = make_method(name, bits=8, seed=3)
    copy = clone(method)
    assert copy is not method and type(copy) is type(method)
    assert copy.get_params() == method.get_params() and repr(copy) == repr(method)
    fields = set(inspect.signature(type(method).Options).parameters)
    assert set(method.get_params()) >= {"bits", "seed"} | fields


def test_a_fitted_method_that_is_cloned_must_be_fitted_again():
    images, texts, labels = toy_pairs()
    vectors = images.reshape(len(images), -1).astype(float)
    method = make_method("cca", bits=4).fit(vectors, texts, labels)
    before = method.encode_images(vectors).content_hash()
    copy = clone(method)
    with pytest.raises(AdahError, match="not trained yet"):
        copy.encode_images(vectors)
    assert copy.fit(vectors, texts, labels).encode_images(vectors).content_hash() == before


def test_parameters_are_set_and_what_was_learned_is_forgotten():
    images, texts, labels = toy_pairs()
    vectors = images.reshape(len(images), -1).astype(float)
    method = make_method("scm", bits=4).fit(vectors, texts, labels)
    assert method.set_params(bits=6, variant="orthogonal") is method
    assert method.bits == 6 and method.options.variant == "orthogonal"
    with pytest.raises(AdahError, match="not trained yet"):
        method.encode_images(vectors)


def test_a_parameter_that_is_refused_changes_nothing():
    method = make_method("itq", bits=8, iterations=7)
    with pytest.raises(AdahError, match="unknown parameter 'iteration'; did you mean 'iterations'"):
        method.set_params(iteration=3)
    with pytest.raises(AdahError, match="bits=0 must be a whole number"):
        method.set_params(bits=0, iterations=9)
    assert repr(method) == "ITQ(bits=8, seed=0, iterations=7)"


def test_the_backbone_is_a_parameter_of_deep_methods():
    backbone = make_backbone("efficientnet_lite0", pretrained=False)
    method = make_method("adah", 8, backbone=backbone)
    assert method.get_params()["backbone"] is backbone
    assert clone(method).backbone is not backbone
