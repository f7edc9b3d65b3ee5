"""Pages as tasks of a grid: a page of the book on one data set, executed through papermill, missing runs included."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import papermill
from filelock import FileLock, Timeout

from adahlib.datasets import MEASURED
from adahlib.errors import AdahError, BusyError, unknown_name
from adahlib.experiments.grids.tasks import Outcome
from adahlib.experiments.records.source import short_hash
from adahlib.experiments.records.state import State, failure_path
from adahlib.experiments.records.store import record_files
from adahlib.experiments.running import lock_path
from adahlib.files import whole_file
from adahlib.paths import PROJECT
from adahlib.report.book.contents import PARTS, RESULTS
from adahlib.report.book.execute import execute_page
from adahlib.visible import visible_paths


@dataclass(frozen=True)
class PageTask:
    """A page of the book, ``<folder>/<page>.ipynb``, on one data set; an ``experiments.grids.tasks.Task``."""

    page: str
    dataset: str
    folder: str = "book"

    def notebook(self) -> Path:
        """Return the notebook that is executed."""
        return PROJECT / self.folder / f"{self.page}.ipynb"

    def parameters(self) -> dict[str, object]:
        """Return the parameters that papermill sets: those of these that the page has."""
        known = papermill.inspect_notebook(str(self.notebook()))
        wished = {"dataset": self.dataset, "compute_missing": True}
        return {name: value for name, value in wished.items() if name in known}

    def output_path(self) -> Path:
        """Return where the executed page goes, relative to the results folder."""
        return Path("pages", self.dataset, f"{self.page}.ipynb")

    def code(self) -> str:
        """Return nothing: a page that failed is tried again only when it is asked for."""
        return ""

    def description(self) -> str:
        """Return what progress bars call it."""
        return f"{self.page}, {self.dataset}"

    def expected_seconds(self, typical: dict[tuple, float]) -> float | None:
        """Return None: no record says how long a page takes."""
        return None

    def state(self, root: Path) -> State:
        """Return whether the page has been executed as it is now, on the records that are there now.

        Failed is a page that is not, and whose last attempt failed, whether or not there is an older executed one.
        """
        path = root / self.output_path()
        found = self.kept_state(path, root) if path.exists() else State("missing")
        reason = failure_path(path)
        if found.name == "done" or not reason.exists():
            return found
        return State("failed", reason.read_text(encoding="utf-8").strip())

    def kept_state(self, path: Path, root: Path) -> State:
        """Return whether an executed page that is there is of what it depends on now."""
        try:
            made = nbformat.read(path, as_version=4).metadata.get("adahlib", {})
        except Exception as error:
            return State("stale", f"{path} is not a readable notebook ({error})")
        if made == self.inputs(root):
            return State("done")
        return State("stale", "the page, its records or the library changed")

    def perform(self, root: Path, force: bool) -> Outcome:
        """Execute the page.

        Raises:
            BusyError: another process is executing it.
            AdahError: a cell failed.
        """
        path = root / self.output_path()
        os.environ["ADAH_RESULTS"] = str(root)  # for the notebook's kernel
        try:
            with FileLock(lock_path(path), timeout=0):
                if not force and self.state(root).name == "done":
                    return Outcome("done", "executed by another command")
                self.execute(path, root)
        except Timeout as error:
            raise BusyError(f"another process is executing {path.name}.") from error
        except papermill.PapermillExecutionError as error:
            raise AdahError(f"cell {error.cell_index}: {error.ename}: {error.evalue}") from error
        failure_path(path).unlink(missing_ok=True)
        return Outcome("done", "executed")

    def execute(self, path: Path, root: Path) -> None:
        """Execute the page and write it with the hashes of what it read.

        They are of the time before, so that what others change meanwhile makes it stale. The page makes records too:
        where there are other records afterwards, it is executed again, on all of them.
        """
        before = self.inputs(root)
        execute_page(self.notebook(), path, self.parameters())
        if (after := self.inputs(root))["records"] != before["records"]:
            before = after
            execute_page(self.notebook(), path, self.parameters())
        notebook = nbformat.read(path, as_version=4)
        notebook.metadata["adahlib"] = before
        with whole_file(path) as temporary:
            nbformat.write(notebook, temporary)

    def inputs(self, root: Path) -> dict[str, str]:
        """Return hashes of what the executed page depends on: its cells, its data set's records, and the library."""
        cells = nbformat.read(self.notebook(), as_version=4).cells
        return {
            "page": short_hash("\0".join(cell.source for cell in cells)),
            "records": hash_of(path for path in record_files(root) if path.parts[-3] == self.dataset),
            "library": hash_of(visible_paths(PROJECT / "adahlib", "**/*.py")),
        }


def hash_of(files: Iterable[Path]) -> str:
    """Return a hash of the texts of files."""
    return short_hash("".join(short_hash(path.read_text(encoding="utf-8")) for path in files))


def page_tasks(datasets: Iterable[str] | None = None) -> list[PageTask]:
    """Return the pages of one table or figure on each of the data sets (None: all)."""
    datasets = MEASURED if datasets is None else list(datasets)
    for dataset in datasets:
        if dataset not in MEASURED:
            raise unknown_name("data set", dataset, MEASURED)
    return [PageTask(page.stem, dataset) for dataset in datasets for page in PARTS[RESULTS]]
