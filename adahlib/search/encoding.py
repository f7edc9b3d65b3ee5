"""Pictures to codes, a batch at a time, with progress: what every model in a file does."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from adahlib.progress import progress
from adahlib.retrieval import BinaryCodes

BATCH = 64
SIDE_LIMIT = 1024  # px of an image as the backbone takes it; a batch of larger ones takes gigabytes


def encode_pictures(
    pictures: Sequence[np.ndarray], encode: Callable[[Iterable[np.ndarray]], BinaryCodes], bits: int
) -> BinaryCodes:
    """Return codes of RGB pictures, uint8 (height, width, 3) each, decoded on access.

    Args:
        pictures: of any size.
        encode: ``encode(batch)``, the codes of some pictures.
        bits: code length.
    """
    codes = []
    for start in progress(range(0, len(pictures), BATCH), desc="encoding images", unit="batch"):
        block = (pictures[i] for i in range(start, min(start + BATCH, len(pictures))))
        codes.append(encode(block).packed)
    return BinaryCodes(np.concatenate(codes), bits)
