"""What a worker takes of its machine: a place on a GPU for as long as a run takes, and memory that it keeps.

A run on frozen maps leaves most of a GPU idle: its steps are many small ones, and the processor that gives them out is
the slower part. So several runs may share a GPU, as many as ``ADAH_RUNS_PER_GPU`` states.
"""

import contextlib
import ctypes
import getpass
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from filelock import FileLock, Timeout

from adahlib.errors import AdahError

VARIABLE = "ADAH_RUNS_PER_GPU"
MOST = 64
POLL_SECONDS = 0.5
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # of glibc's mallopt
LARGE = 2**25  # bytes; the largest threshold that glibc takes


def keep_memory() -> None:
    """Let this process keep the memory of freed tensors, where the C library is glibc.

    Dask starts its workers with a setting that gives every large block back to the system at once. A training step
    frees and asks for the same blocks, and a run took a third longer.
    """
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL("libc.so.6")
        library.mallopt(MMAP_THRESHOLD, LARGE)
        library.mallopt(TRIM_THRESHOLD, 64 * LARGE - 1)


def runs_per_gpu() -> int:
    """Return how many runs of a grid may share a GPU: ``ADAH_RUNS_PER_GPU``, or 1.

    Raises:
        AdahError: the variable holds no whole number from 1 to 64.
    """
    given = os.environ.get(VARIABLE, "1")
    if not given.isdecimal() or not 1 <= int(given) <= MOST:
        raise AdahError(f"{VARIABLE}={given!r} must be a whole number from 1 to {MOST}.")
    return int(given)


@contextlib.contextmanager
def claimed_gpu(count: int | None = None) -> Iterator[int | None]:
    """Claim a place on one of the machine's GPUs, waiting until one is free; yield its number, None without a GPU.

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
        if torch.cuda.is_available():
            torch.cuda.empty_cache()  # of this process, for the one that claims the GPU next
        lock.release()


def gpu_name(number: int) -> str:
    """Return a name of a GPU that all processes share: the entry of ``CUDA_VISIBLE_DEVICES``, else its number."""
    visible = [name.strip() for name in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if name.strip()]
    return visible[number] if number < len(visible) else str(number)


def user() -> str:
    """Return the user's name; their number where they have none, as in a container with any user."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def free_gpus(count: int) -> Iterator[tuple[int, FileLock]]:
    """Yield the number and the held lock of a GPU with a free place, the emptiest first; wait while there is none."""
    places = [(place, number) for place in range(runs_per_gpu()) for number in range(count)]
    while True:
        for place, number in places:
            name = f"adahlib-{user()}-gpu-{gpu_name(number)}{f'-{place}' if place else ''}.lock"
            lock = FileLock(Path(tempfile.gettempdir()) / name)
            with contextlib.suppress(Timeout):
                lock.acquire(timeout=0)
                yield number, lock
        time.sleep(POLL_SECONDS)
