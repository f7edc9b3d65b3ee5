"""What the random search of image hashing chose: for each arm the number of a draw, kept with the package.

``python -m adahlib.experiments.grids.image_choice`` writes the file from the records of the grid ``image-search``. An
arm is chosen by its own draws alone, so that one whose draws are all made need not wait for another.
"""

import json
from pathlib import Path

from adahlib.errors import AdahError, unknown_name
from adahlib.experiments.image_draws import IMAGE_ARMS, drawn_image_options

FILE = Path(__file__).with_name("chosen_images.json")


def image_arm_name(method: str, variant: str) -> str:
    """Return an arm's name: ``ssdh``, ``ssgah-full``."""
    return f"{method}-{variant}" if variant else method


def chosen_image_draws() -> dict[str, int]:
    """Return the number of the chosen draw by arm; an arm whose draws are not all made is not in it."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}


def chosen_image_options(method: str, variant: str, choice: dict[str, int] | None = None) -> dict:
    """Return the options that were chosen for an arm.

    Args:
        method, variant: an arm of ``IMAGE_ARMS``.
        choice: the number of the draw by arm (default: ``chosen_image_draws``).

    Raises:
        AdahError: there is no such arm, or nothing was chosen for it yet.
    """
    name, choice = image_arm_name(method, variant), chosen_image_draws() if choice is None else choice
    if (method, variant) not in IMAGE_ARMS:
        raise unknown_name("arm of the search", name, [image_arm_name(*arm) for arm in IMAGE_ARMS])
    if name not in choice:
        raise AdahError(
            f"no options of {name} were chosen yet: run `adah grid image-search`, then "
            "`python -m adahlib.experiments.grids.image_choice`."
        )
    return drawn_image_options(method, variant, choice[name])
