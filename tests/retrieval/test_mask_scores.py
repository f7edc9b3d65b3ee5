"""Mask scores against a loop over the pixels of upsampled masks."""

import math

import numpy as np
import pytest
import torch

from adahlib.errors import AdahError
from adahlib.retrieval import mask_scores


def scores_by_loop(attended, foreground):
    repeats = foreground.shape[1] // attended.shape[1], foreground.shape[2] // attended.shape[2]
    ious, table = [], {(a, f): 0 for a in (False, True) for f in (False, True)}
    for cells, pixels in zip(attended, foreground, strict=True):
        item = {key: 0 for key in table}
        for y, x in np.ndindex(pixels.shape):
            item[bool(cells[y // repeats[0], x // repeats[1]]), bool(pixels[y, x])] += 1
        union = item[True, True] + item[True, False] + item[False, True]
        if union:
            ious.append(item[True, True] / union)
        table = {key: table[key] + item[key] for key in table}
    return {
        "iou": np.mean(ious),
        "attended_given_foreground": table[True, True] / (table[True, True] + table[False, True]),
        "attended_given_background": table[True, False] / (table[True, False] + table[False, False]),
        "attended_fraction": (table[True, True] + table[True, False]) / foreground.size,
    }


def upsampled(masks, height, width):
    return masks.repeat(height // masks.shape[1], 1).repeat(width // masks.shape[2], 2)


@pytest.mark.parametrize("pixels", [(7, 5), (2, 9), (8, 3)])
def test_a_pixel_between_cells_counts_by_its_area(pixels):
    generator = np.random.default_rng(sum(pixels))
    attended, foreground = generator.random((5, 3, 4)) < 0.4, generator.random((5, *pixels)) < 0.3
    fine = math.lcm(3, pixels[0]), math.lcm(4, pixels[1])
    found, expected = mask_scores(attended, foreground), scores_by_loop(attended, upsampled(foreground, *fine))
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("pixels", [(3, 4), (6, 4), (9, 20)])
def test_scores_equal_a_loop_over_pixels(pixels):
    generator = np.random.default_rng(sum(pixels))
    attended = generator.random((5, 3, 4)) < 0.4
    foreground = generator.random((5, *pixels)) < 0.3
    attended[1] = foreground[1] = False
    foreground[2] = False
    assert mask_scores(attended, foreground) == pytest.approx(scores_by_loop(attended, foreground))
    as_numbers = torch.from_numpy(attended).int(), foreground.astype(float)
    assert mask_scores(*as_numbers) == mask_scores(attended, foreground)


def test_perfect_opposite_and_absent():
    foreground = np.zeros((1, 4, 4), dtype=bool)
    foreground[:, :2] = True
    cells = foreground[:, ::2, ::2]
    keys = ("iou", "attended_given_foreground", "attended_given_background", "attended_fraction")
    assert mask_scores(cells, foreground) == dict(zip(keys, (1, 1, 0, 0.5), strict=True))
    assert mask_scores(~cells, foreground) == dict(zip(keys, (0, 0, 1, 0.5), strict=True))
    nothing = mask_scores(cells & False, foreground & False)
    assert np.isnan([nothing["iou"], nothing["attended_given_foreground"]]).all()
    assert nothing["attended_given_background"] == nothing["attended_fraction"] == 0
    assert np.isnan(mask_scores(cells, foreground | True)["attended_given_background"])


@pytest.mark.parametrize(
    ("attended", "foreground", "message"),
    [
        (np.ones((2, 3, 3)), np.ones((3, 6, 6)), "as many items"),
        (np.ones((3, 3)), np.ones((1, 6, 6)), "3 dimensions"),
        (np.ones((0, 3, 3)), np.ones((0, 6, 6)), "empty"),
        (np.ones((1, 0, 3)), np.ones((1, 6, 6)), "empty"),
        (np.full((1, 3, 3), 0.5), np.ones((1, 6, 6)), "attended holds values other"),
        (np.ones((1, 3, 3)), np.full((1, 6, 6), 255), "foreground holds values other"),
    ],
)
def test_bad_masks_are_refused(attended, foreground, message):
    with pytest.raises(AdahError, match=message):
        mask_scores(attended, foreground)
