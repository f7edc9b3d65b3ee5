"""Heaps of HDF5 files: where texts of any length lie, walked through before HDF5 reads them.

A heap is a run of objects, each with its number and its size; a text is referred to by the place of its heap and its
number there. HDF5 believes both, and a number that is not there, or an object without a size, ends the process or
never comes to an end. Format: "HDF5 File Format Specification", III.E, global heaps.
"""

import contextlib
import mmap
import re
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np

MARK = b"GCOL\x01"  # and the version
HEAD = 16  # bytes before the first object, and before the content of each
RECORD = np.dtype([("length", "<u4"), ("heap", "<u8"), ("number", "<u4")])  # what refers to a text


def check_records(path: Path | str, base: int, records: np.ndarray) -> None:
    """Raise ValueError unless every text that is referred to lies in a whole heap.

    Args:
        path: the file.
        base: where the file's addresses begin.
        records: references to texts, of the type RECORD.
    """
    with mapped(path) as data:
        heaps = {int(place): heap_objects(data, base + int(place)) for place in np.unique(records["heap"]) if place}
    for length, place, number in records.tolist():
        if (place or length) and heaps.get(place, {}).get(number, (0, -1))[1] < length:
            raise ValueError(f"a text of {length} bytes is not where it is to lie")


def text_attribute(path: Path | str, name: str) -> str:
    """Return an attribute that is a text of any length, found without HDF5; raise ValueError if there is none."""
    name_field = name.encode() + b"\0" * (8 - len(name) % 8)
    head = struct.pack("<BxHHH", 1, len(name) + 1, 20, 8) + name_field  # version, and sizes of name, type and shape
    with mapped(path) as data:
        found = set(re.findall(re.escape(head) + b".{24}.{8}(.{16})", data, re.DOTALL))
        if len(found) != 1:
            raise ValueError(f"it has no attribute {name}")
        length, place, number = struct.unpack("<IQI", found.pop())
        start, size = heap_objects(data, place).get(number, (0, -1))
        if size < length:
            raise ValueError(f"the attribute {name} is not where it is to lie")
        return data[start : start + length].decode()


@contextlib.contextmanager
def mapped(path: Path | str) -> Iterator[mmap.mmap]:
    """Yield the bytes of a file."""
    with Path(path).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        yield data


def heap_objects(data: mmap.mmap, place: int) -> dict[int, tuple[int, int]]:
    """Return where a heap's objects begin and their sizes, by their numbers; raise ValueError where it is damaged."""
    if place + HEAD > len(data) or data[place : place + len(MARK)] != MARK:
        raise ValueError(f"there is no heap at byte {place}")
    end = place + struct.unpack_from("<Q", data, place + 8)[0]
    if not place + HEAD <= end <= len(data):
        raise ValueError(f"the heap at byte {place} goes on after the end of the file")
    found: dict[int, tuple[int, int]] = {}
    offset = place + HEAD
    while offset + HEAD <= end:
        number, size = struct.unpack_from("<H6xQ", data, offset)
        step = HEAD + -(-size // 8) * 8 if number else size  # what is free is number 0, and its size is all of it
        if step < HEAD or offset + step > end or number in found:
            raise ValueError(f"the heap at byte {place} is damaged")
        found |= {number: (offset + HEAD, size)} if number else {}
        offset += step
    return found
