"""Blocks of queries on all cores: the compiled loops release the interpreter's lock, so threads are enough."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed

from adahlib.progress import progress


def threads() -> int:
    """Return how many threads rank queries: ``OMP_NUM_THREADS``, else the cores that this process may use."""
    asked = os.environ.get("OMP_NUM_THREADS", "")
    if asked.isdecimal() and int(asked) > 0:
        return int(asked)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_blocks(work: Callable[[slice], None], count: int, largest: int) -> None:
    """Call ``work`` on slices of 0..count, each of at most ``largest``, on all threads; shows progress.

    An interruption waits for the blocks at hand and drops the others.
    """
    workers = threads()
    step = max(1, min(largest, -(-count // workers)))
    slices = [slice(start, min(start + step, count)) for start in range(0, count, step)]
    with ThreadPoolExecutor(workers) as pool:
        running = [pool.submit(work, block) for block in slices]
        try:
            for done in progress(as_completed(running), total=len(running), desc="ranking", unit="block"):
                done.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
