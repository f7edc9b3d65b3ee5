"""Zip archives of published releases: read in place, checked, never unpacked."""

import hashlib
import io
import threading
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from adahlib.errors import AdahError


class ReleaseZip:
    """A zip archive opened for reading; missing, truncated or damaged archives are named in one sentence."""

    def __init__(self, path: Path | str, hint: str):
        self.path = Path(path)
        if not self.path.is_file():
            raise AdahError(f"{self.path} is missing; {hint}")
        try:
            self._zip = zipfile.ZipFile(self.path)
        except (zipfile.BadZipFile, OSError) as error:
            raise AdahError(f"{self.path} is not a complete zip archive ({error}); fetch it again.") from error
        self._lock = threading.Lock()
        self.members = {info.filename: info for info in self._zip.infolist()}

    def read(self, member: str) -> bytes:
        """Return a member's bytes, checked against the archive's CRC."""
        try:
            with self._lock:
                return self._zip.read(member)
        except KeyError as error:
            raise AdahError(f"{self.path} has no member {member}; is it the right release?") from error
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError) as error:
            raise AdahError(f"{self.path}: {member} cannot be read ({error}); fetch the archive again.") from error

    def text(self, member: str) -> str:
        """Return a member as UTF-8 text."""
        try:
            return self.read(member).decode("utf-8")
        except UnicodeDecodeError as error:
            raise AdahError(f"{self.path}: {member} is not UTF-8 at byte {error.start}.") from error


class ZipImages(Sequence):
    """The images of some members of an archive, each decoded on access to uint8 RGB (height, width, 3)."""

    def __init__(self, archive: ReleaseZip, members: Sequence[str]):
        self.archive = archive
        self.members = tuple(members)

    def __len__(self) -> int:
        return len(self.members)

    def __getitem__(self, index: int) -> np.ndarray:
        return decode_image(self.archive.read(self.members[index]))

    def content_hash(self) -> str:
        """Return a sha256 over the members' names, sizes and CRCs: the content, without decoding it."""
        digest = hashlib.sha256()
        for member in self.members:
            info = self.archive.members[member]
            digest.update(f"{member} {info.file_size} {info.CRC:08x}\n".encode())
        return digest.hexdigest()


def decode_image(data: bytes) -> np.ndarray:
    """Return the uint8 RGB array (height, width, 3) of an encoded image; raise OSError if it does not decode."""
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))
