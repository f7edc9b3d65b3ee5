"""A hash of what a clean file's ``content_hash`` leaves out: captions, provenance, masks, split, and the photos' bytes.

HDF5 keeps a checksum beside every chunk of a set and checks it when the chunk is read. The hash is taken of these
checksums, four bytes a chunk, so that photos which another program has changed are seen without reading any of them.
"""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import h5py

SUM = 4  # bytes of a checksum, at the end of its chunk


def details_hash(file: h5py.File, path: Path | str, texts: Iterable[str]) -> str:
    """Return a sha256 over some texts, the photos' offsets and the checksums of all sets, as hex digits.

    Args:
        file: the open file, all of which is on the disk.
        path: where it lies.
        texts: its name, its provenance as JSON, and its captions, if it has any.
    """
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode() + b"\0")
    if "images" in file:
        digest.update(file["images"]["starts"][()].astype("<i8").tobytes())
    for name, data in sorted(checked_sets(file)):
        digest.update(f"{name} {data.shape} {data.dtype.str} ".encode() + chunk_sums(data, path))
    return digest.hexdigest()


def checked_sets(group: h5py.Group) -> Iterator[tuple[str, h5py.Dataset]]:
    """Yield the sets that have checksums, of a group and of the groups in it, with their names."""
    for name, item in group.items():
        if isinstance(item, h5py.Dataset):
            if item.chunks and item.fletcher32:
                yield name, item
        elif group.name == "/":
            yield from ((f"{name}/{inner}", data) for inner, data in checked_sets(item))


def chunk_sums(data: h5py.Dataset, path: Path | str) -> bytes:
    """Return the checksums of a set's chunks, in their order, without reading the chunks."""
    places = []
    data.id.chunk_iter(lambda info: places.append((info.chunk_offset, info.byte_offset + info.size - SUM)))
    with Path(path).open("rb") as raw:
        sums = []
        for _, place in sorted(places):
            raw.seek(place)
            sums.append(raw.read(SUM))
    return b"".join(sums)
