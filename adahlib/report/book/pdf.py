"""The whole book as one PDF, without LaTeX: ``python -m adahlib.report.book.pdf``, or ``make pdf``.

Sphinx renders the staged pages as a single page, and a browser prints it. The book is built first, so that its live
pages are there.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from adahlib.errors import AdahError, UnavailableError
from adahlib.paths import PROJECT
from adahlib.report.book.build import build

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
MINUTES = 10  # that a browser may take


def find_browser() -> str:
    """Return the path of a browser that prints from the command line.

    Raises:
        UnavailableError: none is on the path.
    """
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    raise UnavailableError("a PDF needs a browser that prints: install chromium (Debian: apt install chromium).")


def single_page(source: Path, folder: Path) -> Path:
    """Render the staged book as one page in a folder; return the page."""
    jupyter_book = str(Path(sys.executable).with_name("jb"))
    options = ["--builder", "singlehtml", "--path-output", str(folder), "-q"]
    done = subprocess.run([jupyter_book, "build", str(source), *options], stdout=subprocess.DEVNULL)
    if done.returncode:
        raise AdahError(f"the book in {source} was not rendered as one page; the messages above say why.")
    root = folder / "_build" / "singlehtml"
    return (root / "book" / "intro.html").replace(root / "book.html")  # what it loads is named as from there


def print_page(browser: str, page: Path, target: Path, profile: Path) -> None:
    """Print a page as a PDF; the file is whole or absent.

    Raises:
        AdahError: the browser printed none, or had not ended after ``MINUTES``.
    """
    part, name = target.with_suffix(".part.pdf"), Path(browser).name
    part.unlink(missing_ok=True)  # of a killed command: it would pass for ours
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={profile}"]
    waiting = ["--virtual-time-budget=60000", f"--print-to-pdf={part}"]  # for formulas to be set
    try:
        done = subprocess.run([browser, *options, *waiting, page.as_uri()], capture_output=True, timeout=60 * MINUTES)
        if done.returncode or not part.is_file():
            raise AdahError(f"{name} printed no PDF: {done.stderr.decode(errors='replace')[-300:]}")
        part.replace(target)
    except subprocess.TimeoutExpired as error:
        raise AdahError(f"{name} had not printed the PDF after {MINUTES} minutes; it was stopped.") from error
    finally:
        part.unlink(missing_ok=True)


def build_pdf(project: Path = PROJECT) -> Path:
    """Return the PDF of the book, ``_build/adahlib.pdf``, made anew."""
    browser, folder = find_browser(), project / "_build"
    build(project)
    print("book: printing all pages as one PDF, some minutes", flush=True)
    with tempfile.TemporaryDirectory() as work:
        page = single_page(folder / "source", Path(work))
        print_page(browser, page, folder / "adahlib.pdf", Path(work, "profile"))
    return folder / "adahlib.pdf"


def main() -> int:
    """Print the book and the place of the PDF; return the exit code."""
    try:
        target = build_pdf()
    except AdahError as error:
        print(f"book: {error}", file=sys.stderr)
        return 2
    print(f"book: {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
