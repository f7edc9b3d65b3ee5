"""One emoji scene: labelled drawings on top of clutter on top of a background."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image

from adahlib.datasets.emoji.backgrounds import PALETTES, background
from adahlib.datasets.emoji.drawings import Drawing, rasterise

MAX_TURN = 25.0  # degrees; a drawing turned further is hard to name
CANDIDATES = 24  # places tried for a piece of clutter; the one with the least overlap is taken
LAYOUTS = 150  # layouts tried for the objects; the one with the least overlap is taken
OUTSIDE = 0.4  # how far clutter may reach over the scene's edge, as a part of its own size
_OPAQUE = [0] * 128 + [255] * 128
_SHAPES = (
    '<circle cx="50" cy="50" r="42" {line}/>',
    '<circle cx="50" cy="50" r="40" {full}/>',
    '<path d="M50 10 92 84 8 84Z" {line}/>',
    '<path d="M50 10 92 84 8 84Z" {full}/>',
    '<rect x="14" y="14" width="72" height="72" rx="14" {line}/>',
    '<rect x="14" y="14" width="72" height="72" rx="14" {full}/>',
    '<path d="M10 60 Q24 20 38 50 T66 50 T92 38" {line}/>',
    '<path d="M10 34 30 66 50 34 70 66 90 34" {line}/>',
    '<path d="M12 80A38 38 0 0 1 88 80M30 80A20 20 0 0 1 70 80" {line}/>',
    '<path d="M50 12V88M12 50H88" {line}/>',
    '<path d="M50 50m0-6a6 6 0 0 1 6 6a16 16 0 0 1-32 0a26 26 0 0 1 52 0a36 36 0 0 1-36 36" {line}/>',
    '<path d="M20 20h.1M50 20h.1M80 20h.1M20 50h.1M50 50h.1M80 50h.1M20 80h.1M50 80h.1M80 80h.1" {line}/>',
)
_STYLE = {
    "line": 'fill="none" stroke="#fff" stroke-width="11" stroke-linecap="round" stroke-linejoin="round"',
    "full": 'fill="#fff"',
}


@dataclass(frozen=True, eq=False)
class Piece:
    """A picture and where it lies: ``left`` and ``top`` in pixels of the scene, possibly over its edge."""

    picture: Image.Image
    left: int
    top: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Return left, top, right, bottom."""
        return self.left, self.top, self.left + self.picture.width, self.top + self.picture.height


@lru_cache(maxsize=1)
def shapes() -> tuple[Image.Image, ...]:
    """Return the coverage (mode L) of the geometric distractors."""
    frame = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{}</svg>'
    return tuple(rasterise(frame.format(shape.format(**_STYLE))).getchannel("A") for shape in _SHAPES)


def tinted(coverage: Image.Image, colour: Sequence[float]) -> Image.Image:
    """Return an RGBA picture of one colour, as opaque as the coverage says."""
    picture = Image.new("RGBA", coverage.size, tuple(int(value) for value in colour))
    picture.putalpha(coverage)
    return picture


def turned(picture: Image.Image, angle: float, size: float) -> Image.Image:
    """Return the picture turned by ``angle`` degrees, its longer side before the turn ``size`` pixels."""
    scale = size / max(picture.size)
    width, height = (max(1, round(scale * length)) for length in picture.size)
    # filters without overshoot: a bicubic one would draw dashes along the rims of light colours
    small = picture.resize((width, height), Image.Resampling.HAMMING, reducing_gap=1.0)
    return small.rotate(angle, Image.Resampling.BILINEAR, expand=True)


