"""Progress bars: what they show in 80 columns, in a log, and in a notebook."""

import io

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from adahlib.progress import Progress, progress, reporting, shortened

LOSSES = {"I→T": "1.250", "T→I": "1.000", "I→T̂": "0.250", "max I→T̂": "0.250"}


class Terminal(io.StringIO):
    """A text that says it is a terminal."""

    def isatty(self):
        return True


def drawn(name: str, losses: dict, **options) -> str:
    """Return the last thing that a bar of 1,240 steps at its middle draws."""
    with Progress(total=1240, initial=620, desc=name, unit="step", file=Terminal(), **options) as bar:
        bar.set_postfix(losses)
        return str(bar)


@pytest.mark.parametrize("name", ["adah-both 16 bits, seed 0", "adah-both~quick~epochs=1~margin=2.0 16 bits, seed 0"])
def test_a_training_fits_80_columns(name):
    line = drawn(name, LOSSES, ncols=79)
    assert len(line) <= 79 and "loss 2.500]" in line and "620/1240" in line and "#" * 5 in line
    assert line.startswith(name[:13]) and "bits, seed 0:  50%" in line


def test_long_names_lose_their_middle():
    assert shortened("x" * 26) == "x" * 26
    assert shortened("a" * 30 + "b" * 30) == "a" * 13 + "…" + "b" * 12


def test_a_log_is_not_written_to_at_every_epoch(monkeypatch):
    log = io.StringIO()
    monkeypatch.setenv("ADAH_PROGRESS", "1")
    monkeypatch.setattr("sys.stderr", log)
    with progress(total=1000, delay=0) as bar:
        first = log.getvalue()
        for _ in range(1000):
            bar.update()
            bar.set_postfix(LOSSES)
        assert bar.mininterval == 10 and log.getvalue() == first


def test_whoever_listens_is_told_the_whole_name():
    told = []
    name = "adah-both~quick~epochs=1~margin=2.0 16 bits, seed 0"
    with reporting(lambda *event: told.append(event)), progress(total=2, desc=name, delay=0, mininterval=0) as bar:
        bar.update()
    assert (name, 1, 2) in told


CELL = """
import sys
if not {widgets}:
    sys.modules["ipywidgets"] = None
from adahlib.progress import progress
with progress(total=200, delay=0) as bar:
    for _ in range(200):
        time.sleep(0.005)  # a second, in which a terminal's bar moves ten times
        bar.update()
        bar.set_postfix({{"loss": "1.0"}})
"""


@pytest.mark.slow
@pytest.mark.parametrize("widgets", [True, False])
def test_a_notebook_is_not_flooded(widgets, monkeypatch):
    monkeypatch.setenv("ADAH_PROGRESS", "1")
    notebook = new_notebook(cells=[new_code_cell("import time" + CELL.format(widgets=widgets))])
    NotebookClient(notebook).execute()
    outputs = notebook.cells[0].outputs
    assert "Warning" not in str(outputs)
    if widgets:
        assert [set(output.data) for output in outputs] == [{"application/vnd.jupyter.widget-view+json", "text/plain"}]
    else:
        assert len("".join(output.text for output in outputs)) < 300
