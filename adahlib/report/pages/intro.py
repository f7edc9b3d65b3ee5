"""The README's picture of the headline numbers.

``python -m adahlib.report.pages.intro`` writes the picture, ``book/images/result.png``. Left: MAP by kind of attention,
the paper's beside ours, a dot per seed. Right: scenes, masks, attended parts.
"""

import io
import sys

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from adahlib.datasets import load_dataset
from adahlib.errors import AdahError
from adahlib.experiments.grids.lists import select
from adahlib.experiments.grids.usual import PHOTOS, SCENES
from adahlib.files import whole_file
from adahlib.models.adah import ATTENTIONS
from adahlib.paths import PROJECT
from adahlib.report.drawing import INK, PALETTE, new_figure, show
from adahlib.report.pages.fig6_masks import mask_examples, masked, positions_of
from adahlib.report.paper import paper_results
from adahlib.report.records import find_records
from adahlib.report.summary import is_stale
from adahlib.report.titles import TASKS

TARGET = PROJECT / "book" / "images" / "result.png"
BITS, COLOURS = 16, 128


def headline_figure(flickr: pd.DataFrame, pairs, examples) -> Figure:
    """Return the picture.

    Args:
        flickr: records on MIRFlickr-25K at one code length, all kinds of attention.
        pairs: the emoji scenes.
        examples: some of their queries with masks.
    """
    figure, axes = new_figure(10.5, 4.2, 2, 5, width_ratios=(2.6, 2.6, 1, 1, 1))
    for axis in axes[:, :2].flat:
        axis.remove()
    grid = axes[0, 0].get_gridspec()
    for column, (task, arrow) in enumerate(TASKS.items()):
        axis = figure.add_subplot(grid[:, column])
        draw_attentions(axis, flickr, task)
        axis.set_title(f"MIRFlickr-25K, {arrow}", fontsize=10)
        axis.set_ylabel(f"MAP, {flickr['bits'].iloc[0]} bits" if column == 0 else "")
    axis.legend(frameon=True, fontsize=8)
    for row, place in enumerate(positions_of(pairs, examples.ids)[:2]):
        draw_scene(axes[row, 2:], pairs.images[place], examples.masks[row], titled=row == 0)
    return figure


def draw_attentions(axis: Axes, flickr: pd.DataFrame, task: str) -> None:
    """Draw the paper's MAP and ours, seed by seed, for every kind of attention."""
    paper = paper_results().query("table == 4 and dataset == 'mirflickr25k' and task == @task")
    paper = paper[paper["bits"] == flickr["bits"].iloc[0]].set_index("attention")["map"]
    axis.plot(range(len(ATTENTIONS)), paper[list(ATTENTIONS)], "D", color=INK, fillstyle="none", label="paper")
    for place, attention in enumerate(ATTENTIONS):
        ours = flickr[flickr["attention"] == attention][f"map_{task}"]
        label = "ours, a dot per seed" if place == 0 else None
        axis.plot([place] * len(ours), ours, "o", color=PALETTE[0], alpha=0.8, markersize=6, label=label)
    axis.set(xticks=range(len(ATTENTIONS)), xticklabels=ATTENTIONS, xlim=(-0.5, len(ATTENTIONS) - 0.5))
    axis.set_xlabel("attention")


def draw_scene(axes, picture, mask, titled: bool) -> None:
    """Draw a scene, its mask and its attended part side by side."""
    panels = {"scene": picture, "mask": mask, "attended": masked(picture, mask)}
    for axis, (title, panel) in zip(axes, panels.items(), strict=True):
        show(axis, panel)
        axis.set_title(title if titled else "", fontsize=10)


def small_png(figure: Figure) -> bytes:
    """Return the figure as a PNG of few colours: a README is loaded more often than it is zoomed."""
    buffer, small = io.BytesIO(), io.BytesIO()
    figure.savefig(buffer, format="png")
    Image.open(buffer).convert("RGB").quantize(COLOURS).save(small, format="png", optimize=True)
    return small.getvalue()


def refuse_stale(shown: pd.DataFrame, grid: str) -> None:
    """Raise AdahError if a record of a grid is not current: the README's picture has no place for a dagger."""
    if is_stale(shown).any():
        raise AdahError(f"some records of the picture are stale; make them again with `adah grid {grid}`.")


def main() -> int:
    """Write the picture from the committed records; return the exit code."""
    try:
        refuse_stale(shown := find_records(select("table4", [PHOTOS], bits=[BITS]), "error"), "table4")
        refuse_stale(scenes := find_records(select("fig6", [SCENES]), "error"), "fig6")
        figure = headline_figure(shown, load_dataset("emoji-scenes"), mask_examples(scenes))
    except AdahError as error:
        print(f"headline: {error}", file=sys.stderr)
        return 2
    with whole_file(TARGET) as path:
        path.write_bytes(small_png(figure))
    print(TARGET)
    return 0


if __name__ == "__main__":
    sys.exit(main())
