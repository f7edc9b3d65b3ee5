"""The one table of the book's pages, against its files, Jupyter Book's contents and the Makefile."""

import subprocess
import sys

import pytest
import yaml

from adahlib.experiments.grids.lists import BOOK as GRIDS_OF_THE_BOOK
from adahlib.experiments.grids.lists import GRIDS
from adahlib.paths import PROJECT
from adahlib.report.book.contents import BOOK, PARTS, ROOT, ignored_by_tests, notebooks, pages


def test_the_contents_are_those_of_jupyter_book():
    toc = yaml.safe_load((PROJECT / "_toc.yml").read_text())
    assert toc["root"] == f"book/{ROOT.stem}"
    parts = {part["caption"]: [chapter["file"] for chapter in part["chapters"]] for part in toc["parts"]}
    assert parts == {caption: [f"book/{page.stem}" for page in found] for caption, found in PARTS.items()}
    assert list(parts) == list(PARTS)


def test_each_page_is_a_file_and_each_file_a_page():
    folder = PROJECT / "book"
    files = {f"book/{path.name}" for path in (*folder.glob("*.ipynb"), *folder.glob("*.md"))}
    assert {page.path for page in BOOK} == files and len({page.stem for page in BOOK}) == len(BOOK)


def test_pages_show_grids_and_benchmarks_that_there_are():
    measured = {path.stem for path in (PROJECT / "results" / "benchmarks").glob("*.json")}
    for page in BOOK:
        assert set(page.grids) <= {*GRIDS, "all"} and set(page.benchmarks) <= measured
    assert {name for page in BOOK for name in page.grids} - {"all"} == set(GRIDS_OF_THE_BOOK)
    shown = [name for page in BOOK for name in page.benchmarks]
    assert sorted(shown) == sorted(measured)


def test_every_notebook_is_either_live_or_on_records():
    on_records = {path.name for path in notebooks(PROJECT)}
    live = {f"{page.stem}.ipynb" for page in pages("live")}
    assert on_records | live == {path.name for path in (PROJECT / "book").glob("*.ipynb")} and not on_records & live
    for page in pages("live"):
        assert "train(spec" in (PROJECT / page.path).read_text()


@pytest.mark.slow
def test_make_test_leaves_out_just_the_live_pages():
    command = [sys.executable, "-m", "adahlib.report.book.contents", "--ignore"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT).stdout
    assert shown.split() == ignored_by_tests() == [f"--ignore={page.path}" for page in pages("live")]
    assert "$(PY) -m adahlib.report.book.contents --ignore" in (PROJECT / "Makefile").read_text()
