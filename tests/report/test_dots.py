"""Figures of tables: a dot a number where it belongs, rings for the paper's, and words for those who see neither."""

import numpy as np
import pandas as pd
import pytest

from adahlib.report.dots import dots_figure, in_words

CELLS = pd.DataFrame(
    {
        "row": ["CCA", "CCA", "ADAH", "ADAH"],
        "bits": [16, 32, 16, 32],
        "ours": [0.5, 0.6, 0.7, 0.8],
        "std": [0.01, 0.01, np.nan, np.nan],
        "paper": [0.9, 0.8, 0.4, np.nan],
    }
)


def test_dots_and_rings_stand_at_their_numbers():
    figure = dots_figure({"T→I": CELLS})
    (axis,) = figure.axes
    dots = {round(x, 3) for line in axis.lines for x in np.asarray(line.get_xdata(), dtype=float) if np.isfinite(x)}
    assert dots == {0.5, 0.6, 0.7, 0.8, 0.9, 0.4}
    assert [label.get_text() for label in axis.get_yticklabels()] == ["CCA", "ADAH"]
    low, high = axis.get_ylim()
    assert low > high  # the first row is on top


def test_the_legend_names_whose_numbers_and_how_long_the_codes_are():
    (legend,) = dots_figure({"T→I": CELLS, "I→T": CELLS}).legends
    texts = {text.get_text() for text in legend.get_texts()}
    assert texts == {f"{whose}, {bits} bits" for whose in ("ours", "paper") for bits in (16, 32)}


def test_without_printed_numbers_there_are_no_rings():
    figure = dots_figure({"T→I": CELLS.assign(paper=np.nan)}, chance=0.3)
    (legend,) = figure.legends
    assert all(text.get_text().startswith("ours") for text in legend.get_texts())
    assert any(list(line.get_xdata()) == [0.3, 0.3] for line in figure.axes[0].lines)


def test_the_alt_text_names_the_highest_rows():
    assert in_words("T→I", CELLS) == "T→I: highest in the mean of code lengths is ADAH here, CCA in the paper"
    assert in_words("T→I", CELLS.assign(paper=np.nan)) == "T→I: highest in the mean of code lengths is ADAH here"
    assert in_words("T→I", CELLS.assign(paper=np.nan, ours=np.nan)) == "T→I: nothing is measured"
    unmeasured = in_words("T→I", CELLS.assign(ours=np.nan))
    assert unmeasured == "T→I: nothing is measured here; CCA is highest in the paper"


def test_without_measured_numbers_there_are_rings_alone():
    (legend,) = dots_figure({"T→I": CELLS.assign(ours=np.nan)}).legends
    assert all(text.get_text().startswith("paper") for text in legend.get_texts())


def test_more_code_lengths_make_higher_rows():
    more = pd.concat([CELLS, CELLS.assign(bits=CELLS["bits"] + 32)])
    heights = [dots_figure({"T→I": cells}).get_figheight() for cells in (CELLS, more)]
    assert heights[1] - heights[0] == pytest.approx(0.28)  # two rows, a fourth length in each
