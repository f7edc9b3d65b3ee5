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


def evaluate_encoded(encoded, pairs, split) -> tuple[dict, dict]:
    """Return the metrics of a record, and examples of masks or nothing, from what a run encoded."""
    metrics = evaluate(encoded.images, encoded.texts, pairs.labels, split)
    if (masks := encoded.image_masks) is None:
        return metrics, {}
    truth = None if pairs.masks is None else np.asarray(pairs.masks[split.query])
    metrics["attention"] = attention_metrics(masks, encoded.text_shares, truth)
    return metrics, attention_examples(masks, [pairs.ids[i] for i in split.query])


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


def validation_score(method, maps, pairs, split) -> float:
    """Return the mean of both directions' MAP of the validation queries: what may choose an epoch or an option."""
    codes = method.encode_images(maps), method.encode_texts(pairs.tags)
    found = histograms(*codes, pairs.labels, split.validation, split.validation_database)
    return float(np.mean(list(mean_precisions(found).values())))


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


def attention_metrics(attended: np.ndarray, text_shares: np.ndarray, true_masks=None) -> dict[str, float]:
    """Return the mean attended share of the queries' images and texts and, with true masks, the mask scores.

    Args:
        attended: Z^I of the queries, bool (n, H, W).
        text_shares: attended share of each query's text features, (n,).
        true_masks: bool (n, side, side), where the data set has them.
    """
    metrics = {"attended_fraction": float(attended.mean()), "attended_text_fraction": float(text_shares.mean())}
    return metrics if true_masks is None else metrics | mask_scores(attended, true_masks)


def attention_examples(attended: np.ndarray, ids, count: int = 12) -> dict[str, list]:
    """Return the first queries' ids and masks, a row of cells as a string of 0 and 1."""
    masks = attended[:count].astype(int)
    return {"ids": list(ids[:count]), "masks": [["".join(map(str, row)) for row in mask] for mask in masks]}
