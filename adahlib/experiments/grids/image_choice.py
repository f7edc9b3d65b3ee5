"""How the random search of image hashing chooses: by the MAP of validation queries, which are labelled images.

``python -m adahlib.experiments.grids.image_choice`` writes what it chose into the package.
"""

from pathlib import Path

import numpy as np

from adahlib.experiments.grids.choice import needed_record
from adahlib.experiments.grids.images import image_draw
from adahlib.experiments.image_chosen import FILE, image_arm_name
from adahlib.experiments.image_draws import IMAGE_ARMS, IMAGE_DRAWS
from adahlib.files import write_json


def image_draw_scores(method: str, variant: str, root: Path | str | None = None) -> list[float]:
    """Return the score of each draw of an arm: MAP over the validation database, labelled images among it.

    Raises:
        AdahError: a record is missing or stale.
    """
    runs = [image_draw(method, variant, draw) for draw in range(IMAGE_DRAWS)]
    return [needed_record(spec, root, "image-search")["metrics"]["map"] for spec in runs]


def choose_images(root: Path | str | None = None) -> dict[str, int]:
    """Return the number of the best draw by arm; of equal ones the first."""
    return {image_arm_name(*arm): int(np.argmax(image_draw_scores(*arm, root))) for arm in IMAGE_ARMS}


if __name__ == "__main__":
    write_json(choose_images(), FILE)
    print(FILE)
