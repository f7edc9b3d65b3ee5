"""Run one page of the book through papermill: checked parameters, and an output that is whole or absent."""

import sys
from collections.abc import Mapping
from pathlib import Path

import nbformat
import papermill

from adahlib.errors import AdahError, unknown_name
from adahlib.files import whole_file
from adahlib.report.book.kernel import ThisPython
from adahlib.report.drawing import COLUMN, SCREEN


def execute_page(
    page: Path | str, output: Path | str, parameters: Mapping[str, object] | None = None
) -> None:
    """Execute a notebook in its own folder, with this Python, and write the executed copy to ``output``.

    What the cells print, progress bars included, is shown on stderr while they run. Papermill by itself
    only logs a mistyped parameter, and leaves an output behind when a cell fails; here both are errors.

    Args:
        page: notebook with a cell tagged ``parameters``.
        output: where the executed copy goes, ending in ``.ipynb``; may be ``page`` itself.
        parameters: values that replace the page's defaults.

    Raises:
        AdahError: the page does not exist, or has no parameter of a given name.
        papermill.PapermillExecutionError: a cell raised; ``output`` is then not written.
    """
    page, parameters = Path(page), dict(parameters or {})
    check_parameters(page, parameters)
    with whole_file(output) as temporary:
        papermill.execute_notebook(
            str(page),
            str(temporary),
            parameters,
            cwd=str(page.parent),
            stdout_file=sys.stderr,
            stderr_file=sys.stderr,
            kernel_manager_class=ThisPython,
            # Without this each kernel warns that its connection on this machine is not encrypted.
            extra_arguments=["--IPKernelApp.log_level=ERROR"],
        )
        _drop_traces_of_the_run(temporary)


def check_parameters(page: Path, parameters: Mapping[str, object]) -> None:
    """Raise ``AdahError`` for the first name in ``parameters`` that the page does not declare."""
    if not page.is_file():
        raise AdahError(f"there is no page {page}; pages are the notebooks in book/.")
    known = papermill.inspect_notebook(str(page))
    for name in parameters:
        if name not in known:
            raise unknown_name(f"parameter of {page.name}", name, known)


def _drop_traces_of_the_run(path: Path) -> None:
    """Remove when, where and how long, progress bars and warnings: runs with equal outputs then give equal files."""
    notebook = nbformat.read(path, as_version=4)
    for entry in (notebook, *notebook.cells):
        for key in ("papermill", "execution"):
            entry.metadata.pop(key, None)
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
        take_picture_facts(cell)
    nbformat.write(notebook, path)


def take_picture_facts(cell: nbformat.NotebookNode) -> None:
    """Put what a cell's picture brings along where MyST looks for it: its width, and the alt text of its numbers."""
    for output in cell.outputs:
        facts = output.get("metadata", {}).get("image/png", {})
        if "width" in facts:
            image = cell.metadata.setdefault("mystnb", {}).setdefault("image", {})
            image["width"] = f"{min(1.0, facts['width'] / (SCREEN * COLUMN)):.0%}"
            image |= {"alt": facts["alt"]} if "alt" in facts else {}
