"""The committed notebooks: parameterised, executed, and free of traces of how they were run."""

import ast
import builtins
import re

import nbformat
import pytest

from adahlib.paths import PROJECT
from adahlib.report.book.contents import notebooks, pages

NOTEBOOKS = sorted((PROJECT / "book").glob("*.ipynb"))
RECORD_PAGES = notebooks(PROJECT)


def read(path):
    return nbformat.read(path, as_version=4)


def texts(notebook):
    """Return what the cells printed and displayed, pictures left out."""
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    displayed = [text for output in outputs for kind, text in output.get("data", {}).items() if "image/" not in kind]
    return [str(text) for text in (*displayed, *(output.get("text", "") for output in outputs))]


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_one_parameters_cell(path):
    tagged = [cell for cell in code_cells(read(path)) if "parameters" in cell.metadata.get("tags", ())]
    assert len(tagged) == 1


@pytest.mark.parametrize("path", RECORD_PAGES, ids=lambda path: path.name)
def test_a_page_on_records_is_committed_executed_in_order(path):
    # nbval passes a page without outputs whatever it would print, so outputs are asked for here.
    cells = code_cells(read(path))
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert any(cell.outputs for cell in cells)
    assert not [output for cell in cells for output in cell.outputs if output.output_type == "error"]


def names_of(cells):
    """Return the names that cells read, and those that they define or import."""
    nodes = [node for cell in cells for node in ast.walk(ast.parse(cell.source))]
    names = [node for node in nodes if isinstance(node, ast.Name)]
    read_names = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    defined = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    imported = {alias.asname or alias.name for node in nodes if hasattr(node, "names") for alias in node.names
                if isinstance(node, ast.Import | ast.ImportFrom)}  # fmt: skip
    return read_names, defined | imported


@pytest.mark.parametrize("page", pages("live"), ids=lambda page: page.stem)
def test_what_a_readers_cell_uses_is_defined_in_a_cell_that_the_reader_can_see(page):
    cells = code_cells(read(PROJECT / page.path))
    shown = [cell for cell in cells if not {"remove-input", "remove-cell"} & set(cell.metadata.get("tags", ()))]
    used, defined = names_of(shown)
    assert len(shown) > 4 and used - defined - set(dir(builtins)) == set()


@pytest.mark.parametrize("page", [page for page in pages("records") if page.analyses], ids=lambda page: page.stem)
def test_the_table_behind_a_page_has_the_analyses_that_the_book_lists_for_it(page):
    told = re.findall(r"\| Analysis (\w+) \|", "\n".join(texts(read(PROJECT / page.path))))
    assert set(told) == set(page.analyses)


def test_no_page_is_larger_than_a_megabyte():
    assert {path.name: path.stat().st_size for path in NOTEBOOKS if path.stat().st_size > 1_000_000} == {}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_no_metadata_of_the_tools(path):
    notebook = read(path)
    metadata = [notebook.metadata, *(cell.metadata for cell in notebook.cells)]
    assert not [entry for entry in metadata if {"papermill", "execution", "widgets"} & set(entry)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_no_machines_path_and_no_warning_in_outputs(path):
    for text in texts(read(path)):
        found = re.search(r"(?<![\w:/.])/(home|root|work|tmp|usr|opt|mnt|Users|var)/|Warning|[A-Z]:\\\\", text)
        assert not found, f"{path.name}: …{text[max(0, found.start() - 40) : found.end() + 60]}…"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_tables_are_readable_where_no_book_is_built(path):
    for cell in code_cells(read(path)):
        for data in (output.data for output in cell.outputs if "data" in output):
            if data.get("text/markdown", "").startswith(":::{table}"):
                assert "<table>" in data["text/html"] and ":::" not in data["text/html"] + data["text/plain"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_tables_in_outputs_are_read_as_myst(path):
    # without it a numbered table stands on the built page as its raw lines
    notebook = read(path)
    assert notebook.metadata.get("mystnb") == {"render_markdown_format": "myst"}
