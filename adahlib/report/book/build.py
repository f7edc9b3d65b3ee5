"""Build the book, as ``make book`` does: ``python -m adahlib.report.book.build``.

The sources are copied to ``_build/source``, the live pages of the copy are executed, and Jupyter Book renders
the copy into ``_build/html``. Both steps are skipped while a digest of all they read stays the same, so the
committed pages are never written to, and a failed build is never taken for a finished one. Where pages alone changed
since a finished build, these are rendered, to the same bytes as all of them would be.
"""

import filecmp
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import papermill

from adahlib.errors import AdahError
from adahlib.paths import PROJECT
from adahlib.report.book.contents import pages
from adahlib.report.book.execute import execute_page
from adahlib.visible import visible_paths

SOURCES = ("_config.yml", "_toc.yml", "references.bib", "book", "results")
DIGEST = ".inputs.sha256"  # inside _build/html: present only in a finished book
FRAME = ".frame.sha256"  # beside what is kept of the last finished book, of what all of its pages depend on
ALL_PAGES = ("_config.yml", "_toc.yml", "references.bib", "results", "book/_static", "book/images")


def digest(root: Path, names: Iterable[str]) -> str:
    """Return the SHA-256 of the names and bytes of all files at or under ``root / name``, caches left out."""
    total = hashlib.sha256()
    for path in sorted(path for name in names for path in _files(root / name)):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return total.hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return [file for file in visible_paths(path, "**/*") if file.is_file() and "__pycache__" not in file.parts]


def stage(project: Path, source: Path, instead: Mapping[str, Path] = MappingProxyType({})) -> None:
    """Make the folder ``source`` a copy of what the book is made of; a file that is equal there is not written again.

    Args:
        project: root of the project.
        source: the folder.
        instead: page → the file that is copied in its place.
    """
    paths = {path.relative_to(project).as_posix(): path for name in SOURCES for path in _files(project / name)}
    for path in [path for path in source.rglob("*") if path.is_file()]:
        if path.relative_to(source).as_posix() not in paths:
            path.unlink()
    for name, path in (paths | dict(instead)).items():
        copy = source / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if not (copy.is_file() and filecmp.cmp(path, copy, shallow=False)):
            shutil.copyfile(path, copy)


def executed_live_page(page: str, project: Path, folder: Path) -> Path:
    """Return an executed live page, run anew if the page, the library, the pins or the records changed."""
    stem, key = Path(page).stem, digest(project, (page, "adahlib", "results", "constraints.txt"))[:16]
    executed = folder / f"{stem}-{key}.ipynb"
    if executed.exists():
        print(f"book: {page} is up to date")
        return executed
    print(f"book: executing {page}", flush=True)
    execute_page(project / page, executed)
    for old in set(folder.glob(f"{stem}-*.ipynb")) - {executed}:
        old.unlink()
    return executed


def render(source: Path, html: Path, frame: str = "") -> None:
    """Render ``source`` into ``html``, with warnings as errors; ``html`` is whole or absent.

    Args:
        source: the folder with the pages.
        html: the folder for the book.
        frame: digest of what all pages depend on. The pages of a finished book with the same one are rendered only
            where they changed; without one all are, and nothing is kept for the next time.

    Raises:
        AdahError: Jupyter Book failed or warned; its messages are on stderr.
    """
    work = html.with_name(f"{html.name}.work")
    rendered, mark = work / "_build" / "html", work / FRAME
    if frame and (html / DIGEST).is_file() and mark.is_file() and mark.read_text() == frame:
        html.replace(rendered)
        shutil.rmtree(rendered / "_static")  # files that are there get a version in their address
    else:
        shutil.rmtree(work, ignore_errors=True)
    mark.unlink(missing_ok=True)
    shutil.rmtree(html, ignore_errors=True)
    jupyter_book = str(Path(sys.executable).with_name("jb"))
    options = ["--path-output", str(work), "-n", "-W", "--keep-going", "-q"]
    finished = subprocess.run([jupyter_book, "build", str(source), *options], stdout=subprocess.DEVNULL)
    if finished.returncode:
        shutil.rmtree(work, ignore_errors=True)
        raise AdahError(f"the book in {source} was not built: Jupyter Book's warnings above say why.")
    rendered.replace(html)
    if frame:
        mark.write_text(frame)
    else:
        shutil.rmtree(work)


def build(project: Path = PROJECT) -> Path:
    """Build the book of ``project`` into its ``_build/html`` if anything changed; return the first page."""
    folder = project / "_build"
    source, html = folder / "source", folder / "html"
    executed = {page.path: executed_live_page(page.path, project, folder / "executed") for page in pages("live")}
    stage(project, source, executed)
    library = digest(project, ("constraints.txt", "adahlib"))
    key = digest(source, SOURCES) + library
    if html.is_dir() and (html / DIGEST).is_file() and (html / DIGEST).read_text() == key:
        print("book: the pages are up to date")
    else:
        print("book: rendering the pages", flush=True)
        render(source, html, digest(source, ALL_PAGES) + library)
        (html / DIGEST).write_text(key)
    return html / "book" / "intro.html"


def main() -> int:
    """Build the book of this project and print the page to open; return the exit code."""
    try:
        first_page = build()
    except AdahError as error:
        print(f"book: {error}", file=sys.stderr)
        return 2
    except papermill.PapermillExecutionError as error:
        print(f"book: a live page failed:\n{error}", file=sys.stderr)
        return 1
    print(f"book: open {first_page}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
