"""How many threads train and encode: one, or as many as ``ADAH_THREADS`` states.

The steps of these networks are small. Two OpenMP threads gain little on them, and where the cores are busy each waits
for the other in a loop, which takes time from the work itself. The number of threads also decides in which order sums
are rounded, so that another number gives other last digits. So every fit and every encoding runs on the number that
``ADAH_THREADS`` states, 1 where it states none, and the caller's own number is restored afterwards.
Ranking gives the same numbers with any number of threads and uses all cores (``retrieval.threads``).
"""

import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from threadpoolctl import ThreadpoolController

from adahlib.errors import AdahError, check_whole

VARIABLE = "ADAH_THREADS"
MOST = 1024


def run_threads() -> int:
    """Return how many threads train and encode: ``ADAH_THREADS``, or 1.

    Raises:
        AdahError: the variable holds no whole number from 1 to 1024.
    """
    given = os.environ.get(VARIABLE, "1")
    if not given.isdecimal() or not 1 <= int(given) <= MOST:
        raise AdahError(f"{VARIABLE}={given!r} must be a whole number from 1 to {MOST}.")
    return int(given)


def state_threads(count: int | None) -> None:
    """Set ``ADAH_THREADS`` for this process and those that it starts; None leaves it as it is.

    Raises:
        AdahError: a number out of range, or the variable holds none.
    """
    if count is not None:
        os.environ[VARIABLE] = str(check_whole("--threads", count, 1, MOST))
    run_threads()


@contextmanager
def limited_threads(count: int | None = None) -> Iterator[None]:
    """Run PyTorch and the BLAS of NumPy and SciPy on ``count`` threads, by default :func:`run_threads`.

    The numbers of threads that were set before are restored at the end.

    Example:
        >>> import torch
        >>> with limited_threads(1):
        ...     torch.get_num_threads()
        1
    """
    count, before = count or run_threads(), torch.get_num_threads()
    with blas().limit(limits=count, user_api="blas"):
        torch.set_num_threads(count)
        try:
            yield
        finally:
            torch.set_num_threads(before)


@functools.cache
def blas() -> ThreadpoolController:
    """Return what sets the threads of the libraries that are loaded; looking for them takes some milliseconds."""
    return ThreadpoolController()
