"""What the commands that make records say of places: where records lie, and what is not on this machine."""

from collections import Counter
from pathlib import Path

from adahlib.errors import AdahError
from adahlib.paths import in_clone, may_write


def written_at(path: Path) -> int | None:
    """Return when a file was written, in nanoseconds; None if it is not there."""
    return path.stat().st_mtime_ns if path.exists() else None


def check_results(folder: Path) -> None:
    """Raise AdahError where no record can be written, before anything is trained for it."""
    if not may_write(folder):
        raise AdahError(
            f"{folder} cannot hold records: it is a file, or may not be written to; name another folder with --results "
            "or ADAH_RESULTS."
        )


def shown_path(path: Path) -> str:
    """Return a record's place: inside ``results/`` of the project of the current folder, else the whole path."""
    own = Path.cwd() / "results"
    path = path.absolute()
    return str(path.relative_to(own) if path.is_relative_to(own) else path)


def print_place(root: Path) -> None:
    """Print which folder the paths below start from, where it is not ``results/`` of the current folder.

    Of an installed package it says whose records they are: the project's own do not come with it.
    """
    if not in_clone():
        print(f"records are yours, in {root}; the project's own are in a clone of it, not in the installed package")
    elif root != Path.cwd() / "results":
        print(f"results folder: {root}")


def print_what_is_not_here(todo: list) -> None:
    """Print each data set of the runs that cannot be read here, with the reason and the number of runs."""
    from adahlib.datasets import is_pairs_file, load_with_split
    from adahlib.datasets.catalogue import RELEASE_OF
    from adahlib.experiments.grids.tasks import RunTask

    runs = Counter(task.spec.dataset for task in todo if isinstance(task, RunTask))
    for name, count in runs.items():
        if is_pairs_file(name) or RELEASE_OF[name].files:  # others are made here
            try:
                load_with_split(name, 0)
            except AdahError as error:
                print(f"{count} of these runs would fail: {error}")


def print_uncompared(states: list[tuple]) -> None:
    """Print of which data sets records count as done although their data is not here to be compared with."""
    from adahlib.experiments.grids.tasks import RunTask
    from adahlib.experiments.records.state import known_data

    done = [task.spec for task, state in states if state.name == "done" and isinstance(task, RunTask)]
    runs = Counter(spec.dataset for spec in done)
    for spec in {spec.dataset: spec for spec in done}.values():
        if known_data(spec) is None:
            count = f"{runs[spec.dataset]:,} record{'s' * (runs[spec.dataset] != 1)}"
            print(f"{count} of {spec.dataset}: compared by options and code alone, as the data is not here")


def imported_page_tasks():
    """Return the function that lists the pages; it needs the packages that execute them, and the pages themselves."""
    check_in_clone("grid pages needs the pages of the book")
    from adahlib.report.book.tasks import page_tasks

    return page_tasks


def check_in_clone(need: str) -> None:
    """Check that adahlib runs from a clone of the project.

    Args:
        need: what of it is needed for what, in words.

    Raises:
        AdahError: adahlib is installed without it.
    """
    if not in_clone():
        raise AdahError(f"{need}, which are in a clone of the project and not in the installed package; run it there.")
