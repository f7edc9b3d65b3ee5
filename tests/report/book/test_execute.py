"""Running one page: parameters reach it, unknown ones are errors, and a failed page leaves no output."""

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
    notebook = nbformat.read(page, as_version=4)
    source = "import sys, warnings\nprint('bar', file=sys.stderr)\nwarnings.warn('odd')\nprint(1)"
    notebook.cells.append(new_code_cell(source))
    nbformat.write(notebook, page)
    execute_page(page, page)
    assert [output.text for output in nbformat.read(page, as_version=4).cells[-1].outputs] == ["1\n"]


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
