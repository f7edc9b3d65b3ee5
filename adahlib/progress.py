"""Progress bars: shown for anything that takes over two seconds, silent in logs that nobody watches."""

import os
from collections.abc import Iterable

from tqdm import tqdm


def progress(iterable: Iterable | None = None, **options) -> tqdm:
    """Return a tqdm bar that appears after two seconds; ``ADAH_PROGRESS=0`` silences it."""
    options.setdefault("delay", 2.0)
    options.setdefault("leave", False)
    options.setdefault("disable", os.environ.get("ADAH_PROGRESS") == "0")
    return tqdm(iterable, **options)
