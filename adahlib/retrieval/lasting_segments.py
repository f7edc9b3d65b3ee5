"""Segments of a lasting index: items in files that are written once, mapped for searching, and merged into one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from adahlib.errors import AdahError
from adahlib.files import DamagedError, new_array, whole_file
from adahlib.files.digests import file_digest
from adahlib.retrieval.codes import check_packed
from adahlib.retrieval.lasting_manifest import AGAIN, Entry, StoredFile

ROWS = 2**18  # items that are merged at a time


@dataclass(frozen=True, eq=False)
class Segment:
    """Items in files, without those that were removed.

    Attributes:
        entry: what the manifest says of it.
        codes: memory map, uint8 (n, ceil(bits / 8)), in the order of the ids.
        ids: memory map, int64 (n,), ascending.
        removed: int64 (m,), ascending places of the items that were removed, in memory.
    """

    entry: Entry
    codes: np.ndarray
    ids: np.ndarray
    removed: np.ndarray

    @property
    def part(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The items as ``top_k`` takes them."""
        return self.codes, self.ids, self.removed

    def places(self, ids: np.ndarray) -> np.ndarray:
        """Return the place of each of some ids, int64, and -1 where the segment does not hold it."""
        places = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        held = self.ids[places] == ids
        return np.where(held & ~np.isin(places, self.removed), places, -1)

    def kept_places(self) -> np.ndarray:
        """Return the ascending places of the items that were not removed, int64."""
        return np.delete(np.arange(len(self.ids)), self.removed)


def write_segment(folder: Path, number: int, packed: np.ndarray, ids: np.ndarray) -> Entry:
    """Write packed codes (n, bytes) and their ids (n,) as two files, each whole or absent; return their entry."""
    order = np.argsort(ids)
    codes = write_array(folder, f"codes-{number}.npy", packed[order])
    return Entry(len(ids), 0, codes, write_array(folder, f"ids-{number}.npy", ids[order]))


def without(folder: Path, number: int, segment: Segment, places: np.ndarray) -> Entry | None:
    """Return the entry of a segment without more of its items, None where none is left; their places are written."""
    removed = np.union1d(segment.removed, places)
    if len(removed) == segment.entry.count:
        return None
    return replace(
        segment.entry, removed_count=len(removed), removed=write_array(folder, f"removed-{number}.npy", removed)
    )


def write_merged(folder: Path, number: int, segments: Sequence[Segment]) -> Entry:
    """Write the items of all segments that were not removed as one segment; return its entry.

    In memory are 28 bytes an item, and the codes of some items at a time.
    """
    kept = [segment.kept_places() for segment in segments]
    places = np.concatenate(kept)
    owners = np.repeat(np.arange(len(kept), dtype=np.int32), [len(part) for part in kept])
    ids = np.concatenate([segment.ids[part] for segment, part in zip(segments, kept, strict=True)])
    del kept
    order = np.argsort(ids, kind="stable")  # quick where ids came in their order, as they mostly do
    path = folder / f"codes-{number}.npy"
    with whole_file(path) as temporary:
        codes = new_array(temporary, np.uint8, (len(order), segments[0].codes.shape[1]))
        for start in range(0, len(order), ROWS):
            block = order[start : start + ROWS]
            for owner in np.unique(owners[block]):
                own = owners[block] == owner
                codes[start : start + ROWS][own] = segments[owner].codes[places[block[own]]]
        codes.flush()
        del codes
    return Entry(len(order), 0, stored(path), write_array(folder, f"ids-{number}.npy", ids[order]))


def write_array(folder: Path, name: str, array: np.ndarray) -> StoredFile:
    """Write an array as a ``.npy`` file, whole or not at all; return what the manifest says of it."""
    with whole_file(folder / name) as temporary:
        np.save(temporary, array)
    return stored(folder / name)


def stored(path: Path) -> StoredFile:
    """Return what the manifest says of a file."""
    return StoredFile(path.name, path.stat().st_size, file_digest(path))


def open_segment(folder: Path, entry: Entry, bits: int) -> Segment:
    """Map the files of a segment; of codes and ids no more than the headers is read.

    Raises:
        AdahError: a file is missing, cut off, or of another form than the manifest says.
    """
    codes = mapped(folder, entry.codes, np.uint8, (entry.count, -(-bits // 8)))
    ids = mapped(folder, entry.ids, np.int64, (entry.count,))
    if entry.removed is None:
        return Segment(entry, codes, ids, np.empty(0, np.int64))
    removed = np.array(mapped(folder, entry.removed, np.int64, (entry.removed_count,)))
    if removed[0] < 0 or removed[-1] >= entry.count or not ascending(removed):
        raise AdahError(f"{folder / entry.removed.name} is damaged: it holds other numbers than were written; {AGAIN}.")
    return Segment(entry, codes, ids, removed)


def mapped(folder: Path, file: StoredFile, dtype: type, shape: tuple[int, ...]) -> np.ndarray:
    """Return a file of the index as a memory map; raise unless it has the size, type and shape that it should."""
    path = folder / file.name
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise AdahError(f"{path} is missing; {AGAIN}.") from error
    if size != file.size:
        raise AdahError(f"{path} has {size} bytes in place of {file.size}; {AGAIN}.")
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except OSError as error:
        raise AdahError(f"{path} cannot be read ({error.strerror}); {AGAIN}.") from error
    except Exception as error:  # a damaged header may raise anything
        raise AdahError(f"{path} is damaged: it is no array; {AGAIN}.") from error
    if not isinstance(array, np.ndarray) or array.dtype != dtype or array.shape != shape:
        raise AdahError(f"{path} is damaged: it holds another array than was written; {AGAIN}.")
    return array


def check_segment(folder: Path, segment: Segment, bits: int) -> None:
    """Read a segment whole and raise AdahError unless it is what was written, and its ids ascend."""
    for file in segment.entry.files:
        try:
            digest = file_digest(folder / file.name)
        except DamagedError as error:
            raise AdahError(f"{str(error).rstrip('.')}; {AGAIN}.") from error
        if digest != file.sha256:
            raise AdahError(f"{folder / file.name} has changed since it was written; {AGAIN}.")
    check_packed(segment.codes, bits)
    if segment.ids[0] < 0 or not ascending(segment.ids):
        raise AdahError(f"{folder / segment.entry.ids.name} has ids that do not ascend; {AGAIN}.")


def ascending(values: np.ndarray) -> bool:
    """Return whether each value is larger than the one before."""
    return bool((values[1:] > values[:-1]).all())
