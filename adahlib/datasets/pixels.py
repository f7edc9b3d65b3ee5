"""What an image of any mode looks like: its pixels as RGB of 8 bits, seen on a white page.

=====================  ========================================================================================
stored as              becomes
=====================  ========================================================================================
8 bits and fewer       the same; gray and palettes as the colours they stand for, CMYK, YCbCr and LAB converted
transparent            composited over white, as viewers show it: alpha, and the one colour that PNG names
16 bits                the upper 8 bits
32-bit whole numbers   the upper 8 of 16 bits, where all are from 0 to 65535 and one is over 255; else refused
floating point         255 times the value, rounded, where all are from 0 to 1; else refused
=====================  ========================================================================================
"""

from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image

from adahlib.errors import AdahError

STRIP = 2**21  # pixels converted at a time, so that no second copy of a large picture is made
SAMPLES = {"1": 255, "L;2": 85, "L;4": 17}  # Pillow's raw modes of PNG → what one step of gray is in 8 bits
Read = Callable[[Image.Image], np.ndarray]


def write_rgb(image: Image.Image, pixels: np.ndarray, raw: str = "") -> None:
    """Write a loaded image into an array of its size, uint8 RGB (height, width, 3).

    Args:
        image: of any mode of Pillow.
        pixels: what is written.
        raw: Pillow's raw mode of the file, where it is known; it says how many bits PNG's transparent colour has.

    Raises:
        AdahError: its numbers may mean several things; the sentence lacks its subject, the picture's name.
    """
    read, top = _reader(image, raw), 0
    for strip in _strips(image):
        part = read(strip)
        pixels[top : top + strip.height] = part if part.ndim == 3 else part[..., None]
        top += strip.height


def _strips(image: Image.Image) -> Iterator[Image.Image]:
    rows = max(1, STRIP // image.width)
    for top in range(0, image.height, rows):
        yield image.crop((0, top, image.width, min(top + rows, image.height)))


def _reader(image: Image.Image, raw: str) -> Read:
    """Return the function that gives a strip of the image as uint8: gray (rows, width) or RGB (rows, width, 3)."""
    _refuse_signed(image)
    if image.mode.startswith("I;16"):
        return _deep_reader(image)
    if image.mode == "I":
        return _whole_reader(image)
    if image.mode == "F":
        return _float_reader(image)
    if image.mode in ("1", "L", "RGB"):
        key = image.info.get("transparency")
        return _key_reader(image, key, raw) if key is not None else lambda strip: np.asarray(strip.convert("RGB"))
    if image.mode == "La":  # multiplied by its alpha already; Pillow has one way from there
        return lambda strip: over_white(np.asarray(strip.convert("LA").convert("RGBA")))
    if image.has_transparency_data:
        return lambda strip: over_white(np.asarray(strip.convert("RGBA")))
    return lambda strip: np.asarray(strip.convert("RGB"))


def over_white(pixels: np.ndarray) -> np.ndarray:
    """Return uint8 RGBA (height, width, 4) composited over white: RGB (height, width, 3), rounded to the nearest."""
    alpha = pixels[..., 3:].astype(np.uint16)
    return (255 - (alpha * (255 - pixels[..., :3]) + 127) // 255).astype(np.uint8)


def _key_reader(image: Image.Image, key: int | tuple[int, ...], raw: str) -> Read:
    """Return the reader of an image in which PNG or GIF names one gray or colour transparent."""
    if raw.startswith("RGB;16"):
        _refuse_deep_key(image, key)
        return lambda strip: np.asarray(strip)
    clear = np.asarray(key) * SAMPLES.get(raw, 1)

    def read(strip: Image.Image) -> np.ndarray:
        shown = np.asarray(strip.convert("RGB"))
        return np.where((shown == clear).all(axis=-1, keepdims=True), np.uint8(255), shown)

    return read


def _refuse_deep_key(image: Image.Image, key: int | tuple[int, ...]) -> None:
    """Raise AdahError if pixels may have PNG's transparent colour of 16 bits, of which Pillow keeps the upper 8."""
    upper = np.asarray(key) >> 8
    if any((np.asarray(strip) == upper).all(axis=-1).any() for strip in _strips(image)):
        raise AdahError(
            "names a transparent colour of 16 bits a channel; save it with an alpha channel, or with 8 bits."
        )


def _deep_reader(image: Image.Image) -> Read:
    """Return the reader of gray of 16 bits, or of TIFF's 12, which Pillow does not scale."""
    shift = 4 if _tag(image, "BitsPerSample", 16) == 12 else 8
    white_is_zero = _tag(image, "PhotometricInterpretation", 1) == 0
    key = image.info.get("transparency")

    def read(strip: Image.Image) -> np.ndarray:
        values = np.asarray(strip)
        gray = (values >> shift).astype(np.uint8)
        gray = 255 - gray if white_is_zero else gray
        return gray if key is None else np.where(values == key, np.uint8(255), gray)

    return read


def _whole_reader(image: Image.Image) -> Read:
    low, high = _extremes(image)
    if low < 0 or high > 65535 or 0 < high <= 255:
        raise AdahError(
            f"holds 32-bit numbers from {low} to {high}, which say of no white and black; save it with 8 or 16 bits."
        )
    return lambda strip: (np.asarray(strip) >> 8).astype(np.uint8)


def _float_reader(image: Image.Image) -> Read:
    low, high = _extremes(image)
    if not (low >= 0 and high <= 1):
        raise AdahError(
            f"holds floating-point numbers from {low} to {high}, not from 0 to 1; save it with 8 or 16 bits."
        )
    white_is_zero = _tag(image, "PhotometricInterpretation", 1) == 0

    def read(strip: Image.Image) -> np.ndarray:
        gray = np.rint(255 * np.asarray(strip)).astype(np.uint8)
        return 255 - gray if white_is_zero else gray

    return read


def _extremes(image: Image.Image) -> tuple[float, float]:
    """Return the lowest and the highest value; NaN if there is one."""
    found = [(part.min().item(), part.max().item()) for part in map(np.asarray, _strips(image))]
    return np.min([low for low, _ in found]).item(), np.max([high for _, high in found]).item()


def _refuse_signed(image: Image.Image) -> None:
    """Raise AdahError for TIFF's signed numbers of 8 or 16 bits, which do not say what black is."""
    bits = _tag(image, "BitsPerSample", 8)
    if _tag(image, "SampleFormat", 1) == 2 and bits in (8, 16):
        raise AdahError(f"holds signed numbers of {bits} bits, which say of no white and black; save it unsigned.")


TAGS = {"BitsPerSample": 258, "PhotometricInterpretation": 262, "SampleFormat": 339}


def _tag(image: Image.Image, name: str, default: int) -> int:
    """Return a tag of a TIFF, of several equal values the first; the default for other images and absent tags."""
    value = getattr(image, "tag_v2", {}).get(TAGS[name], default)
    return value[0] if isinstance(value, tuple) and value else value
