"""What a run of images encoded, kept as a file so that evaluating again trains nothing."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from adahlib.files import whole_file
from adahlib.retrieval import BinaryCodes


@dataclass
class EncodedImages:
    """What a fitted method made of a data set.

    Attributes:
        images: codes of all images.
        facts: the training's history, options and seconds, and what the inputs were; plain JSON values.
    """

    images: BinaryCodes
    facts: dict

    def codes_hash(self) -> str:
        """Return a sha256 over all codes."""
        return self.images.content_hash()

    def save(self, path: Path) -> None:
        """Write this as .npz, whole or not at all."""
        with whole_file(path) as temporary:
            arrays: dict[str, Any] = {"images": self.images.packed, "bits": self.images.bits}
            np.savez_compressed(temporary, facts=json.dumps(self.facts), **arrays)

    @classmethod
    def load(cls, path: Path) -> "EncodedImages":
        """Read what :meth:`save` wrote."""
        with np.load(path) as stored:
            return cls(BinaryCodes(stored["images"], int(stored["bits"])), json.loads(str(stored["facts"])))
