"""Running one page: parameters reach it, unknown ones are errors, and a failed page leaves no output."""

import json
import sys

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from adahlib.errors import AdahError
from adahlib.report.book.execute import execute_page


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.ipynb"
    parameters = new_code_cell("bits = 16\nfail = False", metadata={"tags": ["parameters"]})
    cells = [parameters, new_code_cell("print(bits)\nassert not fail")]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


@pytest.mark.slow
def test_a_parameter_reaches_the_page_and_the_page_itself_stays(page, tmp_path):
    before, output = page.read_bytes(), tmp_path / "out" / "page.ipynb"
    execute_page(page, output, {"bits": 32})
    assert nbformat.read(output, as_version=4).cells[-1].outputs[0].text == "32\n"
    assert page.read_bytes() == before


@pytest.mark.slow
def test_bars_and_warnings_do_not_stay_in_the_page(page):
    source = "import sys, warnings\nprint('bar', file=sys.stderr)\nwarnings.warn('odd')\nprint(1)"
    execute_page(with_cell(page, source), page)
    assert shown(page) == ["1\n"]


@pytest.mark.slow
def test_executing_in_place_twice_gives_the_same_bytes(page):
    execute_page(page, page)
    first = page.read_bytes()
    execute_page(page, page)
    assert page.read_bytes() == first and b"papermill" not in first


@pytest.mark.slow
def test_a_page_that_fails_leaves_nothing_behind(page, tmp_path):
    output = tmp_path / "out" / "page.ipynb"
    with pytest.raises(papermill.PapermillExecutionError, match="AssertionError"):
        execute_page(page, output, {"fail": True})
    assert list(output.parent.iterdir()) == []


def test_a_mistyped_parameter_is_an_error_that_names_the_right_one(page, tmp_path):
    with pytest.raises(AdahError, match=r"unknown parameter of page.ipynb 'bit'; did you mean 'bits'\?"):
        execute_page(page, tmp_path / "out.ipynb", {"bit": 32})
    assert not (tmp_path / "out.ipynb").exists()


def test_a_missing_page_is_one_sentence(tmp_path):
    with pytest.raises(AdahError, match="there is no page"):
        execute_page(tmp_path / "nowhere.ipynb", tmp_path / "out.ipynb")


@pytest.mark.slow
def test_a_page_runs_in_this_python_whatever_kernels_are_registered(page, tmp_path, monkeypatch):
    kernel = tmp_path / "jupyter" / "kernels" / "python3" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    kernel.write_text(json.dumps({"argv": ["no-such-python", "{connection_file}"], "display_name": "Python 3"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    output = tmp_path / "out.ipynb"
    execute_page(with_cell(page, "import sys\nprint(sys.executable)"), output)
    assert shown(output) == [f"{sys.executable}\n"]


@pytest.mark.slow
def test_a_bar_leaves_nothing_in_a_page(page, tmp_path, monkeypatch):
    monkeypatch.delenv("ADAH_PROGRESS")
    bar = "from adahlib.progress import progress\nfor _ in progress(range(3), delay=0, mininterval=0):\n    pass"
    output = tmp_path / "out.ipynb"
    execute_page(with_cell(page, bar), output)
    assert nbformat.read(output, as_version=4).cells[-1].outputs == []


def with_cell(page, source):
    """Add a cell to a page and return it."""
    notebook = nbformat.read(page, as_version=4)
    notebook.cells.append(new_code_cell(source))
    nbformat.write(notebook, page)
    return page


def shown(page):
    """Return the texts that the last cell of a page printed."""
    return [output.text for output in nbformat.read(page, as_version=4).cells[-1].outputs]
