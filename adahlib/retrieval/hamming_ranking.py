"""HammingRanking: one count of all pairs, then every metric of the ranking from it."""

import functools
from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from adahlib.errors import check_whole, unknown_name
from adahlib.retrieval.average_precision import TIES, check_choice, histogram_scores, sequence_scores
from adahlib.retrieval.codes import BinaryCodes
from adahlib.retrieval.cutoffs import gain_at, hits_at, ideal_gain, ranked_gain, ranked_hits, ratio
from adahlib.retrieval.precision_recall import pooled_precision_recall
from adahlib.retrieval.ranking import distance_histograms, stable_scores


class HammingRanking:
    """The ranking of a database by Hamming distance for every query, and all metrics that follow from it.

    An item is relevant if it shares a label with the query. Per-query values are float64 (n_query,); a query with
    nothing relevant has 0 in all of them, and ``queries_without_relevant`` counts such queries.

    All pairs are compared once; each metric is then computed from the counts. The methods take ``rank``, the number N
    of first ranks, and ``ties`` as ``mean_average_precision`` does, and raise ``AdahError`` where one is out of range.

    Args:
        query: n_query codes of q bits.
        database: n_database codes of q bits.
        query_labels: (n_query, c) of 0/1.
        database_labels: (n_database, c) of 0/1.
        device: a torch device that counts, ``"cuda"`` for a GPU; None for compiled code on the CPU's cores.

    Attributes:
        items, relevant: int64 (n_query, q + 1), all items and relevant items at each distance.

    Raises:
        AdahError: if codes or labels are empty, disagree in length or number, or labels are not 0/1.

    Example:
        >>> from adahlib.retrieval import BinaryCodes, HammingRanking
        >>> query = BinaryCodes.from_signs([[1, 1, 1, 1]])
        >>> database = BinaryCodes.from_signs([[1, 1, 1, 1], [1, 1, 1, -1], [1, 1, -1, -1], [-1, -1, -1, -1]])
        >>> ranking = HammingRanking(query, database, [[1, 0]], [[1, 0], [0, 1], [1, 0], [0, 1]])
        >>> ranking.average_precision().round(3), ranking.precision_at(3).round(3), ranking.ndcg_at(2).round(3)
        (array([0.833]), array([0.667]), array([0.613]))
        >>> ranking.within_radius(1)
        (array([0.5]), array([0.5]))
        >>> ranking.chance
        0.5
    """

    def __init__(
        self,
        query: BinaryCodes,
        database: BinaryCodes,
        query_labels: ArrayLike,
        database_labels: ArrayLike,
        device: str | None = None,
    ):
        self.sides = query, database, query_labels, database_labels
        self.items, self.relevant = distance_histograms(*self.sides, device)
        self.size = len(database)

    @property
    def chance(self) -> float:
        """The share of relevant pairs: what a random ranking is expected to reach."""
        return float(self.relevant.sum() / self.items.sum())

    @property
    def queries_without_relevant(self) -> int:
        """How many queries have nothing relevant in the database."""
        return int((self.relevant.sum(axis=1) == 0).sum())

    def average_precision(self, top: int | None = None, convention: str = "all", ties: str = "expected") -> np.ndarray:
        """Return AP per query; arguments as in ``mean_average_precision``."""
        check_choice(top, convention, ties)
        if ties == "stable":
            return stable_scores(self.sides, functools.partial(sequence_scores, top=top, convention=convention))
        return histogram_scores(self.items, self.relevant, top, convention, ties)

    def precision_at(self, rank: int, ties: str = "expected") -> np.ndarray:
        """Return precision@N per query: relevant items among the first N ÷ N, or ÷ the database if that is smaller."""
        return self._hits(rank, ties) / min(rank, self.size)

    def recall_at(self, rank: int, ties: str = "expected") -> np.ndarray:
        """Return recall@N per query: relevant items among the first N ÷ relevant items."""
        return ratio(self._hits(rank, ties), self.relevant.sum(axis=1))

    def ndcg_at(self, rank: int, ties: str = "expected") -> np.ndarray:
        """Return NDCG@N per query: gains of 0 or 1, discount 1 / log2(1 + rank), ÷ that of the best ranking."""
        rank = self._checked(rank, ties)
        if ties == "stable":
            gain = stable_scores(self.sides, functools.partial(ranked_gain, rank=rank))
        else:
            gain = gain_at(self.items, self.relevant, rank, ties)
        return ratio(gain, ideal_gain(self.relevant, rank))

    def precision_recall_by_rank(self, ranks: Iterable[int], ties: str = "expected") -> tuple[np.ndarray, np.ndarray]:
        """Return the means over queries of precision@N and recall@N at each N of ``ranks``."""
        values = [(self.precision_at(rank, ties).mean(), self.recall_at(rank, ties).mean()) for rank in ranks]
        precision, recall = np.array(values).reshape(-1, 2).T
        return precision, recall

    def precision_recall_by_radius(self) -> tuple[np.ndarray, np.ndarray]:
        """Return micro precision and recall within each radius 0..q; see ``precision_recall``."""
        return pooled_precision_recall(self.items, self.relevant)

    def within_radius(self, radius: int = 2) -> tuple[np.ndarray, np.ndarray]:
        """Return precision and recall per query within a Hamming radius; a query that finds nothing has precision 0."""
        radius = check_whole("radius", radius, 0)
        found, hits = (part[:, : radius + 1].sum(axis=1) for part in (self.items, self.relevant))
        return ratio(hits, found), ratio(hits, self.relevant.sum(axis=1))

    def _hits(self, rank: int, ties: str) -> np.ndarray:
        rank = self._checked(rank, ties)
        if ties == "stable":
            return stable_scores(self.sides, functools.partial(ranked_hits, rank=rank))
        return hits_at(self.items, self.relevant, rank, ties)

    def _checked(self, rank: int, ties: str) -> int:
        """Return the rank, at most the size of the database; raise unless it is a whole number and ties are known."""
        rank = check_whole("rank", rank, 1)
        if ties not in TIES:
            raise unknown_name("handling of ties", ties, TIES)
        return min(rank, self.size)
