"""The numbers of figures and tables on the first page of the book, a Sphinx extension.

A page's figures and tables are numbered by page: Fig. 7.1 is the first of page 7. Sphinx gives the first page of a book
no number, so that its figures were called Fig. 1 and Table 1, as those of the papers are. Here it is page 0.
"""

from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

AFTER_SPHINX = 900  # Sphinx numbers figures at 500 of the same event


def number_first_page(app: Sphinx, environment: BuildEnvironment) -> list[str]:
    """Give the figures and tables of the first page the numbers 0.1, 0.2, …; return the pages that change by it."""
    first = app.config.root_doc
    kinds = environment.toc_fignumbers.get(first, {})
    for numbers in kinds.values():
        numbers.update({name: (0, *number) for name, number in numbers.items() if len(number) == 1})
    return [first] if kinds else []


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the hook to Sphinx."""
    app.connect("env-get-updated", number_first_page, priority=AFTER_SPHINX)
    return {"version": "1", "parallel_read_safe": True}
