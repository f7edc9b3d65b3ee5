"""The door for pictures: what is none, torn, huge or hostile is one sentence; the rest is the same on every route."""

import io
import os
import struct
import subprocess
import sys
import warnings
import zlib

import datasets
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

from adahlib.datasets.own.clean_file import read_pairs
from adahlib.datasets.own.clean_write import write_pairs
from adahlib.datasets.own.folder import FolderImages, Item
from adahlib.datasets.own.huggingface import DatasetImages
from adahlib.datasets.own.pairs import read_own
from adahlib.datasets.photos import find_photos
from adahlib.datasets.pictures import PIXEL_LIMIT, decode_image, read_picture
from adahlib.datasets.releases.images import ReleaseImages
from adahlib.datasets.releases.opened import open_release
from adahlib.errors import AdahError
from tests.datasets.miniatures import write_zip
from tests.datasets.picture_files import encoded, exif, png, png_of, tiff, with_exif

NOISE = np.random.default_rng(0).integers(0, 256, (24, 31, 3), np.uint8)
IMAGE = Image.fromarray(NOISE)
OTHER = Image.fromarray(255 - NOISE)
TURN = exif("<", [(0x0112, 3, 1, b"\6\0\0\0"), (0x011A, 10, 1, struct.pack("<L", 38))]) + struct.pack("<ll", -1, 0)
FILES = {
    "a.jpg": with_exif(encoded(IMAGE, "JPEG"), TURN),
    "progressive.jpg": encoded(IMAGE, "JPEG", progressive=True),
    "print.jpg": encoded(IMAGE.convert("CMYK"), "JPEG"),
    "two.jpg": encoded(IMAGE, "MPO", save_all=True, append_images=[OTHER]),
    "a.png": encoded(IMAGE, "PNG"),
    "clear.png": encoded(IMAGE.quantize(16), "PNG", transparency=bytes(range(16))),
    "deep.png": png(16, 0, np.arange(30).reshape(5, 6) * 2184),
    "moving.png": encoded(IMAGE, "PNG", save_all=True, append_images=[OTHER]),
    "moving.gif": encoded(IMAGE.quantize(32), "GIF", save_all=True, append_images=[OTHER.quantize(32)]),
    "a.bmp": encoded(IMAGE, "BMP"),
    "a.tif": encoded(IMAGE, "TIFF"),
    "lzw.tif": encoded(IMAGE, "TIFF", compression="tiff_lzw"),
    "a.webp": encoded(IMAGE, "WEBP"),
    "moving.webp": encoded(IMAGE, "WEBP", save_all=True, append_images=[OTHER], lossless=True),
    "a.jp2": encoded(IMAGE, "JPEG2000"),
    "tiles.jp2": encoded(IMAGE.resize((90, 70)), "JPEG2000", tile_size=(32, 32)),
}


@pytest.mark.parametrize("name", FILES)
def test_every_route_gives_the_same_pixels(tmp_path, name):
    (tmp_path / name).write_bytes(FILES[name])
    right = decode_image(FILES[name])
    write_zip(tmp_path / "made.zip", {f"set/{name}": FILES[name]})
    release = open_release(tmp_path, [("made",)], "make it.")
    rows = datasets.Dataset.from_dict({"image": [{"bytes": FILES[name], "path": None}, {"path": str(tmp_path / name)}]})
    column = DatasetImages(rows.cast_column("image", datasets.Image()), "image")
    routes = {
        "file": read_picture(tmp_path / name),
        "folder": FolderImages(tmp_path, [Item(name)])[0],
        "index": find_photos(tmp_path, [name])[0],
        "release": ReleaseImages(release, {name: f"made/set/{name}"})[0],
        "Hugging Face, bytes": column[0],
        "Hugging Face, a file": column[1],
    }
    for route, found in routes.items():
        assert found.dtype == np.uint8 and np.array_equal(found, right), route


def test_a_clean_file_gives_the_pixels_of_the_folder_that_it_was_made_of(tmp_path):
    rows = ["image,text,labels", *(f"{name},a cat,animal" for name in sorted(FILES))]
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "table.csv").write_text("\n".join(rows))
    pairs = read_own(tmp_path)
    write_pairs(pairs, tmp_path / "a.h5")
    for name, found in zip(pairs.ids, read_pairs(tmp_path / "a.h5").images, strict=True):
        assert np.array_equal(found, read_picture(tmp_path / name)), name


