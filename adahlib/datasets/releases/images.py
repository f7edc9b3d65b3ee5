"""The images of a release: decoded on access, hashed without decoding, checked once."""

import hashlib
import json
from collections.abc import Sequence

import numpy as np
from PIL import Image

from adahlib.datasets.photos import decode_image
from adahlib.datasets.releases.archives import ReleaseArchive
from adahlib.errors import AdahError
from adahlib.files import whole_file
from adahlib.paths import cache_root
from adahlib.progress import progress


class ReleaseImages(Sequence):
    """The images of some members, each decoded on access to uint8 RGB (height, width, 3).

    Args:
        archive: where they lie.
        members: name of each image → its member; the names do not depend on how the release is stored.
    """

    def __init__(self, archive: ReleaseArchive, members: dict[str, str]):
        self.archive = archive
        self.names, self.members = tuple(members), tuple(members.values())

    def __len__(self) -> int:
        return len(self.members)

    def __getitem__(self, index: int) -> np.ndarray:
        return decode_image(self.archive.read(self.members[index]))

    def content_hash(self) -> str:
        """Return a sha256 over the images' names, sizes and CRCs: the content, without decoding it."""
        digest = hashlib.sha256()
        sums = self.archive.checksums(self.members)
        for name, member, crc in zip(self.names, self.members, sums, strict=True):
            digest.update(f"{name} {self.archive.members[member]} {crc:08x}\n".encode())
        return digest.hexdigest()


def readable_images(images: ReleaseImages, dataset: str) -> ReleaseImages:
    """Return the images that decode.

    Decoding a whole release takes a while, so the verdict is kept in the data set's cache under the content's hash.

    Raises:
        AdahError: there is not one image.
    """
    if not len(images):
        raise AdahError(f"{images.archive.path} has no images of {dataset}; {images.archive.hint}")
    verdict = cache_root() / dataset / f"unreadable-{images.content_hash()[:16]}.json"
    members = dict(zip(images.names, images.members, strict=True))
    if not verdict.is_file():
        bar = progress(members.items(), desc="checking images", unit="image")
        unreadable = [name for name, member in bar if not decodes(images.archive, member)]
        with whole_file(verdict) as path:
            path.write_text(json.dumps(unreadable), encoding="utf-8")
    unreadable = frozenset(json.loads(verdict.read_text(encoding="utf-8")))
    return ReleaseImages(images.archive, {name: members[name] for name in members if name not in unreadable})


def decodes(archive: ReleaseArchive, member: str) -> bool:
    """Return whether a member decodes as an image."""
    try:
        return decode_image(archive.read(member)).size > 0
    except (AdahError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False
