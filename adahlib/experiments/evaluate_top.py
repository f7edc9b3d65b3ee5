"""DVSH's protocol (Table 2): the average precision inside the first 500 ranks, over the relevant items among them."""

import numpy as np

from adahlib.experiments.evaluate import CONVENTION as OVER_ALL
from adahlib.retrieval import BinaryCodes, mean_average_precision, queries_without_relevant

TOP = 500
CONVENTION = OVER_ALL | {
    "map": f"top-{TOP}: AP inside the first {TOP} ranks / relevant items among them",
    "no_relevant": f"a query with nothing relevant, or nothing among the first {TOP}, counts 0",
}


def evaluate_encoded(encoded, pairs, split) -> tuple[dict, dict]:
    """Return the metrics of a record from what a run encoded, and no examples.

    The chance level is the MAP of codes that are all equal: ties are scored by expectation over their random orders.
    """
    images, texts, labels = encoded.images, encoded.texts, pairs.labels
    places = split.query, split.database
    metrics = top_precisions(images, texts, labels, *places)
    for ties in ("optimistic", "pessimistic"):
        bounds = top_precisions(images, texts, labels, *places, ties)
        metrics |= {f"{name}_{ties}": value for name, value in bounds.items()}
    equal = BinaryCodes(np.zeros_like(images.packed), images.bits)
    metrics["chance"] = top_precisions(equal, equal, labels, *places)["map_i2t"]
    metrics["queries_without_relevant"] = queries_without_relevant(labels[split.query], labels[split.database])
    if len(split.validation) and len(split.validation_database):
        metrics["validation"] = top_precisions(images, texts, labels, split.validation, split.validation_database)
    return metrics, {}


def top_precisions(images, texts, labels, query, database, ties: str = "expected") -> dict[str, float]:
    """Return the top-500 MAP of both directions: I→T asks with images, T→I with texts.

    Args:
        images, texts: codes of all n pairs.
        labels: (n, c) 0/1.
        query, database: positions of the items that ask and of those that are ranked.
        ties: as in ``mean_average_precision``.
    """
    ask = {"map_i2t": (images, texts), "map_t2i": (texts, images)}
    scoring = {"top": TOP, "convention": "top-R-retrieved", "ties": ties}
    return {
        name: mean_average_precision(asked[query], stored[database], labels[query], labels[database], **scoring)
        for name, (asked, stored) in ask.items()
    }
