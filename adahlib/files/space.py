"""Room on the disk: reserved before a file is written through a memory map, and missed in one sentence."""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# what torch, HDF5, FAISS and the system say where a write failed because the disk is full; torch gives no reason
WRITE_FAILED = (
    *("PytorchStreamWriter", "inline_container", "unexpected pos"),
    *("No space left on device", "Disk quota exceeded", "File too large"),
    *(f"errno = {number}" for number in FULL),
    "requested and",  # of NumPy: "20000 requested and 6234 written"
)

CANNOT_RESERVE = (errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS)  # what file systems say that reserve no room


def allocate(path: Path | str, size: int) -> None:
    """Reserve room for a file of ``size`` bytes, which is made if it is not there; what it holds stays.

    A memory map of a file without blocks on the disk ends the process by a signal, without a word, when the disk is
    full. With its room reserved it cannot.

    Raises:
        OSError: there is no such room; the file is as long as it was.
    """
    number = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    before = os.fstat(number).st_size
    try:
        if size and hasattr(os, "posix_fallocate"):  # not on macOS and Windows
            os.posix_fallocate(number, 0, size)
    except OSError as error:
        if error.errno not in CANNOT_RESERVE:
            os.ftruncate(number, before)
            raise OSError(error.errno, f"{os.strerror(error.errno)}: {size:,} bytes are needed", str(path)) from error
    finally:
        os.close(number)


def new_array(path: Path | str, dtype, shape: tuple[int, ...]) -> np.memmap:
    """Return a new ``.npy`` file as a memory map that may be written to: zeros, with its room on the disk reserved.

    Raises:
        OSError: there is no room for it.
    """
    array = np.lib.format.open_memmap(path, "w+", dtype, shape)
    allocate(path, Path(path).stat().st_size)
    return array


@contextlib.contextmanager
def as_disk_error(path: Path | str) -> Iterator[None]:
    """Raise what other libraries raise on a full disk as ``OSError``, which means that the same command may go on."""
    try:
        yield
    except Exception as error:
        if getattr(error, "errno", None) is not None or not says_disk_full(error):
            raise
        raise OSError(errno.ENOSPC, "the disk is full, or the file may not be so large", str(path)) from error


def says_disk_full(error: BaseException | None) -> bool:
    """Return whether an error, or one that it was raised of, says that the disk is full or a file may not be so large.

    Such a failure is no fault of what was being made.
    """
    if error is None:
        return False
    full = getattr(error, "errno", None) in FULL or any(text in str(error) for text in WRITE_FAILED)
    return full or says_disk_full(error.__cause__ or error.__context__)
