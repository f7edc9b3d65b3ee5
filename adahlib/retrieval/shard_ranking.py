"""Exact evaluation of a database in shards: distance histograms of its parts add up, so that no part is approximate.

Average precision with ties, precision, recall and NDCG are functions of two histograms a query, and these are sums over
the items. So they are counted block by block, on this machine or by the workers of a Dask cluster, and added.
"""

import functools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from adahlib.errors import AdahError
from adahlib.progress import progress
from adahlib.retrieval.codes import BinaryCodes
from adahlib.retrieval.hamming_ranking import HammingRanking
from adahlib.retrieval.inputs import as_zero_one, words_of
from adahlib.retrieval.ranking import key_counts, split_keys
from adahlib.retrieval.shards import CodeShards

if TYPE_CHECKING:  # Dask is an extra
    from distributed import Client

Value = TypeVar("Value")


def rank_shards(
    query: BinaryCodes, shards: CodeShards, query_labels: ArrayLike, client: "Client | None" = None
) -> HammingRanking:
    """Return the ranking of all items in a folder of shards, with every metric but those of stable ties.

    The numbers are those of ``HammingRanking`` on the same codes in memory, which hold the order of the items too and
    therefore can have stable ties. Memory grows with the queries, not with the items.

    Args:
        query: n_query codes of q bits.
        shards: the database, from ``open_shards``. Files of another content and the same size are not noticed, unless
            it was opened with ``check``.
        query_labels: (n_query, c) of 0/1.
        client: a Dask client whose workers each count shards; they must see the folder under the same path. Default:
            this machine's cores count. ``adahlib.experiments.grids.engine.client`` starts workers here or under SLURM,
            or joins a scheduler.

    Raises:
        AdahError: codes or labels do not fit, a shard is damaged, or the folder was written anew since it was opened.
        UnavailableError: the cluster is lost.

    Example:
        >>> import tempfile
        >>> from adahlib.retrieval import BinaryCodes, open_shards, rank_shards, write_shards
        >>> with tempfile.TemporaryDirectory() as place:
        ...     with write_shards(f"{place}/database", bits=2, labels=2) as writer:
        ...         writer.append(BinaryCodes.from_signs([[1, 1], [1, -1], [-1, -1]]), [[1, 0], [0, 1], [1, 0]])
        ...     ranking = rank_shards(BinaryCodes.from_signs([[1, 1.0]]), open_shards(f"{place}/database"), [[1, 0]])
        >>> ranking.average_precision().round(3).tolist(), ranking.precision_at(2).tolist()
        ([0.833], [0.5])
    """
    return HammingRanking.from_histograms(*shard_histograms(query, shards, query_labels, client))


def shard_histograms(
    query: BinaryCodes, shards: CodeShards, query_labels: ArrayLike, client: "Client | None" = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return what ``distance_histograms`` returns, of a database in shards; arguments as in ``rank_shards``.

    Returns:
        ``(items, relevant)``, each int64 (n_query, q + 1); column d counts distance d. Those of several folders may be
        added, and given to ``HammingRanking.from_histograms``.

    Raises:
        AdahError: as ``rank_shards``.

    Example:
        >>> import tempfile
        >>> from adahlib.retrieval import BinaryCodes, open_shards, shard_histograms, write_shards
        >>> folder = tempfile.mkdtemp() + "/database"
        >>> with write_shards(folder, bits=2, labels=2, shard_size=2) as writer:
        ...     writer.append(BinaryCodes.from_signs([[1, 1], [1, -1], [-1, -1]]), [[1, 0], [0, 1], [1, 0]])
        >>> items, relevant = shard_histograms(BinaryCodes.from_signs([[1, 1]]), open_shards(folder), [[1, 0]])
        >>> items.tolist(), relevant.tolist()
        ([[1, 1, 1]], [[1, 0, 1]])
    """
    words = query_words(query, shards, query_labels)
    if client is not None:
        from adahlib.retrieval.shard_cluster import cluster_counts

        return split_keys(cluster_counts(client, shards, *words))
    with progress(total=shards.size, desc="counting shards", unit="item", unit_scale=True) as bar:
        each = (shard_counts(shards, number, *words, bar.update) for number in range(len(shards)))
        return split_keys(functools.reduce(np.add, each))


def query_words(query: BinaryCodes, shards: CodeShards, labels: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return the queries' codes (W, n_query) and labels (L, n_query) as words; raise unless they fit the shards."""
    if not isinstance(shards, CodeShards):
        raise AdahError(f"shards are a {type(shards).__name__}; open their folder with open_shards.")
    if not isinstance(query, BinaryCodes):
        raise AdahError(f"query is a {type(query).__name__}; use BinaryCodes.from_signs(real).")
    shards.check_bits(query.bits)
    tags = as_zero_one(labels, "query labels", dimensions=2)
    if not len(query) or tags.shape != (len(query), shards.labels):
        wanted = f"({max(len(query), 1)}, {shards.labels})"
        raise AdahError(f"query labels are {tags.shape} for {len(query)} codes; give one code or more and {wanted}.")
    return words_of(query.packed), words_of(np.packbits(tags, axis=1))


def shard_counts(
    shards: CodeShards,
    number: int,
    queries: np.ndarray,
    query_tags: np.ndarray,
    done: Callable[[int], object] = lambda items: None,
) -> np.ndarray:
    """Return int64 (n_query, 2 · (q + 1)): a shard's items by 2 · distance + relevance.

    Args:
        shards, number: the shard.
        queries, query_tags: as ``query_words`` returns them.
        done: called with the number of items of each block that is counted.
    """
    counts = np.zeros((queries.shape[1], 2 * (shards.bits + 1)), np.int64)
    for codes, tags in read_ahead(shards.blocks(number)):
        counts += key_counts(queries, query_tags, codes, tags, shards.bits)
        done(codes.shape[1])
    return counts


def read_ahead(blocks: Iterator[Value]) -> Iterator[Value]:
    """Yield what an iterator yields, each next one fetched by a thread while the last one is worked on."""
    with ThreadPoolExecutor(1) as reader:
        waiting = reader.submit(next, blocks, None)
        while (block := waiting.result()) is not None:
            waiting = reader.submit(next, blocks, None)
            yield block
