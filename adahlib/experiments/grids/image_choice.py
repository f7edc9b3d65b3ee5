"""How the random search of image hashing chooses: by the MAP of validation queries, which are labelled images.

``python -m adahlib.experiments.grids.image_choice`` writes what it chose into the package, and says which arms lack
draws.
"""

import sys
from pathlib import Path

import numpy as np

from adahlib.errors import AdahError
from adahlib.experiments.grids.choice import needed_record
from adahlib.experiments.grids.images import image_draw
from adahlib.experiments.image_chosen import FILE, image_arm_name
from adahlib.experiments.image_draws import IMAGE_ARMS, IMAGE_DRAWS
from adahlib.experiments.records.state import run_state
from adahlib.files import write_json


def image_draw_scores(method: str, variant: str, root: Path | str | None = None) -> list[float]:
    """Return the score of each draw of an arm: MAP over the validation database, labelled images among it.

    Raises:
        AdahError: a record is missing or stale.
    """
    runs = [image_draw(method, variant, draw) for draw in range(IMAGE_DRAWS)]
    return [needed_record(spec, root, "image-search")["metrics"]["map"] for spec in runs]


def lacking_draws(root: Path | str | None = None) -> dict[str, int]:
    """Return how many draws are missing or stale, by arm; arms that lack none are left out."""
    draws = {arm: [image_draw(*arm, number) for number in range(IMAGE_DRAWS)] for arm in IMAGE_ARMS}
    todo = {
        image_arm_name(*arm): sum(run_state(spec, root, with_data=False).name != "done" for spec in specs)
        for arm, specs in draws.items()
    }
    return {name: count for name, count in todo.items() if count}


def choose_images(root: Path | str | None = None) -> dict[str, int]:
    """Return the number of the best draw by arm, of equal ones the first; arms that lack draws are left out.

    Raises:
        AdahError: every arm lacks draws.
    """
    lacking = lacking_draws(root)
    whole = [arm for arm in IMAGE_ARMS if image_arm_name(*arm) not in lacking]
    if not whole:
        raise AdahError("every arm lacks draws; `adah grid image-search` makes what is missing.")
    return {image_arm_name(*arm): int(np.argmax(image_draw_scores(*arm, root))) for arm in whole}


def main() -> int:
    """Write the choice, and print its file and the arms that lack draws; return the exit code."""
    try:
        write_json(choose_images(), FILE)
    except AdahError as error:
        print(f"image_choice: {error}", file=sys.stderr)
        return 2
    print(FILE)
    for name, count in lacking_draws().items():
        print(f"not chosen: {name}, {count} of {IMAGE_DRAWS} draws are missing or stale (adah grid image-search)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
