"""All metrics of one trained method: both directions, test and validation, with chance and bounds."""

import numpy as np

from adahlib.retrieval import (
    BinaryCodes,
    average_precision,
    chance_level,
    distance_histograms,
    mask_scores,
    pooled_precision_recall,
    queries_without_relevant,
)

CONVENTION = {
    "relevant": "shares at least one label",
    "map": "all: AP over the whole database / number of relevant items",
    "ties": "expected over random orders of equal distances; bounds beside it",
    "no_relevant": "a query with nothing relevant counts 0",
}


def evaluate(images: BinaryCodes, texts: BinaryCodes, labels: np.ndarray, split) -> dict:
    """Return the metrics of a record.

    Args:
        images, texts: codes of all n pairs of the data set.
        labels: (n, c) 0/1.
        split: the query and database positions; validation queries search the rest of the database.
    """
    test = histograms(images, texts, labels, split.query, split.database)
    metrics = mean_precisions(test)
    for ties in ("optimistic", "pessimistic"):
        metrics |= {f"{name}_{ties}": value for name, value in mean_precisions(test, ties).items()}
    metrics["chance"] = chance_level(labels[split.query], labels[split.database])
    metrics["queries_without_relevant"] = queries_without_relevant(labels[split.query], labels[split.database])
    metrics["precision_recall"] = curves(test)
    if len(split.validation) and len(split.validation_database):
        validation = histograms(images, texts, labels, split.validation, split.validation_database)
        metrics["validation"] = mean_precisions(validation)
    return metrics


def histograms(images, texts, labels, query, database) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return the distance histograms of both directions: I→T asks with images, T→I with texts."""
    ask = {"i2t": (images, texts), "t2i": (texts, images)}
    return {
        name: distance_histograms(asked[query], stored[database], labels[query], labels[database])
        for name, (asked, stored) in ask.items()
    }


def mean_precisions(counts: dict, ties: str = "expected") -> dict[str, float]:
    """Return MAP of both directions from their histograms."""
    return {f"map_{name}": float(average_precision(*pair, ties).mean()) for name, pair in counts.items()}


def curves(counts: dict) -> dict[str, dict[str, list]]:
    """Return micro precision and recall by Hamming radius 0…q; precision is null where nothing is retrieved."""
    result = {}
    for name, pair in counts.items():
        precision, recall = pooled_precision_recall(*pair)
        result[name] = {"precision": _listed(precision), "recall": _listed(recall)}
    return result


def _listed(values: np.ndarray) -> list:
    return [None if np.isnan(value) else round(float(value), 6) for value in values]


def attention_metrics(method, images, pairs, query: np.ndarray) -> dict[str, float]:
    """Return the mean attended share of the queries' images and, where the data has true masks, the mask scores.

    A method without masks has no attention metrics.
    """
    if not hasattr(method, "image_masks"):
        return {}
    attended = method.image_masks(images[query])
    metrics = {"attended_fraction": float(attended.mean())}
    if pairs.masks is not None:
        metrics |= mask_scores(attended, np.asarray(pairs.masks[query]))
    return metrics


def attention_examples(method, images, pairs, query: np.ndarray, count: int = 12) -> dict[str, list] | None:
    """Return the first queries' ids and masks, a row of cells as a string of 0 and 1; None without masks."""
    if not hasattr(method, "image_masks"):
        return None
    first = query[:count]
    masks = method.image_masks(images[first]).astype(int)
    return {
        "ids": [pairs.ids[i] for i in first],
        "masks": [["".join(map(str, row)) for row in mask] for mask in masks],
    }
