"""The book as a PDF: printed by a real browser where there is one, and one sentence where there is none."""

import re
import shutil

import pytest

from adahlib.errors import AdahError, UnavailableError
from adahlib.report.book import pdf

PAGE = "<!doctype html><title>t</title><p>attended and unattended</p>"


def test_without_a_browser_there_is_one_sentence(monkeypatch, capsys):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UnavailableError, match="install chromium"):
        pdf.find_browser()
    assert pdf.main() == 2 and capsys.readouterr().err.startswith("book: a PDF needs a browser")


@pytest.mark.slow
@pytest.mark.skipif(not any(map(shutil.which, pdf.BROWSERS)), reason="no browser that prints is here")
def test_a_page_is_printed_whole(tmp_path):
    page, target = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_text(PAGE)
    pdf.print_page(pdf.find_browser(), page, target, tmp_path / "profile")
    assert target.read_bytes().startswith(b"%PDF") and b"%%EOF" in target.read_bytes()[-64:]
    assert not list(tmp_path.glob("*.part.pdf"))


@pytest.mark.slow
def test_all_that_the_single_page_loads_is_there(tmp_path):
    source, picture = tmp_path / "source", "<svg xmlns='http://www.w3.org/2000/svg'/>"
    files = {
        "_toc.yml": "format: jb-book\nroot: book/intro\nchapters:\n  - file: book/second\n",
        "_config.yml": "title: A book\nexecute:\n  execute_notebooks: off\nhtml:\n  favicon: book/images/logo.svg\n",
        "book/intro.md": "# Intro\n",
        "book/second.md": "# Second\n\n![a picture](images/logo.svg)\n",
        "book/images/logo.svg": picture,
    }
    for name, text in files.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text)
    page = pdf.single_page(source, tmp_path / "work")
    loaded = [each for each in re.findall(r'(?:src|<link[^>]*href)="([^"#?]+)', page.read_text()) if "//" not in each]
    assert any("logo" in each for each in loaded) and "Second" in page.read_text()
    lacking = {each for each in loaded if not (page.parent / each).is_file() and not each.endswith(".html")}
    assert lacking <= {"searchindex.js"}  # on paper nothing is searched


def test_a_browser_that_fails_leaves_no_file(tmp_path):
    with pytest.raises(AdahError, match="printed no PDF"):
        pdf.print_page(shutil.which("false"), tmp_path / "page.html", tmp_path / "page.pdf", tmp_path / "profile")
    assert not list(tmp_path.iterdir())


def test_what_a_killed_command_left_is_not_taken_for_the_pdf(tmp_path):
    (tmp_path / "page.part.pdf").write_bytes(b"%PDF half")
    with pytest.raises(AdahError, match="printed no PDF"):
        pdf.print_page(shutil.which("true"), tmp_path / "page.html", tmp_path / "page.pdf", tmp_path / "profile")
    assert not list(tmp_path.iterdir())


def test_a_browser_that_hangs_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "MINUTES", 0.002)
    browser = tmp_path / "browser"
    browser.write_text("#!/bin/sh\nexec sleep 20\n")
    browser.chmod(0o755)
    with pytest.raises(AdahError, match="^browser had not printed the PDF after 0.002 minutes; it was stopped.$"):
        pdf.print_page(str(browser), tmp_path / "page.html", tmp_path / "page.pdf", tmp_path / "profile")
