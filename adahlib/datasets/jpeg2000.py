"""Whether a JPEG 2000 is whole: the decoder leaves a tile black that a torn file lacks, and does not say so."""

import math
import struct
from typing import BinaryIO

from adahlib.errors import AdahError

STARTS = (b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51")  # of a JP2 file and of a codestream
SOT = 0xFF90  # the marker that a tile's data begin with


def check_tiles(stream: BinaryIO) -> None:
    """Raise AdahError unless all tiles of a JPEG 2000 are in it; the stream is at its start before and after.

    ISO 15444-1, annex A: behind the main header stands one part or more of each tile, with its number and length.
    """
    data = stream.read()
    stream.seek(0)
    start = data.find(STARTS[1])
    right, bottom, _, _, width, height, left, top = struct.unpack_from(">8I", data, start + 8)
    tiles = math.ceil((right - left) / width) * math.ceil((bottom - top) / height)
    place, found = start + 2, set()
    while (head := data[place : place + 10]) and len(head) == 10:
        marker, length, tile, part = struct.unpack(">HHHI", head)
        if marker == SOT:
            found.add(tile)
        place += part or len(data) if marker == SOT else 2 + length
        if (marker != SOT and found) or length < 2:
            break
    if len(found) != tiles:
        raise AdahError(f"is torn: it has {len(found)} of its {tiles} tiles.")
