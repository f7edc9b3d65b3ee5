"""Blocks of queries on all cores: the compiled loops release the interpreter's lock, so threads are enough."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed

from adahlib.progress import progress
from adahlib.threads import cores


def in_blocks(work: Callable[[slice], None], count: int, largest: int) -> None:
    """Call ``work`` on slices of 0..count, each of at most ``largest``, on all threads; shows progress.

    An interruption waits for the blocks that are being ranked and drops the others.
    """
    workers = cores()
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
