"""The book, rendered once from the committed pages: nothing is executed."""

import pytest
from bs4 import BeautifulSoup

from adahlib.paths import PROJECT
from adahlib.report.book.build import render, stage


@pytest.fixture(scope="session")
def source(tmp_path_factory):
    """The staged sources of the book."""
    folder = tmp_path_factory.mktemp("book") / "source"
    stage(PROJECT, folder)
    return folder


@pytest.fixture(scope="session")
def html(source):
    """The rendered book; Jupyter Book's warnings are errors."""
    folder = source.with_name("html")
    render(source, folder)
    return folder


@pytest.fixture(scope="session")
def pages(html):
    """Every page of the book as it was parsed, by its path; no test changes one."""
    paths = sorted([*html.glob("*.html"), *html.glob("book/*.html")])
    assert len(paths) > 30
    return {path: BeautifulSoup(path.read_text(), "html.parser") for path in paths}
