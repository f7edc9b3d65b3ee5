"""The public names: each says in a sentence what it is, and its example runs by itself, as a reader would paste it."""

import doctest
import importlib
import inspect
import re

import pytest

import adahlib

PACKAGES = ("retrieval", "losses", "methods", "methods.images", "models.backbones", "datasets", "search", "experiments")
MODULES = [importlib.import_module(f"adahlib.{package}") for package in (*PACKAGES, "errors")]
OBJECTS = {
    f"{value.__module__.removeprefix('adahlib.')}.{value.__qualname__}": value
    for module in (*MODULES, adahlib)
    for value in (getattr(module, name) for name in module.__all__)
    if inspect.isclass(value) or inspect.isfunction(value)
}


@pytest.fixture(autouse=True)
def nothing_of_the_user(tmp_path, monkeypatch):
    """Caches, results and releases in empty folders."""
    for name in ("CACHE", "RESULTS", "DATA"):
        monkeypatch.setenv(f"ADAH_{name}", str(tmp_path / name.lower()))


def with_marks(names):
    """Yield the names, those of examples that train a run with the marker for it."""
    for name in names:
        yield pytest.param(name, marks=[pytest.mark.slow] if name.startswith(("search.", "experiments.")) else [])


@pytest.mark.parametrize("name", with_marks(OBJECTS))
def test_the_example_runs_by_itself(name):
    found = doctest.DocTestFinder().find(OBJECTS[name], name, globs={})
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    report = []
    for example in found:
        runner.run(example, out=report.append)
    assert not runner.failures, "".join(report)


@pytest.mark.parametrize("name", OBJECTS)
def test_a_public_name_has_a_summary_of_one_sentence_and_an_example(name):
    docstring = inspect.getdoc(OBJECTS[name])
    summary = docstring.split("\n\n")[0]
    assert summary.endswith(".") and "\n" not in summary and not re.search(r"[a-z)`]\. [A-Z]", summary), summary
    assert ">>> " in docstring, f"{name} has no example"
