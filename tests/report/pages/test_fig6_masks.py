"""Fig. 6: masks of records, pictures with them against a loop, and how well they find the true foreground."""

import numpy as np
import pandas as pd
import pytest

from adahlib.errors import AdahError
from adahlib.experiments import RunSpec
from adahlib.report.pages.fig6_masks import (
    Examples,
    enlarged,
    example_table,
    mask_examples,
    mask_figure,
    mask_table,
    masked,
    positions_of,
)
from adahlib.report.records import find_records


@pytest.fixture
def records(results):
    results(RunSpec("mirflickr25k", "adah", 16))
    return find_records()


def test_enlarged_and_masked_against_a_loop(pairs):
    mask, picture = np.array([[True, False], [False, True]]), pairs.images[0]
    big, kept = enlarged(mask, 6, 6), masked(picture, mask)
    for y in range(6):
        for x in range(6):
            assert big[y, x] == mask[y // 3, x // 3]
            assert (kept[y, x] == picture[y, x]).all() if mask[y // 3, x // 3] else len(set(kept[y, x])) == 1


def test_a_column_a_picture_and_a_row_a_kind(pairs):
    masks = np.array([[[True, False], [True, True]], [[True, True], [True, True]]])
    figure = mask_figure(pairs.images[:2], masks, pairs.masks[:2])
    assert len(figure.axes) == 5 * 2 and len(mask_figure(pairs.images[:2], masks).axes) == 4 * 2
    image, mask, attended, unattended, true = (figure.axes[row * 2].images[0].get_array() for row in range(5))
    assert (image == pairs.images[0]).all() and (mask == masks[0]).all() and (true == pairs.masks[0]).all()
    assert (attended == masked(pairs.images[0], masks[0])).all()
    assert (unattended == masked(pairs.images[0], ~masks[0])).all()


def test_examples_of_a_record(records, pairs):
    examples = mask_examples(records)
    assert examples.ids == ["a", "b"] and examples.masks.tolist() == [
        [[False, True], [True, True]],
        [[True, False], [False, False]],
    ]
    assert positions_of(pairs, ["c", "a"]) == [2, 0]
    with pytest.raises(AdahError, match="has no pair 'z'"):
        positions_of(pairs, ["a", "z"])
    with pytest.raises(AdahError, match="keeps no attention masks"):
        mask_examples(records.assign(record=[{} for _ in range(len(records))]))


def test_scores_of_single_examples(pairs):
    everything = Examples(["a"], np.ones((1, 2, 2), bool))
    table = example_table(everything, pairs.masks[:1])
    assert table.iloc[0]["Attended share"] == "1.000" and table.iloc[0]["P(attended | background)"] == "1.000"
    assert list(example_table(everything, None)) == ["Pair", "Attended share"]


def test_mask_table_only_where_masks_were_scored(results):
    scenes = [RunSpec("emoji-scenes", "adah", 16, seed) for seed in (0, 1)]
    photos = RunSpec("mirflickr25k", "adah", 16)
    none = RunSpec("emoji-scenes", "adah", 16, attention="none")
    for spec, gap in ((scenes[0], 0.5), (scenes[1], 0.7), (none, 0.0), (photos, None)):
        results(spec, gap=gap)
    table = mask_table(pd.concat([find_records([*scenes, none]), find_records([photos])]))
    assert len(table) == 1 and table.iloc[0]["Mask gap"] == "0.600\u00a0±\u00a00.141"
    assert mask_table(find_records([photos])).empty


def test_a_dagger_at_masks_that_are_stale(one_stale):
    assert ["†" in cell for cell in mask_table(one_stale)["IoU"]] == [True]
    assert "†" not in mask_table(one_stale[one_stale["seed"] == 0]).to_string()
