"""Who may import whom: data flow one way, from release files to the book."""

import ast

import pytest

from adahlib.paths import PROJECT

ALLOWED = {
    "losses": {"losses"},
    "models": {"models"},
    "retrieval": {"retrieval"},
    "datasets": {"datasets"},
    "methods": {"methods", "models", "losses", "retrieval", "training"},
    "search": {"search", "datasets", "experiments", "features", "methods", "models", "retrieval"},
    "experiments": {"experiments", "datasets", "features", "methods", "models", "retrieval"},
}
COMMON = {"distributed", "errors", "files", "paths", "progress", "torchvision_operators", "__init__"}


def imported_parts(path):
    """Return the parts of adahlib that a module imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        yield from (name.split(".")[1] for name in names if name.startswith("adahlib."))


@pytest.mark.parametrize("folder", ALLOWED)
def test_arrows_point_one_way(folder):
    for path in sorted((PROJECT / "adahlib" / folder).rglob("*.py")):
        foreign = set(imported_parts(path)) - ALLOWED[folder] - COMMON
        assert not foreign, f"{path} imports {foreign}"


def test_the_report_never_trains():
    """Training goes through experiments: no module of the report reaches for the loop, the losses or ``fit``."""
    for path in (PROJECT / "adahlib" / "report").glob("*.py"):
        assert not {"training", "losses"} & set(imported_parts(path)), path
        assert ".fit(" not in path.read_text(encoding="utf-8"), path


def test_files_and_functions_stay_small():
    for path in (PROJECT / "adahlib").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert source.count("\n") <= 200, f"{path} is long: one idea per file"
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno <= 55, f"{path}: {node.name} is long"
