"""All metrics of what a run encoded: both directions, test and validation, with chance and bounds.

A protocol says how a ranking is scored. ``all`` takes the average precision over the whole database (Tables 1, 3 and
4); ``top-500`` takes it inside the first 500 ranks, over the relevant items among them (Table 2, the protocol of DVSH).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from adahlib.datasets.splits import Split
from adahlib.experiments.frames import Encoded
from adahlib.experiments.rundata import RunData
from adahlib.retrieval import (
    BinaryCodes,
    chance_level,
    distance_histograms,
    mask_scores,
    pooled_precision_recall,
    queries_without_relevant,
)
from adahlib.retrieval.average_precision import histogram_scores

Counts = dict[str, tuple[np.ndarray, np.ndarray]]  # direction → items and relevant items by Hamming distance
BOUNDS = ("optimistic", "pessimistic")


@dataclass(frozen=True)
class Protocol:
    """How rankings are scored.

    Attributes:
        k: ranks that count; None for the whole database.
        rule: a convention of ``mean_average_precision``.
        text: what MAP means, as it stands in records.
        no_relevant: how a query counts that finds nothing relevant, as it stands in records.
    """

    k: int | None
    rule: str
    text: str
    no_relevant: str

    def scores(self, counts: Counts, ties: str = "expected") -> dict[str, float]:
        """Return MAP of both directions from their distance histograms."""
        return {
            f"map_{name}": float(histogram_scores(*pair, self.k, self.rule, ties).mean())
            for name, pair in counts.items()
        }

    def convention(self) -> dict[str, str]:
        """Return what the numbers of a record mean, in words."""
        return {
            "relevant": "shares at least one label",
            "map": self.text,
            "ties": "expected over random orders of equal distances; bounds beside it",
            "no_relevant": self.no_relevant,
        }


PROTOCOLS = {
    "all": Protocol(
        k=None,
        rule="all",
        text="all: AP over the whole database / number of relevant items",
        no_relevant="a query with nothing relevant counts 0",
    ),
    "top-500": Protocol(
        k=500,
        rule="top-R-retrieved",
        text="top-500: AP inside the first 500 ranks / relevant items among them",
        no_relevant="a query with nothing relevant, or nothing among the first 500, counts 0",
    ),
}


def evaluate(encoded: Encoded, data: RunData, protocol: str = "all") -> tuple[dict, dict]:
    """Return the metrics of a record, and examples of masks or nothing.

    Curves, masks and their examples belong to the protocol over the whole database. The chance level of ``all`` is the
    share of relevant pairs; that of ``top-500`` is the MAP of codes that are all equal, whose ties are scored by
    expectation over their random orders.
    """
    pairs, split, by = data.pairs, data.split, PROTOCOLS[protocol]
    test = histograms(encoded.images, encoded.texts, pairs.labels, split.query, split.database)
    metrics: dict[str, Any] = by.scores(test)
    for ties in BOUNDS:
        metrics |= {f"{name}_{ties}": value for name, value in by.scores(test, ties).items()}
    labels = pairs.labels[split.query], pairs.labels[split.database]
    metrics["chance"] = chance_level(*labels) if by.k is None else equal_codes_score(by, labels)
    metrics["queries_without_relevant"] = queries_without_relevant(*labels)
    if len(split.validation) and len(split.validation_database):
        sides = split.validation, split.validation_database
        metrics["validation"] = by.scores(histograms(encoded.images, encoded.texts, pairs.labels, *sides))
    if by.k is not None:
        return metrics, {}
    metrics["precision_recall"] = curves(test)
    if encoded.image_masks is None:
        return metrics, {}
    truth = None if pairs.masks is None else np.asarray(pairs.masks[split.query])
    metrics["attention"] = attention_metrics(encoded.image_masks, encoded.text_shares, truth)  # type: ignore[arg-type]
    return metrics, attention_examples(encoded.image_masks, [pairs.ids[i] for i in split.query])


def equal_codes_score(protocol: Protocol, labels: tuple[np.ndarray, np.ndarray]) -> float:
    """Return the MAP of codes that are all equal, the same in both directions."""
    query, database = (BinaryCodes(np.zeros((len(side), 1), np.uint8), 1) for side in labels)
    return protocol.scores({"equal": distance_histograms(query, database, *labels)})["map_equal"]


def validation_score(images: BinaryCodes, texts: BinaryCodes, labels: np.ndarray, split: Split) -> float:
    """Return the mean of both directions' MAP of the validation queries: what may choose an epoch or an option.

    Args:
        images, texts: codes of all n pairs; only validation queries and their database are looked at.
        labels: (n, c) 0/1.
        split: with validation queries.
    """
    found = histograms(images, texts, labels, split.validation, split.validation_database)
    return float(np.mean(list(PROTOCOLS["all"].scores(found).values())))


def histograms(
    images: BinaryCodes, texts: BinaryCodes, labels: np.ndarray, query: np.ndarray, database: np.ndarray
) -> Counts:
    """Return the distance histograms of both directions: the queries of I→T are images, those of T→I texts.

    Args:
        images, texts: codes of all n pairs.
        labels: (n, c) 0/1.
        query, database: positions of the queries and of the items that are ranked.
    """
    ask = {"i2t": (images, texts), "t2i": (texts, images)}
    return {
        name: distance_histograms(asked[query], stored[database], labels[query], labels[database])
        for name, (asked, stored) in ask.items()
    }


def curves(counts: Counts) -> dict[str, dict[str, list]]:
    """Return micro precision and recall by Hamming radius 0…q; precision is null where nothing is retrieved."""
    result = {}
    for name, pair in counts.items():
        precision, recall = pooled_precision_recall(*pair)
        result[name] = {"precision": _listed(precision), "recall": _listed(recall)}
    return result


def _listed(values: np.ndarray) -> list:
    return [None if np.isnan(value) else round(float(value), 6) for value in values]


def attention_metrics(
    attended: np.ndarray, text_shares: np.ndarray, true_masks: np.ndarray | None = None
) -> dict[str, float]:
    """Return the mean attended share of the queries' images and texts and, with true masks, the mask scores.

    Args:
        attended: Z^I of the queries, bool (n, H, W).
        text_shares: attended share of each query's text features, (n,).
        true_masks: bool (n, side, side), where the data set has them.
    """
    metrics = {"attended_fraction": float(attended.mean()), "attended_text_fraction": float(text_shares.mean())}
    return metrics if true_masks is None else metrics | mask_scores(attended, true_masks)


def attention_examples(attended: np.ndarray, ids: Sequence[str], count: int = 12) -> dict[str, list]:
    """Return the first queries' ids and masks, a row of cells as a string of 0 and 1."""
    masks = attended[:count].astype(int)
    return {"ids": list(ids[:count]), "masks": [["".join(map(str, row)) for row in mask] for mask in masks]}
