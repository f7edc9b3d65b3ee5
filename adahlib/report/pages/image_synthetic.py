"""Page ``image_synthetic``: pictures of the two GANs by epoch, their losses, and of which class the pictures are."""

import base64
import io

import numpy as np
import pandas as pd
from IPython.display import Markdown
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter
from PIL import Image

from adahlib.errors import AdahError, unknown_name
from adahlib.experiments.analyses.kept import read_analysis
from adahlib.methods.images.collapse import COLLAPSED
from adahlib.report.drawing import PALETTE, new_figure, show
from adahlib.report.text import STALE, three_decimals
from adahlib.report.titles import IMAGE_METHOD_TITLES

GANS = {"ssgah": "ssgah_gan", "dsh-gans": "dsh_gans_gan"}  # method → analysis
SIDE = 32
DENSITY = 0.7  # of the pixels of other figures: pictures of 32 px need no more, and a page stays below a megabyte
KINDS = {
    "positive": "like the image (positive)",
    "negative": "unlike it (negative)",
    "asked": "of the image's class",
}
SEVERAL = {"positive": "positives", "negative": "negatives", "asked": "pictures of the image's class"}
LOSSES = {
    "judge": "discriminator loss",
    "deceiver": "generator loss",
    "divergence": "KL divergence",
    "classes": "discriminator's class loss",
    "asked": "generator's class loss",
}
LEGEND = {"frameon": False, "fontsize": 8, "ncols": 2}


def seen(method: str, root=None) -> dict | None:
    """Return what was measured of a method's GAN, and under ``stale`` why it is not current; None without it.

    Raises:
        AdahError: the method has none.
    """
    if method not in GANS:
        raise unknown_name("method with a GAN", method, GANS)
    try:
        found = read_analysis(GANS[method], root)
    except AdahError:
        return None
    return found["measured"] | {"stale": found["stale"]}


