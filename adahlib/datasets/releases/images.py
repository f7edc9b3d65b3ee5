"""The images of a release: decoded on access, hashed without decoding, checked once."""

import hashlib
from collections.abc import Sequence

import numpy as np

from adahlib.datasets.pictures import decode_image
from adahlib.datasets.releases.archives import ReleaseArchive
from adahlib.datasets.releases.derived import read_derived, write_derived
from adahlib.errors import AdahError
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

    def __getitem__(self, index: int) -> np.ndarray:  # type: ignore[override]  # no slices
        member = self.members[index]
        return decode_image(self.archive.read(member), f"{self.archive.path}: {member}")

    def content_hash(self) -> str:
        """Return a sha256 over the images' names, sizes and CRCs: the content, without decoding it."""
        digest = hashlib.sha256()
        sums = self.archive.checksums(self.members)
        for name, member, crc in zip(self.names, self.members, sums, strict=True):
            digest.update(f"{name} {self.archive.members[member]} {crc:08x}\n".encode())
        return digest.hexdigest()


def readable_images(images: ReleaseImages, dataset: str) -> ReleaseImages:
    """Return the images that can be read and decode.

    Decoding a whole release takes a while, so the verdict on what does not decode is kept in the data set's cache,
    under the content's hash. No verdict is kept while a member cannot be read: the archive may be mended.

    Raises:
        AdahError: there is not one image.
    """
    if not len(images):
        raise AdahError(f"{images.archive.path} has no images of {dataset}; {images.archive.hint}")
    verdict = cache_root() / dataset / f"decoding-{images.content_hash()[:16]}.json"
    members = dict(zip(images.names, images.members, strict=True))
    left_out = read_derived(verdict)
    if left_out is None:
        left_out, damaged = _judge(images.archive, members)
        if not damaged:
            write_derived(left_out, verdict)
        left_out += damaged
    kept = members.keys() - set(left_out)
    return ReleaseImages(images.archive, {name: member for name, member in members.items() if name in kept})


def _judge(archive: ReleaseArchive, members: dict[str, str]) -> tuple[list[str], list[str]]:
    """Return the names of images that are read and do not decode, and of those that cannot be read."""
    undecodable, damaged = [], []
    for name, member in progress(members.items(), desc="checking images", unit="image"):
        try:
            data = archive.read(member)
        except AdahError:
            damaged.append(name)
            continue
        if not decodes(data):
            undecodable.append(name)
    return undecodable, damaged


def decodes(data: bytes) -> bool:
    """Return whether bytes decode as an image."""
    try:
        return decode_image(data).size > 0
    except AdahError:
        return False
