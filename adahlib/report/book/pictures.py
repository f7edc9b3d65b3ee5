"""Whether two pictures show the same: fonts and smoothing may differ by a shade, a line may not stand elsewhere."""

import io

import numpy as np
from PIL import Image, ImageFilter

WIDTH = 400  # pixels at which pictures are compared
SHADE, SHARE = 32, 1e-3  # of 255, and of all pixels: how many may differ by more than a shade


def look_alike(first: bytes, second: bytes) -> bool:
    """Return whether two encoded pictures of one size differ nowhere by more than their smoothing.

    Args:
        first, second: files of pictures, PNG or another format that Pillow reads.
    """
    one, two = (Image.open(io.BytesIO(file)).convert("L") for file in (first, second))
    if one.size != two.size:
        return False
    gap = np.abs(small(one) - small(two))
    return float((gap > SHADE).mean()) <= SHARE


def small(picture: Image.Image) -> np.ndarray:
    """Return a grey picture at the width of comparison, softened by a pixel."""
    height = max(1, round(picture.height * WIDTH / picture.width))
    softened = picture.resize((WIDTH, height), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(1))
    return np.asarray(softened, dtype=float)
