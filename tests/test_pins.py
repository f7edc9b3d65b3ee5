"""The versions: pinned exactly, the same for pip and conda users, and the ones that are installed."""

import ast
import importlib.metadata as metadata
import re
import sys
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import adahlib
from adahlib.paths import PROJECT

PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
EXTRAS = PYPROJECT["optional-dependencies"]
PINS = [*PYPROJECT["dependencies"], *EXTRAS["book"], *EXTRAS["test"]]


@pytest.mark.parametrize("pin", PINS)
def test_every_pin_is_exact_and_installed(pin):
    requirement = Requirement(pin)
    assert re.fullmatch(r"==[\w.]+", str(requirement.specifier)), f"{pin} is not an exact pin"
    assert requirement.specifier.contains(metadata.version(requirement.name))  # 2.13.0+cpu meets ==2.13.0


def test_environment_yml_has_the_same_pins():
    environment = yaml.safe_load((PROJECT / "environment.yml").read_text())["dependencies"]
    python = PYPROJECT["requires-python"].removeprefix("==").removesuffix(".*")
    assert f"python={python}" in environment
    (pip,) = (entry["pip"] for entry in environment if isinstance(entry, dict))
    assert pip == [*PINS, "-e ."]


@pytest.mark.slow
def test_every_imported_package_is_pinned():
    pinned = {canonicalize_name(Requirement(pin).name) for pin in PINS}
    providers = metadata.packages_distributions()
    unpinned = {
        f"{module} in {path.relative_to(PROJECT)}"
        for folder in ("adahlib", "tests", "benchmarks")
        for path in (PROJECT / folder).rglob("*.py")
        for module in _third_party_imports(path)
        if not pinned & {canonicalize_name(name) for name in providers.get(module, ())}
    }
    assert not unpinned


def _third_party_imports(path):
    nodes = list(ast.walk(ast.parse(path.read_text())))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    own = {"adahlib", "benchmarks", "tests", *sys.stdlib_module_names}
    return {name.split(".")[0] for name in names} - own


def test_citation_file_names_this_version():
    citation = yaml.safe_load((PROJECT / "CITATION.cff").read_text())
    assert citation["version"] == adahlib.__version__
    assert citation["license"] == PYPROJECT["license"]
