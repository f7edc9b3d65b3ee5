"""The book as a PDF: printed by a real browser where there is one, and one sentence where there is none."""

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


def test_a_browser_that_fails_leaves_no_file(tmp_path):
    with pytest.raises(AdahError, match="printed no PDF"):
        pdf.print_page(shutil.which("false"), tmp_path / "page.html", tmp_path / "page.pdf", tmp_path / "profile")
    assert not list(tmp_path.iterdir())
