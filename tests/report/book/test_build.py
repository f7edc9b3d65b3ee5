"""Building a small book: what is done again, what is not, and what a failure leaves behind."""

import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from adahlib.errors import AdahError
from adahlib.paths import PROJECT
from adahlib.report.book.build import build, digest, render, stage
from adahlib.report.book.contents import pages

LIVE_PAGES = [page.path for page in pages("live")]
LIVE_PAGE = LIVE_PAGES[0]
CHAPTERS = [f"  - file: {page.removesuffix('.ipynb')}" for page in LIVE_PAGES]


@pytest.fixture
def project(tmp_path):
    """A project with two pages, whose live page adds a line to ``runs`` each time it is executed."""
    files = {
        "_toc.yml": "\n".join(["format: jb-book", "root: book/intro", "chapters:", *CHAPTERS, ""]),
        "references.bib": "",
        "constraints.txt": "pins==1",
        "results/record.json": "{}",
        "adahlib/model.py": "x = 1",
        "adahlib/report/book/build.py": "",
        "book/intro.md": "# Intro\n",
        "book/_static/custom.css": "",
        "book/images/logo.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "book/images/favicon.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    shutil.copy(PROJECT / "_config.yml", tmp_path)
    count = f"with open({str(tmp_path / 'runs')!r}, 'a') as runs:\n    print('run', file=runs)"
    cells = [new_markdown_cell("# Live"), new_code_cell("n = 1", metadata={"tags": ["parameters"]})]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = new_notebook(cells=[*cells, new_code_cell(count)], metadata={"kernelspec": kernel})
    nbformat.write(notebook, tmp_path / LIVE_PAGE)
    for other in LIVE_PAGES[1:]:  # adds no line
        nbformat.write(new_notebook(cells=cells, metadata=notebook.metadata), tmp_path / other)
    return tmp_path


def runs(project):
    return len((project / "runs").read_text().splitlines())


@pytest.mark.slow
def test_each_step_is_repeated_only_when_what_it_reads_changed(project, tmp_path):
    committed = (project / LIVE_PAGE).read_bytes()
    first_page = build(project)
    rendered, other = first_page.stat().st_mtime_ns, first_page.with_name(f"{Path(LIVE_PAGE).stem}.html")
    written = other.stat().st_mtime_ns
    assert runs(project) == 1 and (project / "_build/html/index.html").is_file()

    assert build(project).stat().st_mtime_ns == rendered, "nothing changed, and the book was rendered again"
    assert runs(project) == 1

    (project / "book/intro.md").write_text("# Intro\n\n```{glossary}\nMAP\n  the mean of AP\n```\n")
    assert "mean of AP" in build(project).read_text()
    assert other.stat().st_mtime_ns == written, "a page that did not change was rendered again"
    assert_as_if_all_were_rendered(project, tmp_path / "once")

    (project / "book/intro.md").write_text("# Introduction\n\n```{glossary}\nAP\n  a mean\n```\n")
    assert "Introduction" in build(project).read_text()
    assert other.stat().st_mtime_ns > written, "the contents of the other page show the old title"
    assert_as_if_all_were_rendered(project, tmp_path / "twice")
    assert runs(project) == 1, "a change in the text executed the live page"

    (project / "adahlib/model.py").write_text("x = 2")
    build(project)
    assert runs(project) == 2, "a change in the library did not execute the live page"
    assert len(list((project / "_build/executed").iterdir())) == len(LIVE_PAGES)  # one copy of each
    assert (project / LIVE_PAGE).read_bytes() == committed


def assert_as_if_all_were_rendered(project, again):
    """Check that the book has the bytes that it has where all of its pages are rendered."""
    render(project / "_build/source", again)
    html, files = project / "_build/html", [path for path in again.rglob("*") if path.is_file()]
    assert [path for path in files if (html / path.relative_to(again)).read_bytes() != path.read_bytes()] == []


def test_staging_copies_what_changed_and_removes_what_is_gone(project, tmp_path):
    source = tmp_path / "staged"
    stage(project, source)
    kept, changed = source / "book/intro.md", source / "results/record.json"
    before = kept.stat().st_mtime_ns
    (project / "results/record.json").write_text("[]")
    (project / LIVE_PAGES[-1]).unlink()
    other = tmp_path / "other.ipynb"
    other.write_text("executed")
    stage(project, source, {LIVE_PAGE: other})
    assert kept.stat().st_mtime_ns == before and changed.read_text() == "[]"
    assert (source / LIVE_PAGE).read_text() == "executed" and not (source / LIVE_PAGES[-1]).exists()


@pytest.mark.slow
def test_a_warning_is_an_error_and_leaves_no_book(project):
    (project / "book/intro.md").write_text("# Intro\n\n{doc}`nowhere`\n")
    source, html = project / "_build/source", project / "_build/html"
    stage(project, source)
    html.mkdir()
    with pytest.raises(AdahError, match="was not built"):
        render(source, html)
    assert not html.exists()


def test_a_digest_sees_names_and_bytes_and_no_caches(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/one").write_text("1")
    first = digest(tmp_path, ["a"])
    (tmp_path / "a/__pycache__").mkdir()
    (tmp_path / "a/__pycache__/one.pyc").write_text("1")
    (tmp_path / "a/._status.ipynb").write_text("1")
    (tmp_path / "a/.ipynb_checkpoints").mkdir()
    (tmp_path / "a/.ipynb_checkpoints/status-checkpoint.ipynb").write_text("1")
    assert digest(tmp_path, ["a"]) == first
    (tmp_path / "a/one").rename(tmp_path / "a/two")
    renamed = digest(tmp_path, ["a"])
    (tmp_path / "a/two").write_text("2")
    assert len({first, renamed, digest(tmp_path, ["a"])}) == 3
