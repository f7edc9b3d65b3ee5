"""Texts, cells of texts and sparse matrices of MATLAB 5 files, walked through before scipy reads them.

scipy believes what a file says of the parts of a variable, and a part without a shape, or of a type that there is not,
ends the process. Here every part is held against what follows it: it has a shape and a type, and lies inside its whole.
"""

import struct
import zlib
from pathlib import Path

import numpy as np

from adahlib.datasets.mat.heads import COMPRESSED, ITEM_SIZES, KINDS, MATRIX, Head, read_tag

LIMIT = 128 * 2**20  # bytes of a variable
MOST = 2**21  # texts and cells; each takes a hundred bytes of memory, though none in the file
DEPTH = 4  # cells in cells
CHARACTERS = (1, 2, 3, 4, 16, 17, 18)  # storage types of a text: bytes, 16 bits, UTF-8, UTF-16, UTF-32
FLAGS, DIMENSIONS = (6, 8), 5  # storage type and size of the flags; storage type of the shape


def check_parts(path: Path, head: Head) -> None:
    """Raise ValueError, struct.error or zlib.error where a variable is not built of parts as MATLAB builds it."""
    with path.open("rb") as file:
        order = "<" if file.read(128)[126:] == b"IM" else ">"
        file.seek(head.place[0])
        data = file.read(head.place[1])
    if struct.unpack_from(order + "I", data)[0] == COMPRESSED:
        data = zlib.decompressobj().decompress(data[8:], LIMIT)
    _Walk(data, order).matrix(0, len(data), DEPTH)


class _Walk:
    """Goes through the elements of one variable and counts them."""

    def __init__(self, data: bytes, order: str):
        self.data, self.order, self.count = data, order, 0

    def matrix(self, offset: int, end: int, depth: int) -> int:
        """Check the matrix that begins at an offset, and return where the next element begins."""
        self.count += 1
        kind, size, start, following = read_tag(self.data, offset, self.order)
        if kind != MATRIX or following > end or not depth or self.count > MOST:
            raise ValueError(f"a cell at byte {offset} is damaged, nested too deeply or larger than texts are")
        if size and self.content(start, start + size, depth) != start + size:
            raise ValueError(f"a part of a cell at byte {offset} ends early")
        return following

    def content(self, offset: int, end: int, depth: int) -> int:
        """Check flags, shape, name and values of a matrix, and return where they end."""
        kind, size, start, offset = self.element(offset, end)
        flags = struct.unpack_from(self.order + "I", self.data, start)[0]
        if (kind, size) != FLAGS:
            raise ValueError(f"a part of a cell at byte {start} has no flags")
        kind, size, start, offset = self.element(offset, end)
        shape = struct.unpack_from(f"{self.order}{size // 4}i", self.data, start)
        if kind != DIMENSIONS or len(shape) < 2 or size % 4 or min(shape) < 0:
            raise ValueError(f"a part of a cell at byte {start} has the shape {shape[:8]}")
        offset = self.element(offset, end)[3]  # the name
        return self.values(flags, int(np.prod(shape, dtype=object)), offset, end, depth)

    def values(self, flags: int, count: int, offset: int, end: int, depth: int) -> int:
        """Check the values of a matrix, and return where they end."""
        what = KINDS.get(flags & 0xFF) if flags < 2**12 and not flags & 0x0800 else None
        if what == "cell":
            if count > MOST:
                raise ValueError(f"a cell at byte {offset} has {count} parts")
            for _ in range(count):
                offset = self.matrix(offset, end, depth - 1)
            return offset
        if what == "sparse" and depth == DEPTH:
            for _ in range(3):  # rows, where each column begins, and values
                offset = self.numbers(offset, end)
            return offset
        if what == "numeric" and not count:  # an empty text, as MATLAB writes it
            return self.numbers(offset, end)
        kind, _, start, offset = self.element(offset, end)
        if what != "char" or kind not in CHARACTERS:
            raise ValueError(f"a part of a cell at byte {start} holds something else than a text")
        return offset

    def numbers(self, offset: int, end: int) -> int:
        """Check that numbers have a type, and return where they end."""
        kind, _, start, offset = self.element(offset, end)
        if kind not in ITEM_SIZES:
            raise ValueError(f"the numbers at byte {start} have no type")
        return offset

    def element(self, offset: int, end: int) -> tuple[int, int, int, int]:
        """Return what ``read_tag`` does, of an element that lies before ``end``."""
        found = read_tag(self.data, offset, self.order)
        if max(found[2] + found[1], found[3]) > end:
            raise ValueError(f"a part of a cell at byte {offset} goes on after its end")
        return found
