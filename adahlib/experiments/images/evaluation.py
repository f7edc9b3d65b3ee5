"""The metrics of what a run of images encoded: MAP in both databases, with bounds, chance and curves."""

import numpy as np

from adahlib.experiments.images.encoded import EncodedImages
from adahlib.experiments.images.protocols import IMAGE_PROTOCOLS, ImageProtocol
from adahlib.experiments.rundata import RunData
from adahlib.retrieval import (
    BinaryCodes,
    chance_level,
    distance_histograms,
    pooled_precision_recall,
    queries_without_relevant,
)

__all__ = ["IMAGE_PROTOCOLS", "evaluate"]

BOUNDS = ("optimistic", "pessimistic")


def evaluate(encoded: EncodedImages, data: RunData, protocol: str = "all") -> tuple[dict, dict]:
    """Return the metrics of a record, and no examples.

    ``map`` is that of the whole database, the labelled training images among it; ``map_unlabelled`` leaves them out.
    Papers print either. The chance level of ``top-5000`` is the MAP of codes that are all equal.
    """
    split, by = data.split, IMAGE_PROTOCOLS[protocol]
    databases = {"map": split.database, "map_unlabelled": np.setdiff1d(split.database, split.train)}
    metrics: dict[str, object]
    metrics, query = {}, (encoded.images[split.query], data.pairs.labels[split.query])
    for name, positions in databases.items():
        stored = encoded.images[positions], data.pairs.labels[positions]
        counts = distance_histograms(query[0], stored[0], query[1], stored[1])
        metrics[name] = by.score(counts)
        metrics |= {f"{name}_{ties}": by.score(counts, ties) for ties in BOUNDS}
        metrics[name.replace("map", "chance")] = chance(by, query[1], stored[1])
        if name == "map" and by.k is None:
            metrics["precision_recall"] = {"i2i": curve(counts)}
    metrics["queries_without_relevant"] = queries_without_relevant(query[1], data.pairs.labels[split.database])
    return metrics, {}


def chance(protocol: ImageProtocol, query: np.ndarray, database: np.ndarray) -> float:
    """Return the MAP that codes without content reach, by the labels of queries and database."""
    if protocol.k is None:
        return chance_level(query, database)
    equal = [BinaryCodes(np.zeros((len(side), 1), np.uint8), 1) for side in (query, database)]
    return protocol.score(distance_histograms(*equal, query, database))  # type: ignore[arg-type, call-arg]


def curve(counts: tuple[np.ndarray, np.ndarray]) -> dict[str, list]:
    """Return micro precision and recall by Hamming radius 0…q; precision is null where nothing is retrieved."""
    found = dict(zip(("precision", "recall"), pooled_precision_recall(*counts), strict=True))
    return {name: [None if np.isnan(v) else round(float(v), 6) for v in values] for name, values in found.items()}
