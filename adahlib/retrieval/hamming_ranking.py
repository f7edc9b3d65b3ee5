"""HammingRanking: one count of all pairs, then every metric of the ranking from it."""

import functools
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import ArrayLike

from adahlib.deprecation import renamed_arguments
from adahlib.errors import AdahError, check_whole, unknown_name
from adahlib.retrieval.average_precision import TIES, check_choice, histogram_scores, sequence_scores
from adahlib.retrieval.codes import BinaryCodes
from adahlib.retrieval.cutoffs import gain_at, hits_at, ideal_gain, ranked_gain, ranked_hits, ratio
from adahlib.retrieval.many_items import TABLE, long_scores
from adahlib.retrieval.precision_recall import pooled_precision_recall
from adahlib.retrieval.ranking import distance_histograms, stable_scores


class HammingRanking:
    """The ranking of a database by Hamming distance for every query, and all metrics that follow from it.

    An item is relevant if it shares a label with the query. Per-query values are float64 (n_query,); a query with
    nothing relevant has 0 in all of them, and ``queries_without_relevant`` counts such queries.

    All pairs are compared once; each metric is then computed from the counts. The methods take ``k``, the number N
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

    @classmethod
    def from_histograms(cls, items: ArrayLike, relevant: ArrayLike) -> "HammingRanking":
        """Return the ranking of which these are the distance histograms; those of parts of a database may be added.

        It has every metric but those of stable ties, for which the order of the items is needed.

        Args:
            items, relevant: whole numbers (n_query, q + 1), all items and relevant items at each distance.

        Raises:
            AdahError: they are not histograms of one database.

        Example:
            >>> from adahlib.retrieval import HammingRanking
            >>> HammingRanking.from_histograms([[1, 1, 1]], [[1, 0, 1]]).average_precision().round(3).tolist()
            [0.833]
        """
        ranking = cls.__new__(cls)
        ranking.items, ranking.relevant = checked_histograms(items, relevant)
        ranking.sides = None  # type: ignore[assignment]  # histograms hold no order
        ranking.size = int(ranking.items[0].sum())
        return ranking

    @property
    def chance(self) -> float:
        """The share of relevant pairs: a random ranking's expected precision, and in a large database its MAP."""
        return float(self.relevant.sum() / self.items.sum())

    @property
    def queries_without_relevant(self) -> int:
        """How many queries have nothing relevant in the database."""
        return int((self.relevant.sum(axis=1) == 0).sum())

    @renamed_arguments("1.0", top="k")
    def average_precision(self, k: int | None = None, convention: str = "all", ties: str = "expected") -> np.ndarray:
        """Return AP per query; arguments as in ``mean_average_precision``."""
        check_choice(k, convention, ties)
        if ties == "stable":
            return self._stable(functools.partial(sequence_scores, k=k, convention=convention))
        scores = histogram_scores if self.size <= TABLE else long_scores
        return scores(self.items, self.relevant, k, convention, ties)

    @renamed_arguments("1.0", rank="k")
    def precision_at(self, k: int, ties: str = "expected") -> np.ndarray:
        """Return precision@k per query: relevant items among the first k ÷ k, or ÷ the database if that is smaller."""
        return self._hits(k, ties) / min(k, self.size)

    @renamed_arguments("1.0", rank="k")
    def recall_at(self, k: int, ties: str = "expected") -> np.ndarray:
        """Return recall@k per query: relevant items among the first k ÷ relevant items."""
        return ratio(self._hits(k, ties), self.relevant.sum(axis=1))

    @renamed_arguments("1.0", rank="k")
    def ndcg_at(self, k: int, ties: str = "expected") -> np.ndarray:
        """Return NDCG@k per query: gains of 0 or 1, discount 1 / log2(1 + rank), ÷ that of the best ranking."""
        k = self._checked(k, ties)
        if ties == "stable":
            gain = self._stable(functools.partial(ranked_gain, rank=k))
        else:
            gain = gain_at(self.items, self.relevant, k, ties)
        return ratio(gain, ideal_gain(self.relevant, k))

    def precision_recall_by_rank(self, ranks: Iterable[int], ties: str = "expected") -> tuple[np.ndarray, np.ndarray]:
        """Return the means over queries of precision@k and recall@k at each k of ``ranks``."""
        values = [(self.precision_at(k, ties).mean(), self.recall_at(k, ties).mean()) for k in ranks]
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

    def _hits(self, k: int, ties: str) -> np.ndarray:
        k = self._checked(k, ties)
        if ties == "stable":
            return self._stable(functools.partial(ranked_hits, rank=k))
        return hits_at(self.items, self.relevant, k, ties)

    def _stable(self, score: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """Return what ``score`` makes of every query's ranking with ties in database order."""
        if self.sides is None:
            raise AdahError("ties='stable' needs the order of the items, which histograms do not hold; use 'expected'.")
        return stable_scores(self.sides, score)

    def _checked(self, k: int, ties: str) -> int:
        """Return the rank, at most the size of the database; raise unless it is a whole number and ties are known."""
        k = check_whole("k", k, 1)
        if ties not in TIES:
            raise unknown_name("handling of ties", ties, TIES)
        return min(k, self.size)


def checked_histograms(items: ArrayLike, relevant: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return both histograms as int64 (n_query, q + 1); raise unless they can be those of one database."""
    items, relevant = np.asarray(items), np.asarray(relevant)
    right = items.ndim == 2 and items.size and items.shape == relevant.shape
    right = right and items.dtype.kind in "iu" and relevant.dtype.kind in "iu"
    if not right or (relevant < 0).any() or (relevant > items).any():
        found = f"{items.dtype} {items.shape} and {relevant.dtype} {relevant.shape}"
        raise AdahError(f"items and relevant are {found}; give counts (n_query, q + 1), relevant at most items.")
    totals = items.sum(axis=1)
    if (totals != totals[0]).any() or not totals[0]:
        raise AdahError(f"queries count from {totals.min()} to {totals.max()} items; give each all of one database.")
    return items.astype(np.int64), relevant.astype(np.int64)
