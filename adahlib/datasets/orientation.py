"""Which way up a photo is to be seen: its EXIF orientation, read from damaged EXIF too, and the turn itself.

Phones and editors leave EXIF with broken entries. One number is needed of it, so only that number is looked for, and
everything else in it is left alone: where the orientation cannot be read, the photo stays as it is stored.
"""

import contextlib
import re
import struct
from collections.abc import Mapping

import numpy as np

TAG = 0x0112
WHOLE = {1: "B", 3: "H", 4: "L", 6: "b", 8: "h", 9: "l"}  # EXIF's types of whole numbers → struct's
XMP = rb'tiff:Orientation(?:="|>)([0-9])'


def orientation_of(info: Mapping) -> int:
    """Return the orientation, 1 to 8, that Pillow's ``info`` of an image has in EXIF, else in XMP; 1 if neither has."""
    found = exif_orientation(_exif(info))
    if found is None:
        match = re.search(XMP, _bytes(info.get("XML:com.adobe.xmp") or info.get("xmp")))
        found = int(match[1]) if match else 1
    return found if 1 <= found <= 8 else 1


def exif_orientation(exif: bytes) -> int | None:
    """Return the orientation that EXIF's first directory states as one whole number; None if it states none."""
    data = re.sub(rb"\A(Exif\0\0){1,2}", b"", exif)
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    found = None
    with contextlib.suppress(struct.error):  # the directory ends early: what stood before the end counts
        (start,) = struct.unpack_from(f"{order or '<'}L", data, 4)
        for place in range(struct.unpack_from(f"{order}H", data, start)[0] if order else 0):
            entry = start + 2 + 12 * place
            tag, kind, count = struct.unpack_from(f"{order}HHL", data, entry)
            if tag == TAG and kind in WHOLE and count == 1:
                found = found or struct.unpack_from(f"{order}{WHOLE[kind]}", data, entry + 8)[0]
    return found


def turned(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Return a view of pixels (height, width, …), stored with an EXIF orientation, 1 to 8, as they are to be seen."""
    if orientation >= 5:
        pixels = pixels.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return pixels


def turned_back(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Return a view of pixels as they are to be seen, laid as they are stored: what ``turned`` undoes."""
    return turned(pixels, {6: 8, 8: 6}.get(orientation, orientation))


def _exif(info: Mapping) -> bytes:
    """Return EXIF's bytes; ImageMagick writes them into PNG as text, in hexadecimal digits below three lines."""
    if exif := _bytes(info.get("exif")):
        return exif
    digits = "".join(str(info.get("Raw profile type exif", "")).split("\n")[3:])
    return bytes.fromhex(digits) if re.fullmatch(r"([0-9a-fA-F]{2})+", digits) else b""


def _bytes(value: object) -> bytes:
    return value.encode("utf-8", "replace") if isinstance(value, str) else value if isinstance(value, bytes) else b""
