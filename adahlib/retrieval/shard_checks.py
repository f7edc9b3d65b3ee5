"""Files of shards: whether one is what it must be, and its rows as words, read without a memory map.

Every defect is one sentence: which file, what it has, and what it should have.
"""

from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import DTypeLike

from adahlib.errors import AdahError

HEADER = 128  # bytes before the first row, as NumPy writes them for arrays of one or two dimensions
WORD = 64  # bits
AGAIN = "copy the folder again, or write it with write_shards"


def check_file(path: Path, dtype: DTypeLike, shape: tuple[int, ...]) -> None:
    """Raise AdahError unless a file is a ``.npy`` of this type and shape, and has all of its bytes."""
    dtype = np.dtype(dtype).newbyteorder("<")
    found_shape, fortran, found = read_header(path)
    if (found_shape, fortran, found) != (shape, False, dtype):
        order = " column by column" if fortran else ""
        raise AdahError(f"{path} holds {found} {found_shape}{order} where {dtype} {shape} is needed; {AGAIN}.")
    size, needed = path.stat().st_size, HEADER + dtype.itemsize * int(np.prod(shape))
    if size != needed:
        how = "cut off" if size < needed else "written on"
        raise AdahError(f"{path} was {how}: it has {size:,} bytes where {needed:,} are needed; {AGAIN}.")


def read_header(path: Path) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Return shape, order and type of a ``.npy`` file whose header is of the usual length."""
    try:
        with path.open("rb") as file:
            version = np.lib.format.read_magic(file)
            if version != (1, 0):
                raise ValueError("its version is another one")
            header = np.lib.format.read_array_header_1_0(file)
            if file.tell() != HEADER:
                raise ValueError("its header is of another length")
    except FileNotFoundError as error:
        raise AdahError(f"{path} is missing, of which about.json tells; {AGAIN}.") from error
    except (OSError, ValueError, TypeError, SyntaxError, EOFError) as error:
        raise AdahError(f"{path} is no .npy file as write_shards makes them; {AGAIN}.") from error
    return header


def write_header(file: BinaryIO, dtype: DTypeLike, shape: tuple[int, ...]) -> None:
    """Write the header of a ``.npy`` file; it is as long for any number of rows, and may be written over."""
    kind = np.dtype(dtype).newbyteorder("<")
    file.seek(0)
    np.lib.format.write_array_header_1_0(file, {"descr": kind.str, "fortran_order": False, "shape": shape})
    assert file.tell() == HEADER


def read_rows(path: Path, start: int, stop: int, words: int) -> np.ndarray:
    """Return rows of a file of codes or labels as uint64 (stop - start, words).

    Raises:
        AdahError: they cannot be read, or the file was cut off.
    """
    wanted = (stop - start) * words
    try:
        rows = np.fromfile(path, np.uint64, wanted, offset=HEADER + 8 * start * words)
    except OSError as error:
        raise AdahError(f"{path} cannot be read ({error.strerror or error}); {AGAIN}.") from error
    if len(rows) != wanted:
        raise AdahError(f"{path} was cut off while it was read, before row {stop:,}; {AGAIN}.")
    return rows.reshape(-1, words)


def check_unused(words: np.ndarray, used: int, path: Path, first: int) -> None:
    """Raise AdahError where a row has ones behind its ``used`` bits: they would be counted as a distance or a label.

    Args:
        words: uint64 (n, words).
        used: bits of a row that mean something.
        path: of the file, for the sentence.
        first: number of the first row.
    """
    mask = unused_bits(used)
    if mask and np.bitwise_or.reduce(words[:, -1]) & mask:
        row = first + int((words[:, -1] & mask != 0).argmax())
        raise AdahError(f"{path} has ones behind the {used} bits of a row, first in row {row:,}; {AGAIN}.")


def unused_bits(used: int) -> np.uint64:
    """Return the last word of a row as this machine reads it, with ones where ``used`` bits leave zeros."""
    last = np.zeros(WORD, np.uint8)
    last[(used - 1) % WORD + 1 :] = 1
    return np.packbits(last).view(np.uint64)[0]
