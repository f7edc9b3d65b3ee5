"""Mean average precision of a Hamming ranking, with its convention and its handling of ties by name."""

import numbers

import numpy as np
from numpy.typing import ArrayLike

from adahlib.deprecation import renamed_arguments
from adahlib.errors import AdahError, unknown_name
from adahlib.retrieval.codes import BinaryCodes
from adahlib.retrieval.first_relevant import first_relevant_ranking, ranked_first
from adahlib.retrieval.ranking import distance_histograms, stable_scores
from adahlib.retrieval.ties import divide_or_zero, top_ranking, whole_ranking

#: Conventions of average precision, by what is ranked and what the sum is divided by; see ``mean_average_precision``.
CONVENTIONS = ("all", "top-R-retrieved", "top-R-min", "first-k-relevant")
#: Ways to handle items that tie at one Hamming distance; see ``mean_average_precision``.
TIES = ("expected", "optimistic", "pessimistic", "stable")


@renamed_arguments("1.0", top="k")
def mean_average_precision(
    query: BinaryCodes,
    database: BinaryCodes,
    query_labels: ArrayLike,
    database_labels: ArrayLike,
    k: int | None = None,
    convention: str = "all",
    ties: str = "expected",
    return_per_query: bool = False,
) -> float | np.ndarray:
    """Return the mean average precision (MAP) of ranking a database by Hamming distance.

    An item is relevant if it shares a label with the query. The average precision (AP) of a query with nothing relevant
    counts as 0; ``queries_without_relevant`` counts these queries. Section 4.1 of ADAH's paper reports MAP.

    Args:
        query: n_query codes of q bits.
        database: n_database codes of q bits.
        query_labels: (n_query, c) of 0/1.
        database_labels: (n_database, c) of 0/1.
        k: the R of the conventions ``"top-R-…"`` or the k of ``"first-k-relevant"``, at least 1; more than the database
            holds means all of it. The convention ``"all"`` takes none.
        convention: ``"all"``: over the whole database ÷ relevant items (DCMH; Tables 1, 3, 4 of the paper);
            ``"top-R-retrieved"``: inside the first R ranks ÷ relevant items inside them (Table 2, R = 500);
            ``"top-R-min"``: inside the first R ranks ÷ min(R, relevant items); ``"first-k-relevant"``:
            over the first k relevant items wherever they rank, a mistake to compare with and nothing else.
        ties: items at one distance tie; ``"expected"``: exact mean over all orders of the ties;
            ``"optimistic"``, ``"pessimistic"``: exact maximum and minimum over them;
            ``"stable"``: database order, as a stable sort leaves it.
        return_per_query: return the (n_query,) AP instead of their mean.

    Returns:
        The mean, a float in 0..1, or the float64 array (n_query,).

    Raises:
        AdahError: if codes, labels, ``k``, ``convention`` or ``ties`` do not fit together.

    Example:
        >>> from adahlib.retrieval import BinaryCodes, mean_average_precision
        >>> query = BinaryCodes.from_signs([[1, 1, 1, 1]])
        >>> database = BinaryCodes.from_signs([[1, 1, 1, 1], [1, 1, 1, -1], [1, 1, -1, -1]])
        >>> labels = [[1, 0], [0, 1], [1, 0]]  # relevant at ranks 1 and 3: (1/1 + 2/3) / 2
        >>> round(mean_average_precision(query, database, [[1, 0]], labels), 4)
        0.8333
        >>> mean_average_precision(query, database, [[1, 0]], labels, 2, "top-R-min")
        0.5
    """
    check_choice(k, convention, ties)
    sides = (query, database, query_labels, database_labels)
    if ties == "stable":
        scores = stable_scores(sides, lambda ranked: sequence_scores(ranked, k, convention))
    else:
        scores = histogram_scores(*distance_histograms(*sides), k, convention, ties)
    return scores if return_per_query else float(scores.mean())


def average_precision(items: np.ndarray, relevant: np.ndarray, ties: str = "expected") -> np.ndarray:
    """Return the average precision of each query over the whole database, from counts by Hamming distance.

    Args:
        items, relevant: (n_query, q + 1), all items and relevant items at each distance, as ``distance_histograms``
            counts them.
        ties: ``"expected"``, ``"optimistic"`` or ``"pessimistic"``, as in ``mean_average_precision``.

    Returns:
        float64 (n_query,) in 0..1; 0 for a query with nothing relevant.

    Raises:
        AdahError: an unknown handling of ties, or counts that are not of one database.

    Example:
        >>> from adahlib.retrieval import average_precision
        >>> items, relevant = [[1, 2, 1]], [[1, 1, 0]]  # two items tie at distance 1, and one of them is relevant
        >>> {ties: average_precision(items, relevant, ties).round(3).tolist() for ties in ("pessimistic", "expected")}
        {'pessimistic': [0.833], 'expected': [0.917]}
    """
    if ties not in TIES or ties == "stable":
        raise unknown_name("handling of ties", ties, [name for name in TIES if name != "stable"])
    items, relevant = (np.asarray(part).astype(np.int64) for part in (items, relevant))
    totals = items.sum(axis=-1)
    if items.shape != relevant.shape or items.ndim != 2 or (relevant > items).any() or (totals != totals[:1]).any():
        raise AdahError("items and relevant are not histograms of one database; give those of distance_histograms.")
    return whole_ranking(items, relevant, ties)


def histogram_scores(
    items: np.ndarray, relevant: np.ndarray, k: int | None, convention: str, ties: str
) -> np.ndarray:
    """Return AP per query, (n_query,), from the distance histograms, for all ties but stable ones."""
    if convention == "all":
        return whole_ranking(items, relevant, ties)
    if convention == "first-k-relevant":
        return first_relevant_ranking(
            items, relevant, min(int(k), int(items[0].sum())), ties  # type: ignore[arg-type]  # see check_choice
        )
    k = min(int(k), int(items[0].sum()))  # type: ignore[arg-type]  # see check_choice
    return top_ranking(items, relevant, k, convention == "top-R-retrieved", ties)


def sequence_scores(ranked: np.ndarray, k: int | None, convention: str) -> np.ndarray:
    """Return AP per query of rankings without ties, (b, n_database) of 0/1 in ranked order."""
    if convention == "first-k-relevant":
        return ranked_first(ranked, k)  # type: ignore[arg-type]  # see check_choice
    total = ranked.sum(axis=1, dtype=np.int64)
    ranked = ranked[:, :k]
    hits = ranked.cumsum(axis=1, dtype=np.int64)
    gain = (ranked * hits / np.arange(1, hits.shape[1] + 1)).sum(axis=1)
    divisors = {"all": total, "top-R-retrieved": hits[:, -1], "top-R-min": np.minimum(total, hits.shape[1])}
    return divide_or_zero(gain, divisors[convention])


def check_choice(k: int | None, convention: str, ties: str) -> None:
    """Raise AdahError unless the names are known and ``k`` fits the convention."""
    if convention not in CONVENTIONS:
        raise unknown_name("convention", convention, CONVENTIONS)
    if ties not in TIES:
        raise unknown_name("handling of ties", ties, TIES)
    if convention == "all":
        if k is not None:
            raise AdahError(f"k={k!r} with convention 'all', which takes none; name another one.")
        return
    if isinstance(k, bool) or not isinstance(k, numbers.Integral) or k < 1:
        raise AdahError(f"k={k!r} with convention {convention!r}; give the number of ranks, at least 1.")
