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
    for path in (PROJECT / "adahlib" / "report").rglob("*.py"):
        assert not {"training", "losses"} & set(imported_parts(path)), path
        assert ".fit(" not in path.read_text(encoding="utf-8"), path


def imported_modules(path):
    """Return the full names of the modules that a module imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports are not seen by these rules"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_what_pages_share_does_not_know_the_pages():
    """In the report, pages import what they share; neither that nor the making of the book imports a page."""
    report = PROJECT / "adahlib" / "report"
    shared = [*report.glob("*.py"), *(report / "book").glob("*.py")]
    assert len(shared) > 10
    for path in shared:
        foreign = [name for name in imported_modules(path) if name.startswith("adahlib.report.pages")]
        assert not foreign, f"{path} imports {foreign[0]}"


def test_only_the_making_of_the_book_knows_papermill():
    tools = {"papermill", "nbformat", "nbclient"}
    for path in (PROJECT / "adahlib").rglob("*.py"):
        used = {name.split(".")[0] for name in imported_modules(path)} & tools
        assert not used or path.parent.name == "book", f"{path} imports {used}"


def test_files_and_functions_stay_small():
    for path in (PROJECT / "adahlib").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert source.count("\n") <= 350, f"{path} is long: one idea per file"
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno <= 55, f"{path}: {node.name} is long"
