"""Run the pages on records again, in place: ``python -m adahlib.report.book.refresh [page ...]``, or ``make pages``.

For committing, after records or pages changed. The live pages are left alone: they are run when the book is built.
"""

import sys
from pathlib import Path

from adahlib.paths import PROJECT
from adahlib.report.book.contents import notebooks
from adahlib.report.book.execute import execute_page


def main(names: list[str]) -> int:
    """Run the named pages, or all that read records; return the exit code."""
    for page in [Path(name).resolve() for name in names] or notebooks(PROJECT):
        print(f"pages: {page.name}", file=sys.stderr)
        execute_page(page, page)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
