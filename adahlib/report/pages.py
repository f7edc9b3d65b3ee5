"""Pages as tasks of a grid: a page of the book on one data set, executed through papermill, missing runs included."""

import os
from dataclasses import dataclass
from pathlib import Path

import nbformat
import papermill
from filelock import FileLock, Timeout

from adahlib.datasets import MEASURED
from adahlib.errors import AdahError, unknown_name
from adahlib.experiments.fingerprint import short_hash
from adahlib.experiments.running import BusyError, lock_path
from adahlib.experiments.state import State, failure_path
from adahlib.experiments.store import record_files
from adahlib.experiments.tasks import Outcome, output_path, perform, state
from adahlib.files import whole_file
from adahlib.paths import PROJECT
from adahlib.report.execute import execute_page

PAGES = (
    "table1_map",
    "table2_top500",
    "table3_networks",
    "table4_attention",
    "fig5_precision_recall",
    "fig6_masks",
)


@dataclass(frozen=True)
class PageSpec:
    """A page of the book, ``<folder>/<page>.ipynb``, on one data set."""

    page: str
    dataset: str
    folder: str = "book"

    def notebook(self) -> Path:
        """Return the notebook that is executed."""
        return PROJECT / self.folder / f"{self.page}.ipynb"

    def parameters(self) -> dict:
        """Return the parameters that papermill sets: those of these that the page has."""
        known = papermill.inspect_notebook(str(self.notebook()))
        wished = {"dataset": self.dataset, "compute_missing": True}
        return {name: value for name, value in wished.items() if name in known}


def pages(datasets=None) -> list[PageSpec]:
    """Return the pages of one table or figure on each of the data sets (None: all)."""
    for dataset in set(datasets or ()) - set(MEASURED):
        raise unknown_name("data set", dataset, MEASURED)
    return [PageSpec(page, dataset) for dataset in datasets or MEASURED for page in PAGES]


@output_path.register
def _(task: PageSpec) -> Path:
    return Path("pages", task.dataset, f"{task.page}.ipynb")


@state.register
def _(task: PageSpec, root: Path) -> State:
    path = root / output_path(task)
    if not path.exists():
        failure = failure_path(path)
        return State("failed", failure.read_text(encoding="utf-8").strip()) if failure.exists() else State("missing")
    try:
        made = nbformat.read(path, as_version=4).metadata.get("adahlib", {})
    except Exception as error:
        return State("stale", f"{path} is not a readable notebook ({error})")
    if made == fingerprint(task, root):
        return State("done")
    return State("stale", "the page, its records or the library changed")


@perform.register
def _(task: PageSpec, root: Path, force: bool) -> Outcome:
    path = root / output_path(task)
    os.environ["ADAH_RESULTS"] = str(root)  # for the notebook's kernel
    try:
        with FileLock(lock_path(path), timeout=0):
            if not force and state(task, root).name == "done":
                return Outcome("done", "executed by another command")
            execute(task, path, root)
    except Timeout as error:
        raise BusyError(f"another process is executing {path.name}.") from error
    except papermill.PapermillExecutionError as error:
        raise AdahError(f"cell {error.cell_index}: {error.ename}: {error.evalue}") from error
    failure_path(path).unlink(missing_ok=True)
    return Outcome("done", "executed")


def execute(task: PageSpec, path: Path, root: Path) -> None:
    """Execute a page and write it with the fingerprint of what it read."""
    execute_page(task.notebook(), path, task.parameters())
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["adahlib"] = fingerprint(task, root)
    with whole_file(path) as temporary:
        nbformat.write(notebook, temporary)


def fingerprint(task: PageSpec, root: Path) -> dict[str, str]:
    """Return hashes of what an executed page depends on: its cells, the library, and the records on its data set."""
    cells = nbformat.read(task.notebook(), as_version=4).cells
    records = [path for path in record_files(root) if path.parts[-3] == task.dataset]
    library = sorted((PROJECT / "adahlib").rglob("*.py"))
    return {
        "page": short_hash("\0".join(cell.source for cell in cells)),
        "records": short_hash("".join(short_hash(path.read_text(encoding="utf-8")) for path in records)),
        "library": short_hash("".join(short_hash(path.read_text(encoding="utf-8")) for path in library)),
    }
