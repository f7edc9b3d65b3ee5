"""Versions: ranges for those who install the library, one exact version of each for make, CI and the records."""

import ast
import functools
import importlib.metadata as metadata
import re
import sys
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import adahlib
from adahlib.extras import MODULES, NEEDED_BY
from adahlib.paths import PROJECT

PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
EXTRAS = PYPROJECT["optional-dependencies"]
LINES = (PROJECT / "constraints.txt").read_text().splitlines()
PINS = {canonicalize_name(Requirement(line).name): line for line in LINES if not line.startswith("#")}


def packages(requirements):
    """Return the requirements of other packages: an extra may ask for another extra of adahlib."""
    return [each for each in map(Requirement, requirements) if each.name != "adahlib"]


RANGES = packages([*PYPROJECT["dependencies"], *(each for extra in EXTRAS.values() for each in extra)])


@pytest.mark.parametrize("line", PINS.values())
def test_every_pin_is_exact_and_installed(line):
    pin = Requirement(line)
    assert re.fullmatch(r"==[\w.]+", str(pin.specifier)), f"{line} is not an exact pin"
    assert pin.specifier.contains(metadata.version(pin.name))  # 2.13.0+cpu meets ==2.13.0


@pytest.mark.parametrize("dependency", RANGES, ids=str)
def test_every_dependency_is_a_range_from_a_lowest_version_on_that_admits_its_pin(dependency):
    operators = sorted(each.operator for each in dependency.specifier)
    assert operators in ([">="], ["<", ">="]), f"{dependency}: give the lowest version that was tried"
    (pin,) = Requirement(PINS[canonicalize_name(dependency.name)]).specifier
    assert dependency.specifier.contains(pin.version)


def test_conda_users_and_make_take_the_same_pins():
    environment = yaml.safe_load((PROJECT / "environment.yml").read_text())["dependencies"]
    (pip,) = (entry["pip"] for entry in environment if isinstance(entry, dict))
    assert pip == ["-c constraints.txt", "-e .[all,test]"]
    assert '-c constraints.txt -e ".[all,test]"' in (PROJECT / "Makefile").read_text()


def test_all_brings_every_extra_but_the_tests():
    (everything,) = map(Requirement, EXTRAS["all"])
    assert everything.extras == set(EXTRAS) - {"all", "test"}


@pytest.mark.slow
def test_the_table_of_extras_is_that_of_the_metadata():
    assert set(MODULES) == set(NEEDED_BY) == set(EXTRAS) - {"all", "test"}
    for extra, modules in MODULES.items():
        brought = {canonicalize_name(each.name) for each in packages(EXTRAS[extra])}
        assert {canonicalize_name(name) for module in modules for name in providers()[module]} <= brought


@functools.cache
def providers():
    """Return the packages that bring a module, by the module; it takes seconds."""
    return metadata.packages_distributions()


@pytest.mark.slow
def test_the_core_and_each_extra_bring_what_their_modules_import():
    """Of the library what it imports, and of tests and benchmarks what one of all the extras brings."""
    unpinned = {
        f"{module} in {path.relative_to(PROJECT)}"
        for folder in ("adahlib", "tests", "benchmarks")
        for path in (PROJECT / folder).rglob("*.py")
        for module in _third_party_imports(path)
        if not _brought(folder) & {canonicalize_name(name) for name in providers().get(module, ())}
    }
    assert not unpinned


def _brought(folder):
    """Return the packages that are installed for the library, or also for its tests."""
    left_out = ["test"] if folder == "adahlib" else []
    asked = [PYPROJECT["dependencies"], *(each for name, each in EXTRAS.items() if name not in left_out)]
    return {canonicalize_name(each.name) for part in asked for each in packages(part)}


def _third_party_imports(path):
    nodes = list(ast.walk(ast.parse(path.read_text())))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    own = {"adahlib", "benchmarks", "tests", *sys.stdlib_module_names}
    return {name.split(".")[0] for name in names} - own


def released():
    """Return the versions that CHANGELOG.md has, the newest first; what is not released yet is left out."""
    headings = re.findall(r"^## (.*)$", (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    return [heading.split()[0] for heading in headings if re.match(r"\d", heading)]


def test_the_version_is_in_one_place():
    assert PYPROJECT["dynamic"] == ["version"]  # setuptools takes adahlib.__version__
    citation = yaml.safe_load((PROJECT / "CITATION.cff").read_text())
    assert citation["version"] == released()[0]
    assert citation["license"] == PYPROJECT["license"]


def test_the_changes_tell_of_this_version_or_of_what_is_not_released_yet():
    text, version = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8"), Version(adahlib.__version__)
    assert version.is_devrelease == ("\n## Unreleased\n" in text)
    assert version > Version(released()[0]) if version.is_devrelease else adahlib.__version__ == released()[0]


def test_the_classifiers_name_the_tested_pythons():
    named = re.findall(r"Python :: (3\.\d+)$", "\n".join(PYPROJECT["classifiers"]), re.MULTILINE)
    workflow = yaml.safe_load((PROJECT / ".github/workflows/ci.yml").read_text())
    assert workflow["jobs"]["fast"]["strategy"]["matrix"]["python"] == named
    assert PYPROJECT["requires-python"] == f">={named[0]}"
