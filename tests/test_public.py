"""The names at the top of the package: each is there, is what its package calls so, and costs nothing until used."""

import ast
import importlib
import subprocess
import sys

import pytest

import adahlib
from adahlib.lazy import names_on_use
from adahlib.paths import PROJECT


@pytest.mark.parametrize("name", sorted(adahlib.ON_USE))
def test_a_name_at_the_top_is_that_of_its_package(name):
    package = importlib.import_module(f"adahlib.{adahlib.ON_USE[name]}")
    assert getattr(adahlib, name) is getattr(package, name)
    assert name in adahlib.__all__ and name in dir(adahlib)


def test_names_of_packages_that_are_not_installed_are_not_listed():
    load, listed = names_on_use("adahlib", {"HammingIndex": "retrieval", "run": "experiments"}, ["HammingIndex"])
    assert "run" in listed() and "HammingIndex" not in listed() and load("HammingIndex") is adahlib.HammingIndex


def test_another_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'adahlib' has no attribute 'hash_all'"):
        adahlib.hash_all()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("adahlib", {"torch", "pandas", "numba", "faiss"}),
        ("adahlib.experiments", {"pandas", "scipy.stats", "faiss", "dask", "matplotlib"}),
    ],
)
def test_importing_a_package_leaves_out_what_it_rarely_needs(module, heavy):
    code = f"import sys, {module}; print({heavy} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"


def test_type_checkers_see_the_same_names():
    tree = ast.parse((PROJECT / "adahlib" / "__init__.py").read_text())
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {alias.name: line.module.removeprefix("adahlib.") for line in block.body for alias in line.names}
    assert seen == adahlib.ON_USE
