"""Each kind of error is an AdahError, and is raised where its docstring says."""

import pytest

from adahlib import errors
from adahlib.datasets import load_dataset
from adahlib.errors import AdahError, BusyError, UnavailableError
from adahlib.models.backbones import make_backbone


def test_every_kind_is_an_adah_error_and_a_value_error():
    kinds = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Exception)]
    assert {AdahError, BusyError, UnavailableError} <= set(kinds)
    assert all(issubclass(kind, AdahError) and issubclass(kind, ValueError) for kind in kinds)


def test_a_release_that_is_not_here_is_unavailable(tmp_path):
    with pytest.raises(UnavailableError, match="is missing"):
        load_dataset("mirflickr25k", tmp_path)


def test_weights_that_are_not_here_are_unavailable(tmp_path):
    with pytest.raises(UnavailableError, match="not found"):
        make_backbone("vgg19", tmp_path / "vgg19.pth")


def test_a_name_that_does_not_exist_is_an_input_error(tmp_path):
    with pytest.raises(AdahError) as found:
        load_dataset("mirflickr25", tmp_path)
    assert type(found.value) is AdahError