def overlap(boxes: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """Return the area that boxes and taken boxes share, (..., 4) against (..., 4), broadcast."""
    low = np.maximum(boxes[..., :2], taken[..., :2])
    high = np.minimum(boxes[..., 2:], taken[..., 2:])
    return np.clip(high - low, 0, None).prod(-1)


def random_boxes(
    rng: np.random.Generator, sizes: np.ndarray, count: int, side: int, outside: float = 0.0
) -> np.ndarray:
    """Return ``count`` random places for pieces of the given sizes.

    Args:
        rng: source of the places.
        sizes: (m, 2) width and height in pixels.
        count: how many places to draw for each piece.
        side: the scene's side in pixels.
        outside: how far a piece may reach over the edge, as a part of its own size.

    Returns:
        (count, m, 4) left, top, right, bottom in whole pixels.
    """
    room = np.maximum(side - sizes + 2 * outside * sizes, 0)
    corners = np.round(rng.random((count, len(sizes), 2)) * room - outside * sizes).astype(int)
    return np.concatenate([corners, corners + sizes], axis=2)


def clutter_picture(
    rng: np.random.Generator, kinds: Sequence[Sequence[Drawing]], palette: np.ndarray, side: int
) -> Image.Image:
    """Return one distractor: a tinted shape, or as often a drawing of a kind that carries no label."""
    size = rng.uniform(0.15, 0.3) * side
    if rng.random() < 0.5:
        coverage = turned(shapes()[rng.integers(len(shapes()))], rng.uniform(0, 360), size)
        return tinted(coverage, palette[rng.integers(2, 5)])
    drawings = kinds[int(rng.integers(len(kinds)))]
    return turned(drawings[rng.integers(len(drawings))].picture, rng.uniform(-MAX_TURN, MAX_TURN), size)  # type: ignore[call-overload]


def clutter_layout(
    rng: np.random.Generator, pictures: Sequence[Image.Image], objects: Sequence[Piece], side: int
) -> list[Piece]:
    """Return the pictures one after the other at places that hardly touch objects or each other."""
    taken, pieces = [piece.box for piece in objects], []
    for picture in pictures:
        boxes = random_boxes(rng, np.array([picture.size]), CANDIDATES, side, OUTSIDE)[:, 0]
        shared = overlap(boxes[:, None], np.array(taken)[None]).sum(1)
        pieces.append(Piece(picture, *map(int, boxes[np.argmin(shared), :2])))
        taken.append(pieces[-1].box)
    return pieces


def object_layout(
    rng: np.random.Generator, drawings: Sequence[Drawing], sizes: tuple[float, float], side: int
) -> list[Piece]:
    """Return the drawings at random sizes (parts of the side), turns and places that hardly overlap."""
    pictures = [
        turned(drawing.picture, rng.uniform(-MAX_TURN, MAX_TURN), rng.uniform(*sizes) * side)
        for drawing in drawings
    ]
    boxes = random_boxes(rng, np.array([picture.size for picture in pictures]), LAYOUTS, side)
    first, second = np.triu_indices(len(pictures), 1)
    best = boxes[np.argmin(overlap(boxes[:, first], boxes[:, second]).sum(1))]
    return [Piece(picture, int(box[0]), int(box[1])) for picture, box in zip(pictures, best, strict=True)]


def paste(scene: Image.Image, pieces: Sequence[Piece]) -> None:
    """Paste the pieces into the scene, the last on top."""
    for piece in pieces:
        scene.paste(piece.picture, (piece.left, piece.top), piece.picture)


def foreground(objects: Sequence[Piece], side: int) -> np.ndarray:
    """Return the (side, side) bool mask of pixels where an object is more than half opaque."""
    canvas = Image.new("L", (side, side))
    for piece in objects:
        opaque = piece.picture.getchannel("A").point(_OPAQUE)
        canvas.paste(opaque, (piece.left, piece.top), opaque)
    return np.asarray(canvas) > 127


def compose(
    rng: np.random.Generator,
    drawings: Sequence[Drawing],
    clutter: Sequence[Sequence[Drawing]],
    sizes: tuple[float, float],
    distractors: int,
    side: int,
    with_objects: bool = True,
) -> tuple[np.ndarray, np.ndarray]:
    """Compose one scene.

    Args:
        rng: source of everything random.
        drawings: the labelled drawings to place.
        clutter: kinds of unlabelled drawings, each with its drawings.
        sizes: smallest and largest size of a labelled drawing, as a part of the side.
        distractors: number of pieces of clutter.
        side: height and width of the scene in pixels.
        with_objects: False leaves the labelled drawings out and everything else as it is.

    Returns:
        The picture (side, side, 3) uint8 and its foreground mask (side, side) bool.
    """
    palette = PALETTES[rng.integers(len(PALETTES))]
    objects = object_layout(rng, drawings, sizes, side)
    scene = Image.fromarray(background(rng, palette, side))
    pictures = [clutter_picture(rng, clutter, palette, side) for _ in range(distractors)]
    paste(scene, clutter_layout(rng, pictures, objects, side))
    if with_objects:
        paste(scene, objects)
    return np.asarray(scene), foreground(objects, side)
