"""Pages as tasks of a grid: executed through papermill with their data set, done until they or their records change."""

import nbformat
import pytest

from adahlib.errors import AdahError
from adahlib.experiments import RunSpec
from adahlib.experiments.grids.tasks import attempt
from adahlib.experiments.records.state import State, failure_path
from adahlib.report.book.tasks import PageTask, page_tasks

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
        return PageTask("small", "emoji-scenes", str(tmp_path))

    return write


@pytest.mark.slow
def test_a_page_is_executed_with_its_data_set_and_done_until_something_changes(page, results):
    root = results(RunSpec("emoji-scenes", "adah", 16))
    task = page()
    assert task.state(root) == State("missing")
    assert attempt(task, root).state == "done" and task.state(root) == State("done")
    shown = nbformat.read(root / task.output_path(), as_version=4).cells[-1].outputs[0].text
    assert shown == f"emoji-scenes {root}\n"
    results(RunSpec("emoji-scenes", "adah", 16, seed=1))
    assert task.state(root) == State("stale", "the page, its records or the library changed")
    assert attempt(task, root).state == "done"
    page(BODY + "\n1")
    assert task.state(root).name == "stale"


@pytest.mark.slow
def test_a_page_that_fails_leaves_a_reason_and_no_page(page, results):
    root = results(RunSpec("emoji-scenes", "adah", 16))
    task = page("1 / 0")
    outcome = attempt(task, root)
    assert outcome.state == "failed" and "ZeroDivisionError: division by zero" in outcome.text
    assert task.state(root) == State("failed", outcome.text) and not (root / task.output_path()).exists()
    page("1 / 1")
    assert attempt(task, root).state == "done" and task.state(root) == State("done")


def test_a_page_that_failed_after_it_had_succeeded_waits_until_it_is_asked_for(page, results):
    root = results(RunSpec("emoji-scenes", "adah", 16))
    task = page()
    path = root / task.output_path()
    path.parent.mkdir(parents=True)
    executed = nbformat.v4.new_notebook(metadata={"adahlib": task.inputs(root)})
    nbformat.write(executed, path)
    failure_path(path).write_text("cell 1: ZeroDivisionError\n")
    assert task.state(root) == State("done")
    page("1")  # the page changed since
    assert task.state(root) == State("failed", "cell 1: ZeroDivisionError")
    failure_path(path).unlink()
    assert task.state(root).name == "stale"


@pytest.mark.slow
def test_a_page_that_makes_records_is_executed_on_all_of_them(page, results, tmp_path):
    root = results(RunSpec("emoji-scenes", "adah", 16))
    made, other = (root / RunSpec("emoji-scenes", "adah", 16, seed).record_path() for seed in (1, 2))
    log = tmp_path / "log"
    task = page(f"log = open({str(log)!r}, 'a')\nlog.write('x')\nlog.close()\nopen({str(made)!r}, 'w').write('made')")
    assert attempt(task, root).state == "done" and log.read_text() == "xx" and task.state(root) == State("done")
    other.write_text("by another command")
    assert task.state(root).name == "stale"


@pytest.mark.slow
def test_what_others_change_while_a_page_is_executed_makes_it_stale(page, results, tmp_path):
    root = results(RunSpec("emoji-scenes", "adah", 16))
    notebook = str(tmp_path / "small.ipynb")
    body = f"import nbformat\nseen = nbformat.read({notebook!r}, 4)\nseen.cells[-1].source += '\\n1'\n"
    task = page(body + f"nbformat.write(seen, {notebook!r})")
    assert attempt(task, root).state == "done" and task.state(root).name == "stale"


@pytest.mark.slow
def test_an_executed_page_is_stale_when_the_library_changes(page, results, tmp_path, monkeypatch):
    root = results(RunSpec("emoji-scenes", "adah", 16))
    monkeypatch.setattr("adahlib.report.book.tasks.PROJECT", tmp_path / "project")
    module = tmp_path / "project" / "adahlib" / "report" / "text.py"
    module.parent.mkdir(parents=True)
    module.write_text("EMPTY = '–'")
    task = page("1")
    assert attempt(task, root).state == "done" and task.state(root) == State("done")
    module.write_text("EMPTY = '-'")
    assert task.state(root) == State("stale", "the page, its records or the library changed")


def test_records_of_other_data_sets_do_not_matter(page, results):
    root = results(RunSpec("emoji-scenes", "adah", 16))
    before = page().inputs(root)
    results(RunSpec("mirflickr25k", "adah", 16))
    assert page().inputs(root) == before
    results(RunSpec("emoji-scenes", "adah", 32))
    assert page().inputs(root)["records"] != before["records"]


def test_the_pages_of_tables_and_figures_are_there_and_take_a_data_set():
    tasks = page_tasks(["emoji-scenes"])
    assert [task.page[:6] for task in tasks] == ["table1", "table2", "table3", "table4", "fig5_p", "fig6_m"]
    for task in tasks:
        assert task.parameters() == {"dataset": "emoji-scenes", "compute_missing": True}
    assert len(page_tasks()) == 2 * len(tasks)
    with pytest.raises(AdahError, match="unknown data set 'emoji-scene'; did you mean 'emoji-scenes'"):
        page_tasks(["emoji-scene"])
