"""What a run encoded: all that an evaluation needs, kept as a file so that evaluating again trains nothing."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from adahlib.files import whole_file
from adahlib.retrieval import BinaryCodes


@dataclass
class Encoded:
    """What a fitted method made of a data set.

    Attributes:
        images, texts: codes of all pairs.
        image_masks: Z^I of the queries, bool (n, H, W); None for methods without masks.
        text_shares: the attended share of each query's text features, float32 (n,); None likewise.
        facts: the training's history, options and seconds, and what the inputs were; plain JSON values.
    """

    images: BinaryCodes
    texts: BinaryCodes
    image_masks: np.ndarray | None
    text_shares: np.ndarray | None
    facts: dict

    def codes_hash(self) -> str:
        """Return a sha256 over all codes."""
        return hashlib.sha256((self.images.content_hash() + self.texts.content_hash()).encode()).hexdigest()

    def save(self, path: Path) -> None:
        """Write this as .npz, whole or not at all."""
        arrays: dict[str, Any] = {"images": self.images.packed, "texts": self.texts.packed, "bits": self.images.bits}
        if self.image_masks is not None:
            arrays |= {"image_masks": self.image_masks, "text_shares": self.text_shares}
        with whole_file(path) as temporary:
            np.savez_compressed(temporary, facts=json.dumps(self.facts), **arrays)

    @classmethod
    def load(cls, path: Path) -> "Encoded":
        """Read what :meth:`save` wrote."""
        with np.load(path) as stored:
            codes = [BinaryCodes(stored[name], int(stored["bits"])) for name in ("images", "texts")]
            masks = [stored.get(name) for name in ("image_masks", "text_shares")]
            return cls(*codes, *masks, json.loads(str(stored["facts"])))  # type: ignore[arg-type, call-arg]
