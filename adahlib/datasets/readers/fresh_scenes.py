"""Emoji scenes of other seeds than the book's: nothing was chosen on them, and nothing is to be."""

import dataclasses
from pathlib import Path

from adahlib.datasets.emoji import scenes as emoji_scenes
from adahlib.datasets.emoji.scenes import SPLIT
from adahlib.datasets.pairs import ImageTextPairs

__all__ = ["SPLIT", "load"]


def load(root: Path | str | None = None, scenes: int = 10_000, seed: int = 1) -> ImageTextPairs:
    """Return the scenes of a seed under a name of their own, as ``emoji-scenes-seed1``; made as ``emoji-scenes`` is.

    Args:
        root: accepted so that all data sets load alike, and ignored.
        scenes: number of scenes, at least one per label.
        seed: seed of the scenes, 0 or more.
    """
    pairs = emoji_scenes.load(scenes=scenes, seed=seed)
    about = pairs.provenance | {"title": f"emoji-scenes of seed {seed}"}
    return dataclasses.replace(pairs, name=f"{pairs.name}-seed{seed}", provenance=about)
