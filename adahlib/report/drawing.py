"""What the book's figures share: opaque white ground, legible in dark mode too, and colour-blind-safe colours."""

import io
import textwrap

import numpy as np
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

INK = "#333333"
SCREEN, COLUMN = 96, 7.5  # pixels of a screen's inch, and inches of a page's column
PALETTE = seaborn.color_palette("colorblind")
STYLE = {
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


class Chart(Figure):
    """A Figure that a notebook shows as PNG without pyplot and its global state.

    Attributes:
        alt: what one sees in it, in words from the same numbers; ``report.book.execute`` puts it on the page.
    """

    alt: str = ""

    def _repr_mimebundle_(self, include=None, exclude=None) -> tuple[dict, dict]:
        buffer = io.BytesIO()
        self.savefig(buffer, format="png", metadata={"Software": None})
        if not any(axis.images for axis in self.axes):
            buffer = with_palette(buffer)
        width, height = (round(side * SCREEN) for side in self.get_size_inches())
        size = {"width": width, "height": height}  # as it is shown: half of its pixels
        return {"image/png": buffer.getvalue()}, {"image/png": size | ({"alt": self.alt} if self.alt else {})}


def new_figure(
    width: float, height: float, rows: int = 1, columns: int = 1, density: float = 1.0, **options
) -> tuple[Chart, np.ndarray]:
    """Return a Figure of this size in inches, opaque white, and its axes (rows, columns).

    A page's column is ``COLUMN`` inches wide; a figure of that width has text of the page's size, and pixels for
    screens of twice the usual density, or ``density`` times as many.
    """
    with seaborn.axes_style("whitegrid", STYLE), seaborn.plotting_context("notebook", font_scale=0.9):
        figure = Chart(figsize=(width, height), facecolor="white", layout="constrained", dpi=2 * SCREEN * density)
        axes = figure.subplots(rows, columns, squeeze=False, **options)
    return figure, axes


def with_palette(png: io.BytesIO) -> io.BytesIO:
    """Return a PNG with the 256 colours that suit it best: for lines and letters half of the bytes, and no difference.

    Photos would show bands.
    """
    smaller = io.BytesIO()
    Image.open(png).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(smaller, "png", optimize=True)
    return smaller


def show(axis: Axes, panel: np.ndarray) -> None:
    """Draw a picture, or a mask in black and white, without ticks."""
    axis.imshow(panel, cmap="gray", vmin=0, vmax=1 if panel.ndim == 2 else 255, interpolation="nearest")
    axis.set(xticks=[], yticks=[])
    axis.grid(visible=False)


def write(axis: Axes, text: str, width: int, fontsize: int = 8) -> None:
    """Write words into an empty panel."""
    axis.set(xticks=[], yticks=[], xlim=(0, 1), ylim=(0, 1), box_aspect=1)
    axis.grid(visible=False)
    axis.text(0.5, 0.5, wrapped(text, width, 8), ha="center", va="center", fontsize=fontsize, color=INK)


def wrapped(text: str, width: int, lines: int) -> str:
    """Return the text in at most ``lines`` lines."""
    return "\n".join(textwrap.wrap(text, width, max_lines=lines, placeholder=" …"))
