"""Who may import whom: data flow one way, from release files to the book. Files and functions stay small."""

import ast
import tomllib

import pytest

from adahlib.paths import PROJECT

ALLOWED = {
    "losses": {"losses"},
    "models": {"models"},
    "retrieval": {"retrieval"},
    "datasets": {"datasets"},
    "methods": {"methods", "models", "losses", "retrieval", "training"},
    "search": {"search", "datasets", "experiments", "features", "methods", "models", "retrieval"},
    "experiments": {"experiments", "datasets", "features", "methods", "models", "retrieval", "training"},
    "report": {"report", "search", "experiments", "datasets", "methods", "models", "retrieval", "environment"},
}
COMMON = {"deprecation", "distributed", "errors", "extras", "files", "lazy", "paths", "plain_pickle", "printable"}
COMMON |= {"progress", "thread_limits", "visible", "__init__"}
MODULES = sorted((PROJECT / "adahlib").rglob("*.py"))
LINES_OF_A_FILE, LINES_OF_A_FUNCTION = 350, 45  # without its docstring, which may have an example


def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imported_modules(path):
    """Yield the full names that a module imports: ``a.b`` and ``a.b.c`` for ``from a.b import c``."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imported_parts(path):
    """Return the parts of adahlib that a module imports: ``losses`` for ``from adahlib.losses.triplet import …``."""
    return {name.split(".")[1] for name in imported_modules(path) if name.startswith("adahlib.")}


@pytest.mark.parametrize("folder", ALLOWED)
def test_arrows_point_one_way(folder):
    for path in sorted((PROJECT / "adahlib" / folder).rglob("*.py")):
        foreign = imported_parts(path) - ALLOWED[folder] - COMMON
        assert not foreign, f"{path} imports {foreign}"


@pytest.mark.parametrize("name", sorted(COMMON - {"__init__"}) + ["environment"])
def test_what_every_station_may_use_stands_on_no_station(name):
    modules = [PROJECT / "adahlib" / f"{name}.py", *(PROJECT / "adahlib" / name).rglob("*.py")]
    found = {part for path in modules if path.is_file() for part in imported_parts(path)}
    assert any(path.is_file() for path in modules) and found <= COMMON


def test_features_stand_on_data_and_backbones():
    used = imported_parts(PROJECT / "adahlib" / "features.py") - COMMON
    assert used == {"datasets", "map_files", "models", "retrieval", "training"}


def test_the_report_never_trains():
    """Training goes through experiments: no module of the report reaches for the loop, the losses or ``fit``."""
    for path in (PROJECT / "adahlib" / "report").rglob("*.py"):
        assert not {"training", "losses"} & imported_parts(path), path
        assert ".fit(" not in path.read_text(encoding="utf-8"), path


def hidden_imports(tree):
    """Return the imports of adahlib that fingerprints and the rules above do not see."""
    nodes = list(ast.walk(tree))
    plain = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    relative = ["." * node.level for node in nodes if isinstance(node, ast.ImportFrom) and node.level]
    return [name for name in plain if name.split(".")[0] == "adahlib"] + relative


def test_adahlib_is_imported_by_from_and_the_full_name():
    """A fingerprint follows ``from adahlib.x import y`` alone: a module imported otherwise would make nothing stale."""
    for path in MODULES:
        assert not hidden_imports(tree_of(path)), f"{path}: write from adahlib.… import …"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("import adahlib.losses.triplet as t", ["adahlib.losses.triplet"]),
        ("import numpy, adahlib", ["adahlib"]),
        ("from .triplet import loss", ["."]),
        ("from adahlib.losses import triplet", []),
        ("import numpy.linalg", []),
    ],
)
def test_hidden_imports_are_found(line, found):
    assert hidden_imports(ast.parse(line)) == found


def test_what_pages_share_does_not_know_the_pages():
    """In the report, pages import what they share; neither that nor the making of the book imports a page."""
    report = PROJECT / "adahlib" / "report"
    shared = [*report.glob("*.py"), *(report / "book").glob("*.py")]
    assert len(shared) > 10
    for path in shared:
        foreign = [name for name in imported_modules(path) if name.startswith("adahlib.report.pages")]
        assert not foreign, f"{path} imports {foreign[0]}"


def test_others_may_check_their_types_against_ours():
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]
    assert (PROJECT / "adahlib" / "py.typed").is_file()
    assert "py.typed" in settings["setuptools"]["package-data"]["adahlib"]
    checked = {name.split(".")[1] for name in settings["mypy"]["packages"]}
    assert checked == set(ALLOWED) - {"report"} | {"errors", "features"}


def test_only_the_making_of_the_book_knows_papermill():
    tools = {"papermill", "nbformat", "nbclient"}
    for path in MODULES:
        used = {name.split(".")[0] for name in imported_modules(path)} & tools
        assert not used or path.parent.name == "book", f"{path} imports {used}"


def test_files_and_functions_stay_small():
    """A file holds one idea: the limit leaves room for a whole one, so that none is split for its length alone."""
    for path in MODULES:
        tree = tree_of(path)
        length = len(path.read_text(encoding="utf-8").splitlines())
        assert length <= LINES_OF_A_FILE, f"{path} has {length} lines: is it one idea?"
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                docstring = node.body[0] if ast.get_docstring(node) else None
                length = node.end_lineno - node.lineno + 1
                length -= docstring.end_lineno - docstring.lineno + 1 if docstring else 0
                assert length <= LINES_OF_A_FUNCTION, f"{path}: {node.name} has {length} lines"
