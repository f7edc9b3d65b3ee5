"""The links of the rendered book: what lies in the book is there, with the place in it that a link names."""

from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

pytestmark = pytest.mark.slow
ADDRESSES = (("a", "href"), ("link", "href"), ("img", "src"), ("script", "src"))


def broken(page, soup, places):
    """Yield the addresses on a page that lead nowhere: no file of the book, or no such place in it.

    Args:
        page: its path.
        soup: the parsed page.
        places: the ids of every page, by its path.
    """
    for tag, name in ADDRESSES:
        for element in soup.find_all(tag, attrs={name: True}):
            address = urlsplit(element[name])
            if address.scheme in ("http", "https", "mailto", "data"):
                continue
            target = (page.parent / unquote(address.path)).resolve() if address.path else page
            there = target.is_file() and not address.scheme
            place = unquote(address.fragment)
            if there and place and target in places:
                there = place in places[target]
            if not there:
                yield element[name]


def ids(soup):
    return {element["id"] for element in soup.find_all(id=True)}


def test_every_link_inside_the_book_leads_somewhere(pages):
    places = {page: ids(soup) for page, soup in pages.items()}
    found = {page.name: list(broken(page, soup, places)) for page, soup in pages.items()}
    assert {page: links for page, links in found.items() if links} == {}


def test_a_link_to_nowhere_is_found(tmp_path):
    here, there = tmp_path / "here.html", tmp_path / "there.html"
    there.write_text("<p id='place'></p>")
    text = "<a href='there.html#place'></a><a href='there.html#gone'></a><a href='gone.html'></a><a href='file:///x'></a>"
    here.write_text(text)
    pages = {path: BeautifulSoup(path.read_text(), "html.parser") for path in (here, there)}
    places = {path: ids(soup) for path, soup in pages.items()}
    assert list(broken(here, pages[here], places)) == ["there.html#gone", "gone.html", "file:///x"]


def test_next_and_previous_follow_the_contents(html, pages):
    page, seen = html / "book" / "intro.html", []
    while page is not None:
        seen.append(page.stem)
        link = pages[page].select_one("a.right-next")
        page = (page.parent / link["href"]).resolve() if link else None
    listed = [file.stem for file in sorted((html / "book").glob("*.html"))]
    assert sorted(seen) == listed and len(set(seen)) == len(seen)
