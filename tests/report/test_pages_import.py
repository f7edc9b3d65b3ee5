"""The cells of every page import names that there are: the live pages too, which only ``make book`` runs."""

import ast
import importlib

import nbformat
import pytest

from adahlib.paths import PROJECT
from adahlib.report.book.contents import BOOK

NOTEBOOKS = [page.path for page in BOOK if page.kind != "text"]


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_what_a_page_imports_is_there(page):
    cells = nbformat.read(PROJECT / page, as_version=4).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("adahlib"):
            module = importlib.import_module(node.module)
            assert not [alias.name for alias in node.names if not hasattr(module, alias.name)], page
