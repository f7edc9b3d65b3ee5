"""Waiting for another process, and saying so."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

NOTICE_SECONDS = 1.0  # after which a user wonders why nothing happens


@contextlib.contextmanager
def waiting_lock(path: Path, what: str, wait: bool = True) -> Iterator[None]:
    """Hold a lock; if another process holds it, say what it is making and wait until it is done.

    Args:
        path: of the lock; it ends with the process that holds it, however that ends.
        what: what is made under the lock, in words.
        wait: False to raise at once.

    Raises:
        Timeout: another process holds the lock, and ``wait`` is False.
    """
    lock = FileLock(path)
    try:
        lock.acquire(timeout=NOTICE_SECONDS if wait else 0)
    except Timeout:
        if not wait:
            raise
        print(f"waiting for another process, which is making {what}", file=sys.stderr, flush=True)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
