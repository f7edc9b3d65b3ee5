"""How well attended cells of a feature map cover the true foreground, pixel by pixel."""

import numpy as np
from numpy.typing import ArrayLike

from adahlib.errors import AdahError
from adahlib.retrieval.inputs import as_zero_one


def mask_scores(attended: ArrayLike, foreground: ArrayLike) -> dict[str, float]:
    """Return how well the attended cells of feature maps cover the true foreground of their images.

    A cell stands for its block of (H/h) x (W/w) pixels, as if the map were upsampled by repetition; everything is
    then counted in pixels, so a cell that is half foreground counts half. A pixel on the border of cells is shared
    out by area, so the sides need not be multiples.

    Args:
        attended: (n, h, w) of 0/1, the binary attention mask of each item.
        foreground: (n, H, W) of 0/1.

    Returns:
        ``iou``: mean over items of intersection ÷ union, without items that have neither (an empty union);
        ``attended_given_foreground``: share of all foreground pixels that are attended;
        ``attended_given_background``: share of all background pixels that are attended;
        ``attended_fraction``: share of all pixels that are attended.
        Each in 0..1, nan where there is nothing to divide by.

    Raises:
        AdahError: if a mask is not 0/1, or the shapes do not fit.

    Example:
        >>> from adahlib.retrieval import mask_scores
        >>> attended = [[[1, 0]]]  # one image; the left one of two cells is attended
        >>> foreground = [[[1, 0, 0, 0]]]  # of four pixels the first one is foreground
        >>> mask_scores(attended, foreground)["iou"]
        0.5
    """
    attended = as_zero_one(attended, "attended", dimensions=3)
    foreground = as_zero_one(foreground, "foreground", dimensions=3)
    area = checked_area(attended.shape, foreground.shape)
    pixels = foreground_per_cell(foreground, attended.shape)
    both = (attended * pixels).sum(axis=(1, 2))
    chosen, true = attended.sum(axis=(1, 2)) * area, pixels.sum(axis=(1, 2))
    return {
        "iou": mean_iou(both, chosen + true - both),
        "attended_given_foreground": share(both.sum(), true.sum()),
        "attended_given_background": share((chosen - both).sum(), foreground.size - true.sum()),
        "attended_fraction": share(chosen.sum(), foreground.size),
    }


def checked_area(cells: tuple[int, ...], pixels: tuple[int, ...]) -> float:
    """Return the pixels per cell; raise AdahError unless there are as many masks as foregrounds, and some."""
    if not all(cells) or not all(pixels):
        raise AdahError(f"attended has shape {cells} and foreground {pixels}; neither may be empty.")
    if cells[0] != pixels[0]:
        raise AdahError(f"attended has shape {cells} and foreground {pixels}; give as many items of both.")
    return (pixels[1] / cells[1]) * (pixels[2] / cells[2])


def foreground_per_cell(foreground: np.ndarray, cells: tuple[int, ...]) -> np.ndarray:
    """Return float64 (n, h, w): the foreground pixels inside each cell, parts of pixels included."""
    rows, columns = (overlap(*sides) for sides in zip(cells[1:], foreground.shape[1:], strict=True))
    return rows @ foreground.astype(np.float64) @ columns.T


def overlap(cells: int, pixels: int) -> np.ndarray:
    """Return float64 (cells, pixels): what part of each pixel lies in each cell, along one side of an image."""
    edges = np.arange(cells + 1)[:, None] * pixels / cells
    places = np.arange(pixels)
    return np.clip(np.minimum(edges[1:], places + 1) - np.maximum(edges[:-1], places), 0, None)


def mean_iou(intersection: np.ndarray, union: np.ndarray) -> float:
    """Return the mean ratio over items with a non-empty union; nan if there is none."""
    scored = union > 0
    return float((intersection[scored] / union[scored]).mean()) if scored.any() else float("nan")


def share(part: int, whole: int) -> float:
    """Return part / whole, nan where the whole is 0."""
    return float(part / whole) if whole else float("nan")
