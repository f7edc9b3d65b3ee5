"""The way up: EXIF's orientation on every route, read beside whatever else is broken in EXIF."""

import io
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from adahlib.datasets.pictures import decode_image, picture_of
from tests.datasets.picture_files import chunk, encoded, exif, png, tiff, with_exif

PHOTO = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)
SEEN = {
    1: lambda photo: photo,
    2: np.fliplr,
    3: lambda photo: np.rot90(photo, 2),
    4: np.flipud,
    5: lambda photo: np.rot90(np.fliplr(photo)),
    6: lambda photo: np.rot90(photo, -1),
    7: lambda photo: np.rot90(np.fliplr(photo), -1),
    8: np.rot90,
}
TYPES = {1: "B", 3: "H", 4: "L", 6: "b", 8: "h", 9: "l"}
JPEG = encoded(Image.fromarray(PHOTO), "JPEG")
STORED = decode_image(JPEG)


def entry(order, orientation, kind=3, count=1):
    return 0x0112, kind, count, struct.pack(f"{order}{TYPES[kind]}", orientation).ljust(4, b"\0")


def upright(data):
    return np.array_equal(decode_image(data), STORED)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("order", "<>")
def test_every_format_is_turned(orientation, order):
    found, right = exif(order, [entry(order, orientation)]), SEEN[orientation](PHOTO)
    whole = png(8, 2, PHOTO)
    digits = f"\nexif\n{len(found)}\n{found.hex()}\n".encode()
    files = {
        "PNG": png(8, 2, PHOTO, (b"eXIf", found)),
        "PNG, EXIF at its end": whole[:-12] + chunk(b"eXIf", found) + whole[-12:],
        "PNG by ImageMagick": png(8, 2, PHOTO, (b"tEXt", b"Raw profile type exif\0" + digits)),
        "PNG, XMP": png(8, 2, PHOTO, (b"tEXt", b'XML:com.adobe.xmp\0<x tiff:Orientation="%d"/>' % orientation)),
        "WebP": encoded(Image.fromarray(PHOTO), "WEBP", lossless=True, exif=found),
        "TIFF": tiff(order, (4, 5), {258: [8] * 3, 262: [2], 277: [3], 274: [orientation]}, PHOTO.tobytes()),
    }
    for name, data in files.items():
        assert np.array_equal(decode_image(data), right), name
    assert np.array_equal(decode_image(with_exif(JPEG, found)), SEEN[orientation](STORED))


def test_an_image_that_somebody_else_opened_is_turned_too():
    image = Image.open(io.BytesIO(with_exif(JPEG, exif("<", [entry("<", 6)]))))
    assert np.array_equal(picture_of(image), SEEN[6](STORED))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.data())
def test_the_orientation_is_read_beside_whatever_is_broken(data):
    order, orientation = data.draw(st.sampled_from("<>")), data.draw(st.integers(1, 8))
    tags = st.sampled_from([0x010F, 0x011A, 0x0128, 0x014A, 0x02BC, 0x8769, 0x8825, 0x927C, 0xA005, 0x9999])
    counts = st.sampled_from([0, 1, 2, 4, 1000, 2**31, 2**32 - 1])
    broken = st.tuples(tags, st.integers(0, 20), counts, st.binary(min_size=4, max_size=4))
    entries = data.draw(st.lists(broken, max_size=5))
    turn = entry(order, orientation, data.draw(st.sampled_from([*TYPES])))
    entries.insert(data.draw(st.integers(0, len(entries))), turn)
    found = exif(order, entries) + data.draw(st.binary(max_size=40))
    right = SEEN[orientation](STORED)
    assert np.array_equal(decode_image(with_exif(JPEG, b"Exif\0\0" * data.draw(st.integers(0, 1)) + found)), right)
    assert np.array_equal(decode_image(png(8, 2, PHOTO, (b"eXIf", found))), SEEN[orientation](PHOTO))


TURN = entry("<", 6)


@pytest.mark.parametrize(
    "found",
    [
        b"",
        b"garbage",
        b"II*\0" + bytes(4),
        b"MM" + exif("<", [TURN])[2:],
        exif("<", [TURN])[:16],  # the directory ends inside the entry
        exif("<", [entry("<", 6, count=2)]),
        exif("<", [(0x0112, 5, 1, struct.pack("<L", 26))]) + struct.pack("<LL", 6, 1),
        exif("<", [(0x0112, 2, 2, b"6\0\0\0")]),
        exif("<", [entry("<", 0)]),
        exif("<", [entry("<", 9)]),
        exif("<", [entry("<", -6, 8)]),
    ],
)
def test_what_states_no_orientation_leaves_the_photo_as_it_is_stored(found):
    assert upright(with_exif(JPEG, found))


def test_exif_goes_before_xmp_and_what_stands_before_a_torn_end_counts():
    xmp = b'http://ns.adobe.com/xap/1.0/\0<x tiff:Orientation="3"/>'
    segment = b"\xff\xe1" + struct.pack(">H", len(xmp) + 2) + xmp
    jpeg = JPEG[:2] + segment + JPEG[2:]
    assert np.array_equal(decode_image(jpeg), SEEN[3](STORED))
    torn = exif("<", [TURN, (0x010F, 2, 4, b"abc\0")])[:24]
    assert np.array_equal(decode_image(with_exif(jpeg, torn)), SEEN[6](STORED))
