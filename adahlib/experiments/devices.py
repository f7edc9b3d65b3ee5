"""One GPU per worker: a process claims a free GPU of its machine for as long as a run takes."""

import contextlib
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from filelock import FileLock, Timeout

POLL_SECONDS = 0.5


@contextlib.contextmanager
def claimed_gpu(count: int | None = None) -> Iterator[int | None]:
    """Claim one of the machine's GPUs, waiting until one is free, and yield its number; None where there is none.

    The claim is a lock on a file of the machine's temporary folder, so that it holds between all processes of one
    user, also those of another command, and ends with the process that holds it, however that ends.

    Args:
        count: number of GPUs (default: those that PyTorch sees).
    """
    count = torch.cuda.device_count() if count is None else count
    if count == 0:
        yield None
        return
    number, lock = next(free_gpus(count))
    try:
        if number < torch.cuda.device_count():
            torch.cuda.set_device(number)
        yield number
    finally:
        lock.release()


def free_gpus(count: int) -> Iterator[tuple[int, FileLock]]:
    """Yield the number and the held lock of a GPU that was free; wait while there is none."""
    while True:
        for number in range(count):
            lock = FileLock(Path(tempfile.gettempdir()) / f"adahlib-gpu-{number}.lock")
            with contextlib.suppress(Timeout):
                lock.acquire(timeout=0)
                yield number, lock
        time.sleep(POLL_SECONDS)
