"""The book opens by double-click without a network: all it loads lies beside it (test_links.py: and exists)."""

import re

import pytest

pytestmark = pytest.mark.slow

LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "object": "data"}
METADATA_LINKS = {"index", "search", "next", "prev", "canonical", "author", "copyright"}


def loads(page):
    """The addresses a browser fetches to show the page (a link that is only followed on a click is none)."""
    for tag, attribute in LOADED.items():
        for element in page.find_all(tag, attrs={attribute: True}):
            if not METADATA_LINKS & set(element.get("rel", ())):
                yield element[attribute]


def is_remote(address):
    return bool(re.match(r"(https?:)?//", address))


def test_nothing_is_loaded_from_a_host(pages):
    remote = [(path.name, address) for path, page in pages.items() for address in loads(page) if is_remote(address)]
    assert not remote


def test_no_inline_script_or_style_names_a_host(pages):
    for path, page in pages.items():
        for element in page.find_all(["script", "style"]):
            assert "http:" not in element.text and "https:" not in element.text, f"{path.name}: {element}"


def test_no_style_sheet_loads_from_a_host(html):
    for path in html.rglob("*.css"):
        assert not re.search(r"(url\(|@import)\s*['\"]?(https?:)?//", path.read_text()), path.name


def test_mathematics_is_set_by_the_copy_in_the_book(html, pages):
    scripts = {script.get("src", "") for page in pages.values() for script in page.find_all("script")}
    (mathjax,) = {script for script in scripts if "mathjax" in script.lower()}
    assert mathjax.endswith("_static/mathjax/tex-chtml.js")
    assert list(html.glob("_static/mathjax/output/chtml/fonts/woff-v2/*.woff"))
