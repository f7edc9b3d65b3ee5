"""The one door through which pictures come in: files, bytes and opened images, all as uint8 RGB, the right way up.

Every route takes it, so that one file gives the same pixels in a folder, a release, an index and a clean file.
Nothing in a picture is trusted: only formats are opened whose readers start no other program, pixels are counted
before any is decoded, and whatever goes wrong is one sentence with the picture's name.
"""

import contextlib
import ctypes
import io
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageFile, JpegImagePlugin, TiffImagePlugin, UnidentifiedImageError

from adahlib.datasets import jpeg2000
from adahlib.datasets.orientation import orientation_of, turned_back
from adahlib.datasets.pixels import write_rgb
from adahlib.errors import AdahError

FORMATS = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "JPEG2000")
PIXEL_LIMIT = 110_000_000  # photos of 108 megapixels are read, in less than a gigabyte of memory
SMALLER = {"progressive": 75_000_000, "WEBP": 51_000_000, "JPEG2000": 40_000_000}  # their decoders hold copies
KNOWN = "JPEG, PNG, GIF, BMP, TIFF, WebP or JPEG 2000"
logging.getLogger("PIL").addHandler(logging.NullHandler())  # else Python prints what Pillow logs of bad files
with contextlib.suppress(OSError, AttributeError):  # libtiff prints what it finds in bad files, which our sentence says
    ctypes.CDLL(Image.core.__file__).TIFFSetErrorHandler(None)


def decode_image(data: bytes, name: str = "the picture") -> np.ndarray:
    """Return an encoded image as uint8 RGB (height, width, 3): the first frame, turned by EXIF, on white.

    Args:
        data: a whole file of a format in ``FORMATS``.
        name: what the error's sentence calls it.

    Raises:
        AdahError: it does not decode, has too many pixels, or numbers that may mean several things.
    """
    with _named(name):
        return _decode(io.BytesIO(data))


def read_picture(path: Path | str) -> np.ndarray:
    """Return an image file as ``decode_image`` does its bytes; AdahError too if the file is missing."""
    with _named(path):
        if not Path(path).is_file():  # a pipe or a device may never end
            raise AdahError(f"is no file; give a {KNOWN} file.")
        with open(path, "rb") as stream:
            return _decode(stream)


def picture_of(image: Image.Image, name: str = "the picture") -> np.ndarray:
    """Return an image that somebody else opened with Pillow, as ``decode_image`` does its bytes."""
    with _named(name):
        return _pixels(image)


@contextlib.contextmanager
def _named(name: Path | str) -> Iterator[None]:
    """Turn everything that Pillow raises for a bad file into one sentence, and keep its warnings to ourselves."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except AdahError as error:
        raise AdahError(f"{name} {error}") from error
    except UnidentifiedImageError as error:
        raise AdahError(f"{name} is not a readable image; give a {KNOWN} file.") from error
    except Image.DecompressionBombError as error:  # which Pillow raises before we see the size
        raise AdahError(f"{name} has too many pixels; at most {PIXEL_LIMIT // 10**6} million are read.") from error
    except Exception as error:  # Pillow's readers raise nearly anything for a hostile file
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise AdahError(f"{name} is not a readable image ({reason}); give a whole {KNOWN} file.") from error


def _decode(stream: BinaryIO) -> np.ndarray:
    with _opened(stream) as image:
        return _pixels(image)


def _opened(stream: BinaryIO) -> ImageFile.ImageFile:
    """Return an opened image, not yet decoded."""
    head = stream.read(8)
    stream.seek(0)
    if head.startswith(b"\xff\xd8\xff"):
        return _Jpeg(stream)
    if head.startswith((b"II", b"MM")):
        return _Tiff(stream)
    if head.startswith(jpeg2000.STARTS):
        jpeg2000.check_tiles(stream)
    return Image.open(stream, formats=FORMATS)


class _Jpeg(JpegImagePlugin.JpegImageFile):
    """A JPEG, or the first of several in a phone's MPO, whose EXIF Pillow leaves alone, as it may be broken."""

    def getexif(self) -> Image.Exif:
        """Return nothing."""
        return Image.Exif()


class _Tiff(TiffImagePlugin.TiffImageFile):
    """A TIFF, which Pillow turns by the orientation alone, as its directories of EXIF may be broken."""

    def getexif(self) -> Image.Exif:
        """Return the orientation."""
        exif, orientation = Image.Exif(), self.tag_v2.get(Image.ExifTags.Base.Orientation)
        if isinstance(orientation, int):
            exif[Image.ExifTags.Base.Orientation] = orientation
        return exif


def _pixels(image: Image.Image) -> np.ndarray:
    """Return an opened image's pixels, uint8 RGB (height, width, 3)."""
    _check_size(image)
    tile = next(iter(getattr(image, "tile", [])), None)  # how the pixels are packed, which loading forgets
    image.load()
    orientation = 1 if image.format == "TIFF" else orientation_of(image.info)  # a TIFF is turned on loading
    size = (image.height, image.width) if orientation < 5 else (image.width, image.height)
    pixels = np.empty((*size, 3), np.uint8)
    stored = turned_back(pixels, orientation)
    write_rgb(image, stored, tile.args if tile and isinstance(tile.args, str) else "")
    if tile and image.format == "GIF":
        _whiten_outside(stored, tile.extents)
    return pixels


def _check_size(image: Image.Image) -> None:
    """Raise AdahError if decoding the image would take too much memory."""
    limit = SMALLER.get("progressive" if "progressive" in image.info else str(image.format), PIXEL_LIMIT)
    tags = getattr(image, "tag_v2", {})
    tile = tags.get(TiffImagePlugin.TILEWIDTH, 1), tags.get(TiffImagePlugin.TILELENGTH, 1)
    for width, height in (image.size, tile):
        if width * height > limit:
            raise AdahError(f"has {width} × {height} pixels; at most {limit // 10**6} million are read.")


def _whiten_outside(pixels: np.ndarray, box: tuple[int, int, int, int]) -> None:
    """Make white what the first frame of a GIF leaves open."""
    left, top, right, bottom = box
    pixels[:top], pixels[bottom:], pixels[:, :left], pixels[:, right:] = 255, 255, 255, 255
