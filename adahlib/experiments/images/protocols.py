"""How a ranking of images is scored: over the whole database, or inside its first ranks."""

from dataclasses import dataclass

import numpy as np

from adahlib.retrieval.average_precision import histogram_scores


@dataclass(frozen=True)
class ImageProtocol:
    """How rankings are scored, in both databases: with the labelled training images, and without them.

    Attributes:
        k: ranks that count; None for the whole database.
        rule: a convention of ``mean_average_precision``.
        text: what MAP means, as it stands in records.
    """

    k: int | None
    rule: str
    text: str

    def score(self, counts: tuple[np.ndarray, np.ndarray], ties: str = "expected") -> float:
        """Return MAP from the distance histograms of items and of relevant items."""
        return float(histogram_scores(*counts, self.k, self.rule, ties).mean())

    def convention(self) -> dict[str, str]:
        """Return what the numbers of a record mean, in words."""
        return {
            "relevant": "shares at least one label",
            "map": self.text,
            "database": "map: all but the queries; map_unlabelled: less the labelled training images",
            "ties": "expected over random orders of equal distances; bounds beside it",
            "no_relevant": "a query with nothing relevant counts 0",
        }


IMAGE_PROTOCOLS = {
    "all": ImageProtocol(None, "all", "all: AP over the whole database / number of relevant items"),
    "top-5000": ImageProtocol(
        5000, "top-R-retrieved", "top-5000: AP inside the first 5,000 ranks / relevant items among them"
    ),
}
