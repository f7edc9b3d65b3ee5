"""The rendered book: no warnings, two builds the same, and every picture and table says what it is."""

import filecmp
import re
from importlib import import_module

import pytest

from adahlib.report.book.build import render
from adahlib.report.book.contents import PACKAGES

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def articles(pages):
    return {path.name: page.article for path, page in pages.items() if path.parent.name == "book"}


def test_two_builds_are_byte_identical(source, html, tmp_path):
    again = tmp_path / "html"
    render(source, again)
    names = {path.relative_to(html).as_posix() for path in html.rglob("*") if path.is_file()}
    assert names == {path.relative_to(again).as_posix() for path in again.rglob("*") if path.is_file()}
    equal, different, unreadable = filecmp.cmpfiles(html, again, names, shallow=False)
    assert (set(equal), different, unreadable) == (names, [], [])


def test_the_reference_has_an_entry_for_every_public_name(articles):
    found = {entry["id"] for page in articles.values() for entry in page.select("dt.sig-object[id]")}
    packages = ["models.backbones" if package == "models" else package for package in PACKAGES]
    for package in (*packages, "methods.images", "errors"):
        for name in import_module(f"adahlib.{package}").__all__:
            assert {f"adahlib.{package}.{name}", f"adahlib.methods.images.{name}"} & found, f"{package}.{name}"


def test_every_picture_has_an_alt_text(articles):
    for page, article in articles.items():
        for image in article.find_all("img"):
            alt = image.get("alt", "")
            assert " " in alt.strip(), f"{page}: {image['src'][:80]} has no alt text but {alt!r}"
            assert not re.search(r"\.(png|svg|jpe?g|gif)$", alt), f"{page}: the alt text is a file name"


def test_every_picture_stands_in_a_numbered_figure_with_a_caption(articles):
    for page, article in articles.items():
        for image in article.find_all("img"):
            figure = image.find_parent("figure")
            caption = figure and figure.find("figcaption")
            assert caption, f"{page}: {image.get('alt')!r} has no caption"
            assert caption.select_one(".caption-number"), f"{page}: {image.get('alt')!r} has no number"
            assert caption.select_one(".caption-text").get_text(strip=True)


def test_every_table_of_the_text_has_a_caption(articles):
    for page, article in articles.items():
        for table in [] if page.startswith("api_") else article.select("table:not(.dataframe)"):
            assert table.caption, f"{page}: a table has no caption"
            assert table.caption.select_one(".caption-text").get_text(strip=True)
