"""A data set of a few dozen painted walls, made in memory: for examples, for tests and for trying things out."""

import numpy as np

from adahlib.datasets.own.pairs import make_pairs
from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.photos import content_digests, joined_digest
from adahlib.errors import check_whole

COLOURS = {"red": (220, 40, 40), "green": (40, 200, 60), "blue": (50, 60, 220)}
PLACES = ("garden", "harbour", "station", "street")
NOISE = 60  # largest change of a pixel, of 255


def miniature_pairs(count: int = 60, side: int = 8, seed: int = 0) -> ImageTextPairs:
    """Return a small made-up data set of walls: each is red, green or blue, and every other one is striped.

    Nothing is read or downloaded. An image has a wall's colour with random noise, its text names the colour, the
    stripes and a place that the image does not show, and its labels are the colour and, for some, ``striped``. The
    numbers that methods reach on it say nothing about the methods.

    Args:
        count: number of pairs n, at least 6.
        side: height and width of the images in pixels, at least 2.
        seed: seed of noise and places.

    Returns:
        The pairs; ``images`` is one array, uint8 (n, side, side, 3).

    Raises:
        AdahError: ``count``, ``side`` or ``seed`` is not a whole number, or out of range.

    Example:
        >>> from adahlib.datasets import miniature_pairs
        >>> pairs = miniature_pairs()
        >>> pairs
        <ImageTextPairs 'miniature': 60 pairs, 12 tags, 4 labels>
        >>> pairs.captions[1]
        'a striped green wall in the garden'
        >>> pairs.images.shape, pairs.tags.shape, pairs.labels.shape
        ((60, 8, 8, 3), (60, 12), (60, 4))
    """
    count, side = check_whole("count", count, 6), check_whole("side", side, 2)
    draw = np.random.default_rng(check_whole("seed", seed, 0))
    images = draw.integers(-NOISE, NOISE, (count, side, side, 3))
    texts, labels = [], []
    for number, place in enumerate(draw.choice(PLACES, count)):
        colour, striped = list(COLOURS)[number % 3], number % 2 == 1
        images[number] += COLOURS[colour]
        if striped:
            images[number, ::2] += 255
        texts.append(f"a {'striped ' * striped}{colour} wall in the {place}")
        labels.append([colour, *["striped"] * striped])
    images = np.clip(images, 0, 255).astype(np.uint8)
    return make_pairs(
        name="miniature",
        ids=[f"wall{number:02d}" for number in range(count)],
        images=images,
        texts=texts,
        labels=labels,
        image_hash=joined_digest(content_digests(images)),
        minimum_count=1,
        provenance={"title": "miniature", "source": "drawn by adahlib.datasets.miniature_pairs", "left_out": 0},
    )