def pixels(sheet: str) -> np.ndarray:
    """Return a sheet of pictures as an array (height, width, 3)."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(sheet))))


def sample_figure(measured: dict) -> Figure:
    """Return the pictures of a GAN for one image of each class: the image, and a row for every epoch of each kind."""
    sheets = measured["sheets"]
    panels = {"real": pixels(measured["real"])} | {kind: pixels(sheets[kind]) for kind in KINDS if kind in sheets}
    heights = [len(panel) for panel in panels.values()]
    height = 8 * sum(heights) / panels["real"].shape[1] + 0.6
    figure, axes = new_figure(8, height, len(panels), density=DENSITY, height_ratios=heights)
    figure.set_layout_engine("compressed")  # the usual one cuts labels beside pictures, whose shape is fixed
    for axis, (kind, panel) in zip(axes[:, 0], panels.items(), strict=True):
        show(axis, panel)
        axis.set_title(KINDS.get(kind, "the images"), fontsize=9)
        rows = len(panel) // SIDE
        if kind != "real":
            places = [SIDE * (row + 0.5) for row in range(rows)]
            axis.set_yticks(places, [f"epoch {row}" for row in range(rows)], fontsize=8)
    columns = [SIDE * (column + 0.5) for column in range(len(measured["classes"]))]
    axes[-1, 0].set_xticks(columns, measured["classes"], rotation=45, fontsize=8)
    figure.alt = (
        f"Synthetic pictures for an image of each of {len(columns)} classes, before the training and after each of "
        f"{len(measured['history'])} epochs."
    )
    return figure


def loss_figure(gans: dict[str, dict]) -> Figure:
    """Return the losses and the spread of pictures by epoch, a column of panels for each GAN, by method."""
    figure, axes = new_figure(4.2 * len(gans), 5.6, 2, len(gans), sharex="col")
    for column, (method, measured) in enumerate(gans.items()):
        terms = measured["history"][0]
        losses = [name for name in LOSSES if name in terms]
        spreads = [name for name in terms if name.startswith("spread")]
        for axis, names, below in ((axes[0, column], losses, -0.02), (axes[1, column], spreads, -0.3)):
            for name, colour in zip(names, PALETTE, strict=False):
                values = [epoch[name] for epoch in measured["history"]]
                label = LOSSES.get(name) or KINDS.get(name.removeprefix("spread_"), "spread")
                look = {"color": colour, "marker": "o", "label": label}
                axis.plot(range(1, len(values) + 1), values, **look)
            axis.legend(loc="upper left", bbox_to_anchor=(0, below), **LEGEND)
        axes[0, column].set(title=IMAGE_METHOD_TITLES[method], ylabel="loss")
        with_plain_logarithm(axes[0, column])
        axes[1, column].axhline(COLLAPSED, color="gray", linestyle="--", linewidth=1)
        axes[1, column].set(xlabel="epoch", ylabel="spread, real pictures = 1", ylim=(0, None))
        axes[1, column].set_xticks(range(1, len(measured["history"]) + 1))
    figure.alt = spread_in_words(gans)
    return figure


def with_plain_logarithm(axis: Axes) -> None:
    """Make an axis of values logarithmic, with ticks that read 0.2, 0.5, 1, 2."""
    axis.set_yscale("log")
    axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.yaxis.set_major_formatter("{x:g}")
    axis.yaxis.set_minor_formatter(NullFormatter())


def spread_in_words(gans: dict[str, dict]) -> str:
    """Return how much the pictures of each GAN differ in its last epoch."""
    told = []
    for method, measured in gans.items():
        ends = [value for name, value in measured["history"][-1].items() if name.startswith("spread")]
        told.append(f"{min(ends):.2f} of that of real pictures with {IMAGE_METHOD_TITLES[method]}")
    return f"Losses and spread by epoch; the least spread in the last epoch is {' and '.join(told)}."


def class_table(measured: dict, stale: str) -> pd.DataFrame:
    """Return of each kind of pictures and epoch how many are of the class of their image, and by chance.

    Args:
        measured: of the analysis of a GAN.
        stale: why it is not current, or "".
    """
    mark = STALE if stale else ""
    return pd.DataFrame(
        {
            "Pictures": KINDS[row["kind"]],
            "Epoch": row["epoch"],
            "Of their image's class": three_decimals(row["class"]) + mark,
            "By chance": three_decimals(row["permuted"]) + mark,
            "Spread inside a class": three_decimals(row["within"]) + mark,
        }
        for row in sorted(measured["rows"], key=lambda row: list(KINDS).index(row["kind"]))
    )


def classes_in_words(gans: dict[str, dict]) -> Markdown | None:
    """Return how many pictures of the last epoch are of the class of their image, a sentence a GAN; None without any.

    Args:
        gans: what ``seen`` gave, by method.
    """
    sentences = []
    for method, measured in gans.items():
        last = max(row["epoch"] for row in measured["rows"])
        kinds = {row["kind"]: row for row in measured["rows"] if row["epoch"] == last}
        mark = STALE if measured["stale"] else ""
        told = [
            f"{kinds[kind]['class']:.1%}{mark} of the {several} ({kinds[kind]['permuted']:.1%}{mark} by chance)"
            for kind, several in SEVERAL.items()
            if kind in kinds
        ]
        sentences.append(
            f"With {IMAGE_METHOD_TITLES[method]} the classifier names the image's class for {' and '.join(told)}; it "
            f"is right for {measured['accuracy']:.1%}{mark} of real images."
        )
    return Markdown(" ".join(sentences)) if sentences else None


def accuracy_note(measured: dict) -> str:
    """Return how often the classifier is right on real images, for a caption."""
    mark = STALE if measured["stale"] else ""
    return f"the classifier names {measured['accuracy']:.1%}{mark} of real unlabelled images correctly"


def unmeasured_note(gans: dict[str, dict], methods: list[str]) -> Markdown | None:
    """Return that a page on GANs has no results, with the commands that measure them; None if it has some.

    Args:
        gans: what ``seen`` gave, by method.
        methods: those that the page is about.
    """
    if gans:
        return None
    commands = " and ".join(f"`adah analyse {GANS[method]}`" for method in methods)
    plan = "this page says what will be measured; no GAN has been trained for it"
    return Markdown(f"**No results yet**: {plan} ({commands}).")
