"""Progress bars: shown for anything that takes over two seconds, as the place where they are shown can show them.

A terminal has a moving line as wide as itself; a notebook that can show widgets has one widget a bar; a log, or another
notebook, is written to every ten seconds.
"""

import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping

from tqdm import tqdm

LONGEST_NAME = 26  # characters of a description that are shown
WITH_LOSS = "{l_bar}{bar}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}{postfix}]"  # in the place of the steps a second
SECONDS_IN_A_LOG = 10.0  # before a bar is written again
BESIDE_THE_NAMES = 60  # columns that a bar, its counts and its times take


class ShortTexts:
    """What bars of every kind show of a training: its name cut short, and one number of all its losses."""

    @property
    def format_dict(self) -> dict:
        """What tqdm makes the bar's text of, with a description that leaves room for the bar."""
        parts = super().format_dict
        return parts | {"prefix": shortened(parts["prefix"])}

    def set_postfix(self, losses: Mapping[str, str]) -> None:
        """Show the sum of an epoch's losses from the next update on; ``history_`` keeps each under its own name.

        The terms that ADAH's attention maximises (``"max …"``) are left out: they are among the others already.
        """
        total = sum(float(value) for name, value in losses.items() if not name.startswith("max "))
        self.bar_format = WITH_LOSS
        self.set_postfix_str(f"loss {total:.3f}", refresh=False)  # a refresh would write to a log at every epoch


class Progress(ShortTexts, tqdm):
    """A line of text; while somebody listens it is told to them and not drawn."""

    listener: Callable[[str, int, int], None] | None = None

    def display(self, msg=None, pos=None):
        if Progress.listener is None:
            return super().display(msg, pos)
        if msg is None:  # an empty message clears the bar
            Progress.listener(self.desc, self.n, self.total)
        return True


def progress(iterable: Iterable | None = None, **options) -> tqdm:
    """Return a tqdm bar that appears after two seconds; see ``ADAH_PROGRESS`` in ``adahlib.environment``."""
    silent = os.environ.get("ADAH_PROGRESS") == "0" and Progress.listener is None
    common = {"delay": 2.0, "leave": False, "disable": silent}
    if shows_widgets():
        return widget_class()(iterable, **common | options)
    often = {} if sys.stderr.isatty() or Progress.listener else {"mininterval": SECONDS_IN_A_LOG}
    return Progress(iterable, **common | often | {"dynamic_ncols": True} | options)


def shows_widgets() -> bool:
    """Return whether this is a notebook that can show widgets, and somebody may look at it."""
    if "ipykernel.zmqshell" not in sys.modules or os.environ.get("ADAH_PROGRESS") == "text" or Progress.listener:
        return False
    with contextlib.suppress(ImportError):
        import ipywidgets  # noqa: F401

        return True
    return False


def widget_class() -> type[tqdm]:
    """Return the class of bars that are widgets of a notebook."""
    from tqdm.notebook import tqdm_notebook

    class Widget(ShortTexts, tqdm_notebook):
        """A widget: it is one output of a cell, however often it moves."""

    return Widget


def shortened(text: str) -> str:
    """Return a text of at most ``LONGEST_NAME`` characters; a longer one loses its middle."""
    half = (LONGEST_NAME - 1) // 2
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - half - 1]}…{text[-half:]}"


def room_beside_a_bar() -> int:
    """Return how many characters of a terminal's line a bar with its counts and times leaves."""
    return shutil.get_terminal_size().columns - BESIDE_THE_NAMES


@contextlib.contextmanager
def reporting(listener: Callable[[str, int, int], None]) -> Iterator[None]:
    """Tell the bars of this process to ``listener(description, done, total)`` instead of drawing them."""
    Progress.listener = staticmethod(listener)
    try:
        yield
    finally:
        Progress.listener = None