def test_the_first_picture_of_several_is_read():
    for name in ("two.jpg", "moving.png", "moving.gif", "moving.webp"):
        found = decode_image(FILES[name]).astype(int)
        assert 1.5 * np.abs(found - NOISE).mean() < np.abs(found - (255 - NOISE)).mean(), name
    pages = encoded(IMAGE.copy(), "TIFF", save_all=True, append_images=[OTHER.copy()])
    assert np.array_equal(decode_image(pages), NOISE)


def test_what_the_first_frame_of_a_gif_leaves_open_is_white():
    whole = bytearray(encoded(Image.new("P", (4, 3), 0), "GIF"))
    whole[6:10] = struct.pack("<HH", 9, 7)  # the canvas
    place = whole.index(b",\0\0\0\0\4\0\3\0")
    whole[place + 1 : place + 5] = struct.pack("<HH", 2, 1)
    right = np.full((7, 9, 3), 255)
    right[1:4, 2:6] = 0
    assert np.array_equal(decode_image(bytes(whole)), right)


@pytest.mark.parametrize("name", FILES)
def test_a_torn_picture_is_refused_or_lacks_nothing(name):
    """Some formats have more behind the first picture's pixels, which may be gone."""
    right = decode_image(FILES[name])
    for end in range(0, len(FILES[name]), 7):
        try:
            assert np.array_equal(decode_image(FILES[name][:end]), right), end
        except AdahError as error:
            assert "the picture is " in str(error)
    with pytest.raises(AdahError):
        decode_image(FILES[name][: len(FILES[name]) // 4])


def test_a_torn_jpeg_2000_is_refused_where_a_tile_ends_too():
    data, right = FILES["tiles.jp2"], decode_image(FILES["tiles.jp2"])
    ends = [place for place in range(len(data)) if data[place : place + 4] == b"\xff\x90\0\x0a"]
    assert len(ends) == 9
    for end in ends:
        with pytest.raises(AdahError, match="the picture is torn: it has [0-8] of its 9 tiles"):
            decode_image(data[:end])
    assert right.shape == (70, 90, 3)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>gone</html>",
        b"\xff\xd8\xff",
        b"II*\0",
        b"\x89PNG\r\n\x1a\n",
        b"\0\5\x16\7Mac OS X",
        b"%!PS-Adobe-3.0 EPSF",
    ],
)
def test_what_is_no_picture_is_named(tmp_path, data):
    (tmp_path / "a.jpg").write_bytes(data)
    with pytest.raises(AdahError, match=r"a\.jpg is not a readable image.*; give a (whole )?JPEG, PNG, GIF, BMP"):
        read_picture(tmp_path / "a.jpg")


def test_what_is_no_file_is_named(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    for name in ("missing.png", "pipe.png", "."):
        with pytest.raises(AdahError, match="is no file; give a JPEG"):
            read_picture(tmp_path / name)


def test_other_formats_are_not_opened(tmp_path, monkeypatch):
    """Pillow starts Ghostscript for an EPS, whatever its name is."""
    (tmp_path / "gs").write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n")
    (tmp_path / "gs").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    eps = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 6\n%%EndComments\nshowpage\n%%EOF\n"
    (tmp_path / "evil.png").write_bytes(eps)
    rows = datasets.Dataset.from_dict({"image": [{"bytes": eps, "path": None}]}).cast_column("image", datasets.Image())
    for read in (lambda: read_picture(tmp_path / "evil.png"), lambda: DatasetImages(rows, "image")[0]):
        with pytest.raises(AdahError, match="is not a readable image"):
            read()
    for kind in ("PPM", "ICO", "TGA", "PCX"):
        with pytest.raises(AdahError, match="is not a readable image"):
            decode_image(encoded(IMAGE, kind))
    assert not (tmp_path / "started").exists()


def header(width, height, depth=8, colour=2):
    return struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)


