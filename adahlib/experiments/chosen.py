"""What the random search chose: for each data set and arm the number of a draw, kept with the package.

The profile ``chosen`` is made of it. ``python -m adahlib.experiments.grids.choice`` writes the file from the records
of the grid ``random-search``.
"""

import functools
import json
from pathlib import Path

from adahlib.errors import AdahError
from adahlib.experiments.draws import ARMS, drawn_options

FILE = Path(__file__).with_name("chosen.json")
USUAL = "mirflickr25k"  # whose options a data set has that was not searched


def arm_name(method: str, attention: str) -> str:
    """Return an arm's name, as labels of runs begin with it: ``adah-none``, ``dcmh``."""
    return f"{method}-{attention}" if attention else method


@functools.cache
def chosen_draws() -> dict[str, dict[str, int]]:
    """Return the number of the chosen draw by data set and arm."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def chosen_options(dataset: str, method: str, attention: str) -> dict:
    """Return the options that were chosen for a method.

    Args:
        dataset: its name; one that was not searched has the photos' options.
        method: a method with an arm; others have no options to choose.
        attention: of ADAH; textual attention alone was not searched and has the options of both.
    """
    own = "both" if attention == "textual" else attention
    arm = method, own if method == "adah" else ""
    if arm not in ARMS:
        raise AdahError(f"profile chosen: the random search has no arm of {arm_name(*arm)}.")
    draws = chosen_draws()
    return drawn_options(*arm, draws.get(dataset, draws[USUAL])[arm_name(*arm)])
