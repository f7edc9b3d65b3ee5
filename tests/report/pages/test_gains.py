"""Differences of two rows, seed by seed, beside the paper's: numbers, daggers, the figure's line and its words."""

import math

import numpy as np

from adahlib.experiments import RunSpec
from adahlib.report.pages.gains import gain_cells, gain_figure
from adahlib.report.paper import paper_results
from adahlib.report.records import find_records

LITE = ("efficientnet_lite2", "efficientnet_lite0")
PRINTED = ("vgg19", "cnn_f")


def printed():
    return paper_results().query("table == 3")


def networks(results, *values):
    """Return records at 16 bits of the two networks, by seed: MAP of the large and of the small one; None for none."""
    specs = [RunSpec("emoji-scenes", "adah", 16, seed, backbone=name) for seed in range(len(values)) for name in LITE]
    for spec, t2i in zip(specs, [value for pair in values for value in pair], strict=True):
        if t2i is not None:
            results(spec, t2i, 0.4)
    return find_records(specs)


def test_gains_stand_beside_the_papers(results):
    records = networks(results, (0.62, 0.60))
    cells = gain_cells(records, printed(), "backbone", {"scenes": (LITE, PRINTED)}, [16, 32])
    cells = cells.set_index(["task", "bits"])
    assert round(cells.loc[("t2i", 16), "ours"], 3) == 0.02 and cells.loc[("t2i", 16), "n"] == 1
    assert round(cells.loc[("t2i", 16), "paper"], 4) == 0.0091  # .5358 − .5267
    assert round(cells.loc[("i2t", 32), "paper"], 4) == 0.0115  # .5283 − .5168
    assert math.isnan(cells.loc[("t2i", 32), "ours"]) and cells.loc[("t2i", 32), "n"] == 0


def test_a_gain_is_the_mean_over_the_seeds_that_both_have(results):
    values = [(0.62, 0.60), (0.70, 0.64), (0.99, None)]
    cell = gain_cells(networks(results, *values), printed(), "backbone", {"scenes": (LITE, PRINTED)}, [16]).iloc[0]
    naive = [large - small for large, small in values[:2]]
    assert (round(cell["ours"], 6), cell["n"]) == (round(np.mean(naive), 6), 2)
    assert round(cell["std"], 6) == round(np.std(naive, ddof=1), 6)


def test_a_gain_is_stale_where_a_common_seed_of_either_is(results):
    specs = [RunSpec("emoji-scenes", "adah", 16, seed, backbone=name) for seed in (0, 1) for name in LITE]
    for spec, changed in zip(specs, (None, None, None, "adahlib.training"), strict=True):
        results(spec, 0.5, 0.4, changed=changed)
    pairs = {"scenes": (LITE, PRINTED)}
    both = find_records(specs)
    assert gain_cells(both, printed(), "backbone", pairs, [16])["stale"].all()
    assert not gain_cells(both[both["seed"] == 0], printed(), "backbone", pairs, [16])["stale"].any()


def test_a_pair_that_the_paper_lacks_has_no_printed_gain(results):
    cells = gain_cells(networks(results, (0.6, 0.5)), printed(), "backbone", {"x": (LITE, ("vgg19", "resnet"))}, [16])
    assert cells["paper"].isna().all() and cells["ours"].notna().all()


def test_the_figure_has_a_line_at_no_gain_and_says_each_row(results):
    cells = gain_cells(networks(results, (0.62, 0.60)), printed(), "backbone", {"scenes": (LITE, PRINTED)}, [16])
    figure = gain_figure(cells, "gain")
    assert any(list(line.get_xdata()) == [0, 0] for line in figure.axes[0].lines)
    assert figure.alt == "T→I: scenes +0.020 here, +0.009 in the paper; I→T: scenes 0.000 here, +0.008 in the paper."
