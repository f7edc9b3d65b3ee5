"""The Sphinx extension that makes the pages of the API reference of what is public."""

import dataclasses

import pytest
from sphinx.errors import ExtensionError

from adahlib import datasets, losses, methods, retrieval
from adahlib.experiments import RunSpec
from adahlib.paths import PROJECT
from adahlib.report.book import reference
from adahlib.report.book.contents import PACKAGES
from adahlib.report.book.reference import entries, public_names, written_signature


@pytest.mark.parametrize("package", PACKAGES)
def test_a_page_names_its_package_and_no_names_of_it(package):
    page = (PROJECT / "book" / f"api_{package}.md").read_text()
    assert f".. public-names:: adahlib.{package}" in page


def test_a_name_that_becomes_public_is_on_the_page(monkeypatch):
    before = entries("adahlib.losses", public_names("adahlib.losses"))
    monkeypatch.setattr(losses, "__all__", [*losses.__all__, "new_loss"])
    monkeypatch.setattr(losses, "new_loss", losses.label_similarity, raising=False)
    after = entries("adahlib.losses", public_names("adahlib.losses"))
    assert ".. autofunction:: adahlib.losses.new_loss" in set(after) - set(before)


def test_bases_come_first_and_constants_last():
    lines = entries("adahlib.methods", public_names("adahlib.methods"))
    heads = [line.replace(":: ", ".").split(".")[-1] for line in lines if line.startswith((".. auto", ".. py:data"))]
    assert heads[:4] == ["HashingMethod", "ImageHashingMethod", "DeepMethod", "ShallowMethod"]
    assert heads[-3:] == ["ALL_METHODS", "IMAGE_METHODS", "METHODS"]


def test_a_constant_without_its_comment_is_an_error(monkeypatch):
    monkeypatch.setattr(reference, "origin", lambda package, name: "adahlib.retrieval.codes")
    with pytest.raises(ExtensionError, match="TIES is public and has no comment"):
        entries("adahlib.retrieval", ["TIES"])


def signature_of(what, value):
    return written_signature(None, what, "", value, None, None, None)


def test_signatures_stand_as_they_are_written():
    assert signature_of("function", retrieval.chance_level) == (
        "(query_labels: ArrayLike, database_labels: ArrayLike)",
        "float",
    )
    assert signature_of("method", retrieval.BinaryCodes.from_signs) == ("(real: ArrayLike)", "BinaryCodes")
    assert signature_of("class", retrieval.HammingIndex) == ("(bits: int, kind: str='flat', **settings: int)", None)
    split = "(query: np.ndarray, database: np.ndarray, train: np.ndarray, validation: np.ndarray)"
    assert signature_of("class", datasets.Split) == (split, None)
    assert ", *, attention: str = '', " in signature_of("class", RunSpec)[0]
    assert signature_of("class", int) is None


def added(value):
    lines = []
    reference.options_in_docstring(None, "class", "", value, None, lines)
    return "\n".join(lines)


def test_the_options_of_a_method_and_the_fields_of_a_run_are_a_table():
    for field in dataclasses.fields(methods.CCA.Options):
        assert f"``{field.name}``" in added(methods.CCA) and field.metadata["help"] in added(methods.CCA)
    assert "rubric:: Fields" in added(RunSpec) and "``split_seed``" in added(RunSpec)
    assert not added(datasets.Split) and not added(retrieval.HammingIndex)


def test_the_docstring_of_a_property_is_kept_whole():
    whole, lines = reference.Whole(), ["Positions of the database: what queries search."]
    whole.keep(None, "property", "", None, None, lines)
    assert not lines
    whole.give_back(None, "property", "", None, None, lines)
    assert lines == ["Positions of the database: what queries search."]
