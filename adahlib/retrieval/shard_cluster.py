"""Shards counted by the workers of a Dask cluster: one task a shard, and the sum of what they return.

A shard whose worker dies is counted again by another worker, and it is added once: counts are whole numbers, so that
the sum is the same to the last bit whoever counted what, and in which order. Dask itself is imported by whoever has a
client to give; this module imports it only then.
"""

from typing import TYPE_CHECKING

import numpy as np

from adahlib.errors import AdahError, UnavailableError, reason
from adahlib.progress import progress
from adahlib.retrieval.shards import CodeShards, open_shards

if TYPE_CHECKING:  # Dask is an extra
    from distributed import Client, Future

LOST = "the connection to the Dask scheduler was lost while shards were counted; count them again."


def cluster_counts(
    client: "Client", shards: CodeShards, queries: np.ndarray, query_tags: np.ndarray
) -> np.ndarray:
    """Return int64 (n_query, 2 · (q + 1)): items of all shards by 2 · distance + relevance; shows progress.

    Args:
        client: a ``distributed.Client``.
        shards: the database, in a folder that the workers see under the same path.
        queries, query_tags: words, as ``shard_ranking.query_words`` returns them.

    Raises:
        AdahError: a shard cannot be counted.
        UnavailableError: the scheduler is gone.
    """
    from distributed import Client, as_completed

    if not isinstance(client, Client):
        raise AdahError(f"client is a {type(client).__name__}; give a distributed.Client, or None for this machine.")

    def ask(number: int) -> "Future":
        place = str(shards.folder), shards.digest, number
        return client.submit(count_on_worker, *place, queries, query_tags, pure=False, key=f"{name}-{number}")

    name = f"adahlib-shard-{np.random.default_rng().integers(2**63):x}"  # a name of its own for each call
    counts = np.zeros((queries.shape[1], 2 * (shards.bits + 1)), np.int64)
    running = as_completed([ask(number) for number in range(len(shards))], loop=client.loop)
    try:
        with progress(total=shards.size, desc="counting shards", unit="item", unit_scale=True) as bar:
            for future in running:
                number = int(future.key.rpartition("-")[2])
                counts += result_of(future, shards, number)
                del future  # a result that is held would be made again if its worker died
                bar.update(shards.counts[number])
    finally:
        running.clear()  # after an error or an interruption nothing goes on
    return counts


def count_on_worker(folder: str, digest: str, number: int, queries: np.ndarray, query_tags: np.ndarray) -> np.ndarray:
    """Count one shard, on a worker.

    Raises:
        AdahError: there are other shards, or none, where the worker looks.
    """
    from adahlib.retrieval.shard_ranking import shard_counts

    shards = open_shards(folder)
    if shards.digest != digest:
        raise AdahError(f"{folder} holds other shards for the worker; give it the same folder.")
    return shard_counts(shards, number, queries, query_tags)


def result_of(future: "Future", shards: CodeShards, number: int) -> np.ndarray:
    """Return what a worker counted; raise one sentence for whatever kept it from counting."""
    from distributed.client import FutureCancelledError
    from distributed.comm import CommClosedError
    from distributed.scheduler import KilledWorker

    try:
        return future.result()
    except AdahError:
        raise
    except KilledWorker as death:
        times = death.allowed_failures + 1
        raise AdahError(f"shard {number} of {shards.folder}: its worker died {times} times (memory?).") from death
    except (FutureCancelledError, CommClosedError) as error:
        raise UnavailableError(LOST) from error
    except Exception as error:  # of the worker itself: it has no adahlib, or other packages
        raise AdahError(f"shard {number} of {shards.folder} was not counted: {reason(error)}.") from error
