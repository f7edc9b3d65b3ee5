"""Build the book, as ``make book`` does: ``python -m adahlib.report.book.build``.

The sources are copied to ``_build/source``, the live pages of the copy are executed, and Jupyter Book renders
the copy into ``_build/html``. Both steps are skipped while a digest of all they read stays the same, so the
committed pages are never written to, and a failed build is never taken for a finished one.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import papermill

from adahlib.errors import AdahError
from adahlib.paths import PROJECT
from adahlib.report.book.contents import pages
from adahlib.report.book.execute import execute_page
from adahlib.visible import visible_paths

SOURCES = ("_config.yml", "_toc.yml", "references.bib", "book", "results")
DIGEST = ".inputs.sha256"  # inside _build/html: present only in a finished book


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


def stage(project: Path, source: Path) -> None:
    """Replace the folder ``source`` by a copy of what the book is made of."""
    shutil.rmtree(source, ignore_errors=True)
    for path in (path for name in SOURCES for path in _files(project / name)):
        copy = source / path.relative_to(project)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)


def executed_live_page(page: str, project: Path, source: Path, folder: Path) -> Path:
    """Return an executed live page, run anew if the page, the library, the pins or the records changed."""
    stem, key = Path(page).stem, digest(project, (page, "adahlib", "results", "constraints.txt"))[:16]
    executed = folder / f"{stem}-{key}.ipynb"
    if executed.exists():
        print(f"book: {page} is up to date")
        return executed
    print(f"book: executing {page}", flush=True)
    execute_page(source / page, executed)
    for old in set(folder.glob(f"{stem}-*.ipynb")) - {executed}:
        old.unlink()
    return executed


def render(source: Path, html: Path) -> None:
    """Render ``source`` into ``html`` from scratch, with warnings as errors; ``html`` is whole or absent.

    Raises:
        AdahError: Jupyter Book failed or warned; its messages are on stderr.
    """
    work = html.with_name(f"{html.name}.work")
    for folder in (work, html):
        shutil.rmtree(folder, ignore_errors=True)
    jupyter_book = str(Path(sys.executable).with_name("jb"))
    options = ["--path-output", str(work), "-n", "-W", "--keep-going", "-q"]
    finished = subprocess.run([jupyter_book, "build", str(source), *options], stdout=subprocess.DEVNULL)
    if finished.returncode:
        raise AdahError(f"the book in {source} was not built: Jupyter Book's warnings above say why.")
    (work / "_build" / "html").replace(html)
    shutil.rmtree(work)


def build(project: Path = PROJECT) -> Path:
    """Build the book of ``project`` into its ``_build/html`` if anything changed; return the first page."""
    folder = project / "_build"
    source, html = folder / "source", folder / "html"
    stage(project, source)
    for page in pages("live"):
        shutil.copyfile(executed_live_page(page.path, project, source, folder / "executed"), source / page.path)
    key = digest(source, SOURCES) + digest(project, ("constraints.txt", "adahlib"))
    if html.is_dir() and (html / DIGEST).is_file() and (html / DIGEST).read_text() == key:
        print("book: the pages are up to date")
    else:
        print("book: rendering the pages", flush=True)
        render(source, html)
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
