"""What a MATLAB 5 file (``save -v7`` and older) says of its variables, read from their heads without their data.

scipy reads such variables whole and believes their heads. Here every head is held against what follows it, so that a
variable of impossible size is refused before memory is asked for. Format: MathWorks, "MAT-File Format", level 5.
"""

import re
import struct
import zlib
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from adahlib.datasets.hdf5 import DEFLATE_BOUND
from adahlib.errors import AdahError, reason
from adahlib.printable import printable

COMPRESSED, MATRIX = 15, 14
ITEM_SIZES = {1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 4, 9: 8, 12: 8, 13: 8}  # bytes of each storage type
OPAQUE = 17  # objects of MATLAB's newer classes, string arrays among them: they have a class and no shape
KINDS = {1: "cell", 4: "char", 5: "sparse"} | dict.fromkeys(range(6, 16), "numeric")
COMPLEX = 0x0800
HEAD = 8192  # bytes of a variable that certainly hold its flags, shape and name


@dataclass(frozen=True)
class Head:
    """One variable: its MATLAB shape, its kind and its bytes once decompressed.

    Its kind is numeric, sparse, char, cell, string (an array of strings, which only MATLAB reads) or other.
    """

    name: str
    shape: tuple[int, ...]
    kind: str
    size: int
    place: tuple[int, int] = (0, 0)  # of its element in the file: first byte, and bytes


def read_heads(path: Path) -> list[Head]:
    """Return the heads of a file's variables.

    Raises:
        AdahError: the file is no MATLAB 5 file, is truncated, or declares what it cannot hold.
    """
    end = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(128)
        if len(start) < 128 or start[126:] not in (b"IM", b"MI"):
            raise AdahError(f"{path} is neither a MATLAB 5 (v7) nor an HDF5 (v7.3) file.")
        order = "<" if start[126:] == b"IM" else ">"
        heads, offset = [], 128
        while offset < end:
            file.seek(offset)
            tag = file.read(8)
            kind, size = struct.unpack(order + "II", tag) if len(tag) == 8 else (0, 0)
            if kind not in (COMPRESSED, MATRIX) or offset + 8 + size > end:
                raise AdahError(f"{path} is truncated or damaged at byte {offset}; fetch it again.")
            head = _checked_head(path, tag + file.read(min(size, HEAD)), size, order)
            heads.append(replace(head, place=(offset, 8 + size)))
            offset += 8 + size
    if twice := [name for name, count in Counter(head.name for head in heads).items() if count > 1]:
        raise AdahError(f"{path} has the variable {twice[0]} twice; fetch it again.")
    return heads


def _checked_head(path: Path, data: bytes, size: int, order: str) -> Head:
    try:
        if struct.unpack_from(order + "I", data)[0] == COMPRESSED:
            data = zlib.decompressobj().decompress(data[8:], HEAD)
            limit = size * DEFLATE_BOUND
        else:
            limit = size
        head, declared = _parse(data, order)
    except (struct.error, zlib.error, IndexError, UnicodeDecodeError) as error:
        raise AdahError(f"{path} holds a variable that cannot be parsed ({reason(error)}); fetch it again.") from error
    if declared != head.size or head.size > limit:
        raise AdahError(
            f"{path}: {head.name} of shape {head.shape} declares {declared} bytes; {head.size} would be right "
            f"for its shape, and the file has room for at most {limit}."
        )
    return head


def _parse(data: bytes, order: str) -> tuple[Head, int]:
    """Return a variable's head and the bytes that its data declare."""
    total = struct.unpack_from(order + "I", data, 4)[0]
    offset, flags = _element(data, 8, order)[2:]
    flags = struct.unpack(order + "I", flags[:4])[0]
    if flags & 0xFF == OPAQUE:
        return _opaque(data, offset, order, total), total
    offset, dimensions = _element(data, offset, order)[2:]
    shape = tuple(struct.unpack(f"{order}{len(dimensions) // 4}i", dimensions))
    offset, name = _element(data, offset, order)[2:]
    kind = "other" if flags & COMPLEX else KINDS.get(flags & 0xFF, "other")
    head = Head(_name(name), shape, kind, total)
    count = int(np.prod(shape, dtype=object))
    if len(shape) < 2 or min(shape) < 0 or (kind == "cell" and 8 * count > total):  # a cell takes 8 bytes at least
        raise struct.error(f"{head.name} has shape {shape}")
    if kind != "numeric":
        return head, total
    storage, declared = _element(data, offset, order)[:2]
    if storage not in ITEM_SIZES:
        raise struct.error(f"{head.name} has numbers of the type {storage}, which there is not")
    return Head(head.name, shape, kind, count * ITEM_SIZES[storage]), declared


def _opaque(data: bytes, offset: int, order: str, total: int) -> Head:
    """Return the head of an object: name, system of classes and class follow its flags."""
    words = []
    for _ in range(3):
        offset, word = _element(data, offset, order)[2:]
        words.append(word.decode("ascii"))
    return Head(_name(words[0].encode()), (), "string" if words[2] == "string" else "other", total)


def _name(data: bytes) -> str:
    """Return a variable's name; MATLAB's have at most 63 letters, digits and underscores."""
    if not re.fullmatch(rb"\w{0,63}", data):
        raise struct.error(f"a variable is called '{printable(data[:80].decode('latin-1'))}'")
    return data.decode("ascii")


def _element(data: bytes, offset: int, order: str) -> tuple[int, int, int, bytes]:
    """Return the type, the size in bytes, the next element's offset and the bytes, as far as given, of an element."""
    kind, size, start, following = read_tag(data, offset, order)
    return kind, size, following, data[start : start + size]


def read_tag(data: bytes, offset: int, order: str) -> tuple[int, int, int, int]:
    """Return the type, the size in bytes, the offset of the content and that of the next element."""
    kind, size = struct.unpack_from(order + "II", data, offset)
    if kind >> 16:  # the short form: type and size in one word, the data in the next
        return kind & 0xFFFF, kind >> 16, offset + 4, offset + 8
    return kind, size, offset + 8, offset + 8 + -(-size // 8) * 8
