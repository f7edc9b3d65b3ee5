"""Pictures of pairs: scenes with their masks (Fig. 6), queries with their answers. Figures on opaque white."""

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from adahlib.errors import AdahError
from adahlib.report.figures import INK, PALETTE, new_figure

GREY = 0.94  # what stands in place of a masked part, 0 (black) to 1 (white)
RIGHT, WRONG = PALETTE[2], PALETTE[3]


def enlarged(mask: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return a mask (h, w) on the pixels of its picture (height, width): each cell becomes its block."""
    rows, columns = (np.arange(size) * cells // size for size, cells in zip((height, width), mask.shape, strict=True))
    return np.asarray(mask)[np.ix_(rows, columns)]


def masked(picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return the picture (height, width, 3) uint8 with grey where the mask (h, w) is 0."""
    kept = enlarged(mask, *picture.shape[:2])[..., None].astype(bool)
    return np.where(kept, picture, np.uint8(255 * GREY))


def mask_figure(pictures: Sequence[np.ndarray], masks: Sequence[np.ndarray], true_masks=None) -> Figure:
    """Return Fig. 6: a column per picture; rows: picture, mask, attended, unattended, and the true mask if given."""
    names = ["image", "mask", "attended", "unattended"] + (["true mask"] if true_masks is not None else [])
    figure, axes = new_figure(1.35 * len(pictures) + 0.4, 1.35 * len(names), len(names), len(pictures))
    for column, (picture, mask) in enumerate(zip(pictures, masks, strict=True)):
        mask = np.asarray(mask, dtype=bool)
        shown = [picture, mask, masked(picture, mask), masked(picture, ~mask)]
        shown += [np.asarray(true_masks[column])] if true_masks is not None else []
        for row, panel in enumerate(shown):
            show(axes[row, column], panel)
    for row, name in enumerate(names):
        axes[row, 0].set_ylabel(name, fontsize=9)
    return figure


def show(axis: Axes, panel: np.ndarray) -> None:
    """Draw a picture, or a mask in black and white, without ticks."""
    axis.imshow(panel, cmap="gray", vmin=0, vmax=1 if panel.ndim == 2 else 255, interpolation="nearest")
    axis.set(xticks=[], yticks=[])
    axis.grid(visible=False)


def pair_figure(pairs, positions: Sequence[int], columns: int = 4) -> Figure:
    """Return sample pairs: each image with its labels above and its tags below."""
    rows = -(-len(positions) // columns)
    figure, axes = new_figure(2.1 * columns, 2.9 * rows, rows, columns)
    for axis in axes.flat[len(positions) :]:
        axis.set_visible(False)
    for axis, position in zip(axes.flat, positions, strict=False):
        show(axis, pairs.images[position])
        axis.set_title(wrapped(", ".join(label_names(pairs, position)), 26, 2), fontsize=8)
        axis.set_xlabel(wrapped(" ".join(tag_words(pairs, position)), 30, 3), fontsize=7)
    return figure


def answer_figure(pairs, query: int, answers: Sequence[int], task: str) -> Figure:
    """Return a query and its first answers; a frame tells whether an answer shares a label with the query.

    Args:
        pairs: the data set.
        query: position of the query.
        answers: positions of the answers, nearest first.
        task: ``"t2i"``, a text asks for images; ``"i2t"``, an image asks for texts.
    """
    if task not in ("t2i", "i2t"):
        raise AdahError(f"task {task!r} is neither 't2i' nor 'i2t'.")
    draw_query, draw_answer = (draw_text, show_pair_image) if task == "t2i" else (show_pair_image, draw_text)
    figure, axes = new_figure(1.55 * (len(answers) + 1), 2.0, 1, len(answers) + 1)
    draw_query(axes[0, 0], pairs, query)
    axes[0, 0].set_title("query", fontsize=9)
    for rank, (axis, answer) in enumerate(zip(axes[0, 1:], answers, strict=True), start=1):
        draw_answer(axis, pairs, answer)
        right = bool((pairs.labels[query] & pairs.labels[answer]).any())
        axis.set_title(f"{rank}: {'right' if right else 'wrong'}", fontsize=9, color=RIGHT if right else WRONG)
        for side in axis.spines.values():
            side.set(edgecolor=RIGHT if right else WRONG, linewidth=2.5, visible=True)
    return figure


def show_pair_image(axis: Axes, pairs, position: int) -> None:
    show(axis, pairs.images[position])


def draw_text(axis: Axes, pairs, position: int) -> None:
    """Write the tags of a pair into an empty panel."""
    write(axis, " ".join(tag_words(pairs, position)), 18, fontsize=7)


def write(axis: Axes, text: str, width: int, fontsize: int = 8) -> None:
    """Write words into an empty panel."""
    axis.set(xticks=[], yticks=[], xlim=(0, 1), ylim=(0, 1), box_aspect=1)
    axis.grid(visible=False)
    axis.text(0.5, 0.5, wrapped(text, width, 8), ha="center", va="center", fontsize=fontsize, color=INK)


def tag_words(pairs, position: int) -> list[str]:
    """Return the tags of a pair."""
    return [pairs.vocabulary[column] for column in pairs.tags[position].indices]


def label_names(pairs, position: int) -> list[str]:
    """Return the labels of a pair."""
    return [pairs.label_names[column] for column in np.flatnonzero(pairs.labels[position])]


def wrapped(text: str, width: int, lines: int) -> str:
    """Return the text in at most ``lines`` lines."""
    return "\n".join(textwrap.wrap(text, width, max_lines=lines, placeholder=" …"))