def test_the_pixels_are_counted_before_any_is_decoded():
    side = int(PIXEL_LIMIT**0.5) + 1
    with pytest.raises(AdahError, match=f"has {side} × {side} pixels; at most 110 million are read"):
        decode_image(png_of(header(side, side), b""))
    with pytest.raises(AdahError, match="^the picture has too many pixels; at most 110 million are read.$"):
        decode_image(png_of(header(20_000, 9000), b""))
    tile = {322: [60_000], 323: [60_000], 324: [8], 325: [4]}
    with pytest.raises(AdahError, match="has 60000 × 60000 pixels"):
        decode_image(tiff("<", (8, 8), {258: [8], 262: [1], 259: [8]} | tile, bytes(4)))
    huge = bytearray(encoded(IMAGE, "JPEG", progressive=True))
    place = huge.index(b"\xff\xc2") + 5
    huge[place : place + 4] = struct.pack(">HH", 9000, 9000)
    with pytest.raises(AdahError, match="has 9000 × 9000 pixels; at most 75 million"):
        decode_image(bytes(huge))


@pytest.mark.slow
def test_the_largest_photos_of_phones_are_read_in_less_than_a_gigabyte(tmp_path):
    photo = encoded(Image.new("RGB", (12000, 9000), (9, 99, 199)), "JPEG")
    (tmp_path / "a.jpg").write_bytes(with_exif(photo, exif("<", [(0x0112, 3, 1, b"\6\0\0\0")])))
    code = """
from adahlib.datasets.pictures import read_picture
picture = read_picture("a.jpg")
print(picture.shape, abs(picture[0, 0].astype(int) - (9, 99, 199)).max() < 3)
status = dict(line.split(":", 1) for line in open("/proc/self/status"))  # ru_maxrss counts the parent's memory too
print(status["VmHWM"].split()[0])
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert not done.stderr
    first, peak = done.stdout.splitlines()
    assert first == "(12000, 9000, 3) True" and int(peak) < 1_000_000  # kB


def test_a_pictures_decoder_says_nothing_itself(capfd):
    """Neither warnings, nor Pillow's log, nor libtiff's own lines."""
    many = tiff("<", (2, 2), {258: [8], 262: [2], 277: [500]}, bytes(8))
    torn = FILES["lzw.tif"][:8] + bytes(200) + FILES["lzw.tif"][208:]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for data in (many, torn, with_exif(FILES["a.png"], TURN), png_of(header(10_000, 9_500, 1, 0), b"")):
            with pytest.raises(AdahError):
                decode_image(data)
        decode_image(FILES["a.jpg"])
    assert not caught and capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "error", [MemoryError(), RecursionError("deep"), OverflowError("x"), struct.error("y"), KeyError(1)]
)
def test_whatever_a_decoder_raises_is_one_sentence(monkeypatch, error):
    def load(self):
        raise error

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    with pytest.raises(AdahError, match=r"the picture is not a readable image \(\S+.*\); give a whole JPEG"):
        decode_image(FILES["a.png"])


BYTES = sorted(FILES)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.data())
def test_changed_bytes_give_a_picture_or_one_sentence(data):
    whole = bytearray(FILES[data.draw(st.sampled_from(BYTES))])
    for _ in range(data.draw(st.integers(1, 4))):
        place, near = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.booleans())
        place = place % 200 if near else place
        whole[place : place + data.draw(st.integers(0, 4))] = data.draw(
            st.one_of(
                st.binary(max_size=4),
                st.sampled_from([b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xd9"]),
            )
        )
    try:
        found = decode_image(with_right_sums(bytes(whole)))
        assert found.dtype == np.uint8 and found.ndim == 3 and found.shape[2] == 3 and found.size
    except AdahError as error:
        assert str(error).startswith("the picture ") and "\n" not in str(error) and len(str(error)) < 400


def with_right_sums(data):
    """Return a PNG with the CRC of each chunk made right, so that what is in it is read; other files as they are."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return data
    stream, made = io.BytesIO(data[8:]), data[:8]
    while len(head := stream.read(8)) == 8:
        body = stream.read(int.from_bytes(head[:4], "big"))
        made += head + body + struct.pack(">I", zlib.crc32(head[4:] + body))
        stream.read(4)
    return made
