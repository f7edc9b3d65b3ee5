"""Pages ``search`` and ``your_data``: queries of an index, and the nearest items with their distances."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from adahlib.datasets.pictures import read_picture
from adahlib.report.drawing import new_figure, show, write
from adahlib.search import Hit, SearchIndex

WIDTH = 1.55  # inches of a panel


def image_answers(index: SearchIndex, questions: dict[str, Sequence[Hit]]) -> Figure:
    """Return a row per question: its words, then the images found.

    Args:
        index: the ``SearchIndex`` that was asked.
        questions: words → hits, the same number for each.
    """
    count = max(len(hits) for hits in questions.values())
    figure, axes = new_figure(WIDTH * (count + 1), 1.95 * len(questions), len(questions), count + 1)
    for row, (words, hits) in zip(axes, questions.items(), strict=True):
        write(row[0], f"“{words}”", 15)
        for axis, hit in zip(row[1:], hits, strict=False):
            show(axis, read_picture(index.folder / hit.item.image))
            axis.set_title(f"{hit.rank}: distance {hit.distance}", fontsize=9)
    return figure


def text_answers(picture: np.ndarray, hits: Sequence[Hit]) -> Figure:
    """Return a picture that asked, and the texts found."""
    figure, axes = new_figure(WIDTH * (len(hits) + 1), 2.0, 1, len(hits) + 1)
    show(axes[0, 0], picture)
    axes[0, 0].set_title("query", fontsize=9)
    for axis, hit in zip(axes[0, 1:], hits, strict=True):
        write(axis, hit.item.text, 18)
        axis.set_title(f"{hit.rank}: distance {hit.distance}", fontsize=9)
    return figure
