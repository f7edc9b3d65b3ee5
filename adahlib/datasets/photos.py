"""Photos: sequences that are decoded on access, where those lie that an index names, and hashes of what is decoded."""

import hashlib
import os
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from pathlib import Path, PurePosixPath

import numpy as np

from adahlib.datasets.pictures import read_picture
from adahlib.errors import AdahError
from adahlib.progress import progress
from adahlib.visible import visible_files


class FilePhotos(Sequence):
    """Photos in files, each decoded on access to uint8 RGB (height, width, 3)."""

    def __init__(self, files: Iterable[Path]):
        self.files = tuple(files)

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, index: int) -> np.ndarray:  # type: ignore[override]  # no slices
        return read_picture(self.files[index])


def find_photos(root: Path, names: Sequence[str], needed: bool = False) -> FilePhotos | None:
    """Return the photos under a folder that an export names by path; None if there is not one of them.

    A path, which may be of somebody else's machine, is followed below ``root`` only: with as many of its last parts as
    lead to a file. So ``/home/me/photos/dog/1.png`` is ``dog/1.png`` or, in a flat copy, ``1.png``.

    Args:
        root: the folder.
        names: paths, with slashes or backslashes.
        needed: whether it is an error if not one is there.

    Raises:
        AdahError: some are there and one is not, or two paths lead to one file.
    """
    files = [_below(root, name) for name in names]
    missing = [name for name, file in zip(names, files, strict=True) if file is None]
    if len(missing) == len(files) and not needed:
        return None
    if missing:
        raise AdahError(
            f"{len(missing)} of the {len(files)} photos that the index names are missing in the folder {root}, "
            f"such as {missing[0]!r}{_near(root, missing[0])}."
        )
    found = [file for file in files if file is not None]
    _refuse_shared(names, found)
    return FilePhotos(found)


def _below(root: Path, name: str) -> Path | None:
    """Return the file that the most of a path's last parts lead to, none of them leading upwards; None without one."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    inside = next((place for place in range(len(parts), 0, -1) if parts[place - 1] in ("/", "..")), 0)
    tails = (root.joinpath(*parts[start:]) for start in range(inside, len(parts)))
    return next((file for file in tails if os.path.isfile(file)), None)


def _near(root: Path, name: str) -> str:
    """Return a hint at the photo that is called so elsewhere in the folder, or but for case and suffix; "" without."""
    wanted = PurePosixPath(name.replace("\\", "/"))
    found = sorted(file.relative_to(root).as_posix() for file in visible_files(root)) if root.is_dir() else []
    for key in (lambda path: path.name, lambda path: path.name.lower(), lambda path: path.stem.lower()):
        near = next((file for file in found if key(PurePosixPath(file)) == key(wanted)), None)
        if near:
            return f"; it holds {near!r}: give the folder whose files are called as in the index"
    return ""


def _refuse_shared(names: Sequence[str], files: Sequence[Path]) -> None:
    """Raise AdahError if two different paths lead to one file, as in a flat copy of ``dog/1.png`` and ``cat/1.png``."""
    first: dict[Path, str] = {}
    for name, file in zip(names, files, strict=True):
        if first.setdefault(file, name) != name:
            raise AdahError(
                f"the index's photos {first[file]!r} and {name!r} lead to the same file {file}; "
                "give the folder that has both, in subfolders as in the index."
            )


class JoinedPhotos(Sequence):
    """Several sequences one after the other, as one."""

    def __init__(self, parts: Iterable[Sequence]):
        self.parts = tuple(parts)
        self.ends = list(accumulate(map(len, self.parts)))

    def __len__(self) -> int:
        return self.ends[-1] if self.ends else 0

    def __getitem__(self, index: int) -> np.ndarray:  # type: ignore[override]  # no slices
        index = range(len(self))[index]
        part = bisect_right(self.ends, index)
        return self.parts[part][index - (self.ends[part - 1] if part else 0)]


def content_digest(item: np.ndarray) -> bytes:
    """Return a sha256 over an array's type, shape and values, whatever file or format they came from."""
    digest = hashlib.sha256(f"{item.dtype.str} {item.shape} ".encode())
    digest.update(np.ascontiguousarray(item).data)
    return digest.digest()


def content_digests(items: Sequence[np.ndarray] | np.ndarray, positions: Iterable[int] | None = None) -> list[bytes]:
    """Return the digests of some items, by default of all; every photo is decoded once."""
    positions = range(len(items)) if positions is None else positions
    return [content_digest(items[int(i)]) for i in progress(positions, desc="hashing images", unit="image")]


def joined_digest(digests: Iterable[bytes]) -> str:
    """Return one hex digest over the digests of all items, in their order."""
    return hashlib.sha256(b"".join(digests)).hexdigest()
