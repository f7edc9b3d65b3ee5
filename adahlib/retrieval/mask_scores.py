"""How well attended cells of a feature map cover the true foreground, pixel by pixel."""

import numpy as np
from numpy.typing import ArrayLike

from adahlib.errors import AdahError
from adahlib.retrieval.inputs import as_zero_one


def mask_scores(attended: ArrayLike, foreground: ArrayLike) -> dict[str, float]:
    """Return how the attended cells agree with the foreground pixels.

    A cell stands for its block of (H/h) x (W/w) pixels, as if the map were upsampled by repetition;
    everything is then counted in pixels, so a cell that is half foreground counts half.

    Args:
        attended: (n, h, w) of 0/1, the binary attention mask of each item.
        foreground: (n, H, W) of 0/1, with H a multiple of h and W a multiple of w.

    Returns:
        ``iou``: mean over items of intersection ÷ union, without items that have neither (an empty union);
        ``attended_given_foreground``: share of all foreground pixels that are attended;
        ``attended_given_background``: share of all background pixels that are attended;
        ``attended_fraction``: share of all pixels that are attended.
        Each in 0..1, nan where there is nothing to divide by.

    Raises:
        AdahError: if a mask is not 0/1, or the shapes do not fit.
    """
    attended = as_zero_one(attended, "attended", dimensions=3)
    foreground = as_zero_one(foreground, "foreground", dimensions=3)
    area = cell_area(attended.shape, foreground.shape)
    pixels = foreground_per_cell(foreground, attended.shape)
    both = (attended * pixels).sum(axis=(1, 2))
    chosen, true = attended.sum(axis=(1, 2)) * area, pixels.sum(axis=(1, 2))
    return {
        "iou": mean_iou(both, chosen + true - both),
        "attended_given_foreground": share(both.sum(), true.sum()),
        "attended_given_background": share((chosen - both).sum(), foreground.size - true.sum()),
        "attended_fraction": share(chosen.sum(), foreground.size),
    }


def cell_area(cells: tuple[int, ...], pixels: tuple[int, ...]) -> int:
    """Return the pixels per cell; raise AdahError unless whole cells tile (n, H, W)."""
    (n, h, w), (m, height, width) = cells, pixels
    if not all(cells) or not all(pixels):
        raise AdahError(f"attended has shape {cells} and foreground {pixels}; neither may be empty.")
    if n != m or height % h or width % w:
        raise AdahError(
            f"attended has shape {cells} and foreground {pixels}; "
            "give as many items, and a height and width that are multiples of the map's."
        )
    return (height // h) * (width // w)


def foreground_per_cell(foreground: np.ndarray, cells: tuple[int, ...]) -> np.ndarray:
    """Return int64 (n, h, w): the foreground pixels inside each cell."""
    n, h, w = cells
    blocks = foreground.reshape(n, h, foreground.shape[1] // h, w, foreground.shape[2] // w)
    return blocks.sum(axis=(2, 4))


def mean_iou(intersection: np.ndarray, union: np.ndarray) -> float:
    """Return the mean ratio over items with a non-empty union; nan if there is none."""
    scored = union > 0
    return float((intersection[scored] / union[scored]).mean()) if scored.any() else float("nan")


def share(part: int, whole: int) -> float:
    """Return part / whole, nan where the whole is 0."""
    return float(part / whole) if whole else float("nan")
