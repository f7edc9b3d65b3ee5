"""What the random search of image hashing chose: for each arm the number of a draw, kept with the package.

``python -m adahlib.experiments.grids.image_choice`` writes the file from the records of the grid ``image-search``.
"""

import json
from pathlib import Path

from adahlib.errors import AdahError
from adahlib.experiments.image_draws import drawn_image_options

FILE = Path(__file__).with_name("chosen_images.json")


def image_arm_name(method: str, variant: str) -> str:
    """Return an arm's name: ``ssdh``, ``ssgah-full``."""
    return f"{method}-{variant}" if variant else method


def chosen_image_draws() -> dict[str, int]:
    """Return the number of the chosen draw by arm; empty as long as nothing was chosen."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}


def needed_choice() -> dict[str, int]:
    """Return what ``chosen_image_draws`` returns; raise AdahError where nothing was chosen yet."""
    choice = chosen_image_draws()
    if not choice:
        raise AdahError(
            "no options of image hashing were chosen yet: run `adah grid image-search`, then "
            "`python -m adahlib.experiments.grids.image_choice`."
        )
    return choice


def chosen_image_options(method: str, variant: str, choice: dict[str, int]) -> dict:
    """Return the options that were chosen for an arm.

    Args:
        method, variant: an arm of ``IMAGE_ARMS``.
        choice: the number of the draw by arm, as ``chosen_image_draws`` has it.
    """
    return drawn_image_options(method, variant, choice[image_arm_name(method, variant)])
