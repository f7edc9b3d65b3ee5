"""Quiet, patterned backgrounds for the emoji scenes: gradients, hills, stripes, dots, waves, paper."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

# palettes of five colours: two for the ground, two for the pattern, one accent for tinted shapes
PALETTES = np.array(
    [
        [[int(colour[i : i + 2], 16) for i in (0, 2, 4)] for colour in row.split()]
        for row in (
            "fdf1e3 f8dcc4 f2c6a0 e8ab8c d9776b",  # apricot
            "e9f3f8 cfe4ef b3d3e6 94bfd9 4f86ac",  # ice
            "eef5e6 d9e8c9 c1d9ab a4c48d 6d9a5b",  # meadow
            "f6eef6 e6d5ea d3bbdc bb9fca 8a66a3",  # lilac
            "fff8dc fbeab3 f5d98a eac368 cf9a3a",  # honey
            "e8f5f1 c9e8df a7d6ca 83c0b3 41907f",  # mint
            "fdeef0 f9d6dc f2bac4 e59bab c6637b",  # rose
            "f3f0ea e2dbcf cdc3b3 b4a892 877860",  # linen
            "e6ebf5 cbd5ea adbddc 8fa3cc 5a70a3",  # dusk
            "fbeee6 d8e5e4 b7d3d2 f3c9b0 5d9492",  # shore
            "f7f3dd dfe8c8 f0d9a8 b9cfa4 c98f5a",  # orchard
            "eaf1f7 f7e3e6 cfdcec eec7cf 7c8fb8",  # candy
        )
    ],
    dtype=np.float32,
)

GRAIN = 5.0  # range of the paper's grain, in grey levels of 255


@lru_cache(maxsize=4)
def _grid(side: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the pixel centres' coordinates y, x in 0..1, each (side, side) float32."""
    centres = (np.arange(side, dtype=np.float32) + 0.5) / side
    return np.broadcast_to(centres[:, None], (side, side)), np.broadcast_to(centres, (side, side))


def _soft(distance: np.ndarray, side: int) -> np.ndarray:
    """Return the coverage of the region ``distance > 0`` with edges one pixel wide."""
    return np.clip(distance * side + 0.5, 0.0, 1.0)


def _paint(image: np.ndarray, coverage: np.ndarray, colour: np.ndarray) -> None:
    """Blend one colour into the image (3, side, side), in place, by a coverage in 0..1."""
    image += coverage * (colour[:, None, None] - image)


def _turned(rng: np.random.Generator, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the grid turned by a random angle around the centre."""
    y, x = _grid(side)
    angle = rng.uniform(0, np.pi)
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    return cos * (y - 0.5) - sin * (x - 0.5), sin * (y - 0.5) + cos * (x - 0.5)


def _gradient(rng: np.random.Generator, palette: np.ndarray, side: int) -> np.ndarray:
    """Return a gradient between the two ground colours, lighter towards one side."""
    along, _ = _turned(rng, side)
    weight = np.clip(along + 0.5, 0.0, 1.0)
    return palette[0][:, None, None] + weight * (palette[1] - palette[0])[:, None, None]


def _hills(image: np.ndarray, rng: np.random.Generator, palette: np.ndarray) -> None:
    """Paint two to three rows of rolling hills."""
    side = image.shape[1]
    y, x = _grid(side)
    for level, colour in zip((0.5, 0.68, 0.84), palette[[1, 2, 3]], strict=True):
        waves, phase, height = rng.uniform(0.7, 1.6), rng.uniform(0, 2 * np.pi), rng.uniform(0.03, 0.09)
        ridge = level + rng.uniform(-0.06, 0.06) + height * np.sin(2 * np.pi * waves * x[0] + phase)
        _paint(image, _soft(y - ridge, side), colour)


def _stripes(image: np.ndarray, rng: np.random.Generator, palette: np.ndarray) -> None:
    """Paint parallel stripes, sometimes crossed into a gingham."""
    side, period = image.shape[1], rng.uniform(0.08, 0.2)
    for direction in _turned(rng, side)[: 1 + int(rng.random() < 0.4)]:
        distance = (np.abs((direction / period) % 1.0 - 0.5) - rng.uniform(0.2, 0.3)) * period
        _paint(image, 0.45 * _soft(distance, side), palette[2])


def _dots(image: np.ndarray, rng: np.random.Generator, palette: np.ndarray) -> None:
    """Paint polka dots on a turned lattice."""
    side, period = image.shape[1], rng.uniform(0.1, 0.2)
    u, v = (axis / period for axis in _turned(rng, side))
    radius = rng.uniform(0.2, 0.32)
    off_centre = np.hypot((u + 0.5 * (np.floor(v) % 2)) % 1.0 - 0.5, v % 1.0 - 0.5)
    _paint(image, 0.8 * _soft((radius - off_centre) * period, side), palette[2])


def _waves(image: np.ndarray, rng: np.random.Generator, palette: np.ndarray) -> None:
    """Paint rows of wavy lines."""
    side, period = image.shape[1], rng.uniform(0.09, 0.16)
    u, v = _turned(rng, side)
    bent = u + 0.25 * period * np.sin(2 * np.pi * v / rng.uniform(0.12, 0.25))
    distance = (0.22 - np.abs((bent / period) % 1.0 - 0.5)) * period
    _paint(image, 0.6 * _soft(distance, side), palette[2])


def _scales(image: np.ndarray, rng: np.random.Generator, palette: np.ndarray) -> None:
    """Paint concentric rings around a point near the edge, like a pond or a rising sun."""
    side = image.shape[1]
    y, x = _grid(side)
    radius = np.hypot(y - rng.uniform(0.7, 1.2), x - rng.uniform(0, 1))
    period = rng.uniform(0.12, 0.22)
    distance = (0.25 - np.abs((radius / period) % 1.0 - 0.5)) * period
    _paint(image, 0.55 * _soft(distance, side), palette[2])


def _bokeh(image: np.ndarray, rng: np.random.Generator, palette: np.ndarray) -> None:
    """Paint large translucent discs."""
    side = image.shape[1]
    y, x = _grid(side)
    for centre_y, centre_x, size, colour in rng.random((7, 4)).astype(np.float32):
        radius = 0.06 + 0.16 * size
        # (r² - d²) / 2r is r - d close to the rim, without a root
        inside = (radius**2 - (y - centre_y) ** 2 - (x - centre_x) ** 2) / (2 * radius)
        _paint(image, 0.5 * _soft(inside, side), palette[2 + int(colour < 0.5)])


PATTERNS: tuple[Callable[[np.ndarray, np.random.Generator, np.ndarray], None], ...] = (
    _hills, _stripes, _dots, _waves, _scales, _bokeh,
)  # fmt: skip


def background(rng: np.random.Generator, palette: np.ndarray, side: int) -> np.ndarray:
    """Return one background, (side, side, 3) uint8: a gradient, one pattern and the grain of paper."""
    image = _gradient(rng, palette, side)
    PATTERNS[rng.integers(len(PATTERNS))](image, rng, palette)
    image += GRAIN * (rng.random((side, side), dtype=np.float32) - 0.5)
    return np.clip(image + 0.5, 0, 255).astype(np.uint8).transpose(1, 2, 0)
