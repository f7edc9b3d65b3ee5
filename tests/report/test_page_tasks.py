"""Pages as tasks of a grid: executed through papermill with their data set, done until they or their records change."""

import nbformat
import pytest

from adahlib.experiments import RunSpec
from adahlib.experiments.grids.tasks import attempt, output_path, state
from adahlib.experiments.records.state import State
from adahlib.report.pages import PAGES, PageSpec, pages

PARAMETERS = 'dataset = ["mirflickr25k"]\nother = 3'
BODY = "import os\nprint(dataset, os.environ['ADAH_RESULTS'])"


@pytest.fixture
def page(tmp_path):
    """A page of two cells in a folder of the test's own."""

    def write(body=BODY):
        first = nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
        cells = [first, nbformat.v4.new_code_cell(body)]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), tmp_path / "small.ipynb")
        return PageSpec("small", "emoji-scenes", str(tmp_path))

    return write


@pytest.mark.slow
def test_a_page_is_executed_with_its_data_set_and_done_until_something_changes(page, results):
    root = results(RunSpec("emoji-scenes", "adah", 16))
    task = page()
    assert state(task, root) == State("missing")
    assert attempt(task, root).state == "done" and state(task, root) == State("done")
    shown = nbformat.read(root / output_path(task), as_version=4).cells[-1].outputs[0].text
    assert shown == f"emoji-scenes {root}\n"
    results(RunSpec("emoji-scenes", "adah", 16, seed=1))
    assert state(task, root) == State("stale", "the page, its records or the library changed")
    assert attempt(task, root).state == "done"
    page(BODY + "\n1")
    assert state(task, root).name == "stale"


@pytest.mark.slow
def test_a_page_that_fails_leaves_a_reason_and_no_page(page, results):
    root = results(RunSpec("emoji-scenes", "adah", 16))
    task = page("1 / 0")
    outcome = attempt(task, root)
    assert outcome.state == "failed" and "ZeroDivisionError: division by zero" in outcome.text
    assert state(task, root) == State("failed", outcome.text) and not (root / output_path(task)).exists()
    page("1 / 1")
    assert attempt(task, root).state == "done" and state(task, root) == State("done")


def test_every_listed_page_is_there_and_takes_a_data_set():
    tasks = pages(["emoji-scenes"])
    assert [task.page for task in tasks] == list(PAGES)
    for task in tasks:
        assert task.parameters() == {"dataset": "emoji-scenes", "compute_missing": True}
