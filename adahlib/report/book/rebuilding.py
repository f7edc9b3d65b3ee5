"""What Sphinx misses where it builds changed pages alone, a Sphinx extension: a page must not depend on earlier builds.

Sphinx reads and writes the pages that changed. Titles, numbers of figures and labels of a page also stand on others, in
the list of contents and in references: where one changes, all pages are written. The search loses the names of the
reference on pages that are not written again, unless they are kept, and keeps words that are on no page any more.
"""

import pickle
from pathlib import Path
from typing import Any

from sphinx.application import ENV_PICKLE_FILENAME, Sphinx
from sphinx.environment import BuildEnvironment

LAST = 1000  # after all that gives numbers and titles


def pages_to_write(app: Sphinx, environment: BuildEnvironment) -> list[str]:
    """Return all pages where something changed that a page shows of another one since the last build, else none."""
    before, now = getattr(environment, "adahlib_shared", None), shared(environment)
    environment.adahlib_shared = now  # type: ignore[attr-defined]
    return sorted(environment.all_docs) if before != now else []


def shared(environment: BuildEnvironment) -> dict[str, Any]:
    """Return what other pages show of a page: titles, numbers of figures, labels and names of the reference."""
    domains = environment.domaindata
    return {
        "titles": {page: title.astext() for page, title in environment.titles.items()},
        "sections": dict(environment.toc_secnumbers),
        "figures": {page: dict(kinds) for page, kinds in environment.toc_fignumbers.items()},
        "labels": dict(domains["std"]["labels"]),
        "objects": {name: (entry.docname, entry.node_id) for name, entry in domains["py"]["objects"].items()},
    }


def forget_words(app: Sphinx) -> list:
    """Take the words that no page holds out of the search index, before it is written; adds no page."""
    index = app.builder.indexer
    for words in (index._mapping, index._title_mapping):
        for word in [word for word, holders in words.items() if not holders]:
            del words[word]
    return []


def keep_index(app: Sphinx, exception: Exception | None) -> None:
    """Write Sphinx's state again, with what the search has of the pages: Sphinx does so before it writes them."""
    if exception is None and app.builder.name == "html":
        state = pickle.dumps(app.env, pickle.HIGHEST_PROTOCOL)
        (Path(app.doctreedir) / ENV_PICKLE_FILENAME).write_bytes(state)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the hooks to Sphinx."""
    app.connect("env-get-updated", pages_to_write, priority=LAST)
    app.connect("html-collect-pages", forget_words)
    app.connect("build-finished", keep_index)
    return {"version": "1", "parallel_read_safe": True}
