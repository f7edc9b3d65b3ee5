"""Progress bars: shown for anything that takes over two seconds, silent in logs that nobody watches."""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator

from tqdm import tqdm


class Progress(tqdm):
    """A tqdm bar; while somebody listens it is told to them and not drawn."""

    listener: Callable[[str, int, int], None] | None = None

    def display(self, msg=None, pos=None):
        if Progress.listener is None:
            return super().display(msg, pos)
        if msg is None:  # an empty message clears the bar
            Progress.listener(self.desc, self.n, self.total)
        return True


def progress(iterable: Iterable | None = None, **options) -> tqdm:
    """Return a tqdm bar that appears after two seconds; ``ADAH_PROGRESS=0`` silences it."""
    silent = os.environ.get("ADAH_PROGRESS") == "0" and Progress.listener is None
    return Progress(iterable, **{"delay": 2.0, "leave": False, "disable": silent} | options)


@contextlib.contextmanager
def reporting(listener: Callable[[str, int, int], None]) -> Iterator[None]:
    """Tell the bars of this process to ``listener(description, done, total)`` instead of drawing them."""
    Progress.listener = staticmethod(listener)
    try:
        yield
    finally:
        Progress.listener = None
