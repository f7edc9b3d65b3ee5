"""Photos: how bytes are decoded, sequences of photos that are decoded on access, and hashes of what is decoded."""

import hashlib
import io
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image

from adahlib.errors import AdahError
from adahlib.progress import progress

PIXEL_LIMIT = 50_000_000  # decoding takes some 10 bytes a pixel, and a bad file must not take a gigabyte
FORMATS = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP")  # none whose reader starts another program, as EPS's does
Image.init()  # Pillow knows TIFF and WebP only then


def decode_image(data: bytes) -> np.ndarray:
    """Return the uint8 RGB array (height, width, 3) of an encoded image; raise OSError if it does not decode."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        if image.width * image.height > PIXEL_LIMIT:
            raise OSError(f"{image.width}×{image.height} pixels are over {PIXEL_LIMIT}")
        return np.asarray(image.convert("RGB"))


class FilePhotos(Sequence):
    """Photos in files, each decoded on access to uint8 RGB (height, width, 3)."""

    def __init__(self, files: Iterable[Path]):
        self.files = tuple(files)

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, index: int) -> np.ndarray:
        try:
            return decode_image(self.files[index].read_bytes())
        except (OSError, SyntaxError, Image.DecompressionBombError) as error:
            raise AdahError(f"{self.files[index]} cannot be read as an image ({error}).") from error


def find_photos(root: Path, names: Iterable[str]) -> FilePhotos | None:
    """Return the photos under a folder that an export names by path; None if there is not one of them.

    Paths of somebody else's machine are followed only below ``root``: whole if they are relative, else by file name.

    Raises:
        AdahError: some are there and one is not.
    """
    files = [_below(root, name) for name in names]
    missing = [file for file in files if not file.is_file()]
    if len(missing) == len(files):
        return None
    if missing:
        raise AdahError(f"{missing[0]} and {len(missing) - 1} more of {len(files)} photos are missing.")
    return FilePhotos(files)


def _below(root: Path, name: str) -> Path:
    path = PurePosixPath(name.replace("\\", "/"))
    inside = not path.is_absolute() and ".." not in path.parts and (root / path).is_file()
    return root / (path if inside else path.name)


class JoinedPhotos(Sequence):
    """Several sequences one after the other, as one."""

    def __init__(self, parts: Iterable[Sequence]):
        self.parts = tuple(parts)
        self.ends = list(accumulate(map(len, self.parts)))

    def __len__(self) -> int:
        return self.ends[-1] if self.ends else 0

    def __getitem__(self, index: int) -> np.ndarray:
        index = range(len(self))[index]
        part = bisect_right(self.ends, index)
        return self.parts[part][index - (self.ends[part - 1] if part else 0)]


def content_digest(item: np.ndarray) -> bytes:
    """Return a sha256 over an array's type, shape and values, whatever file or format they came from."""
    head = f"{item.dtype.str} {item.shape} ".encode()
    return hashlib.sha256(head + np.ascontiguousarray(item).tobytes()).digest()


def content_digests(items: Sequence[np.ndarray], positions: Iterable[int] | None = None) -> list[bytes]:
    """Return the digests of some items, by default of all; every photo is decoded once."""
    positions = range(len(items)) if positions is None else positions
    return [content_digest(items[int(i)]) for i in progress(positions, desc="hashing images", unit="image")]


def joined_digest(digests: Iterable[bytes]) -> str:
    """Return one hex digest over the digests of all items, in their order."""
    return hashlib.sha256(b"".join(digests)).hexdigest()
