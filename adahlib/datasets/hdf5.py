"""HDF5 files of others: what may be read of one, decided from what it says of itself before any value is read.

A set of HDF5 may lie in other files of the machine (links, external storage, virtual sets), declare more than the file
holds, or repeat one text a million times at sixteen bytes each. Clean files and ``.mat`` files of v7.3 need none of it.
"""

from pathlib import Path
from typing import Any, TypeAlias

import h5py
import numpy as np

from adahlib.datasets.hdf5_heaps import RECORD, check_records
from adahlib.errors import AdahError
from adahlib.printable import printable

DEFLATE_BOUND = 1032  # zlib makes no stream larger than this many times its compressed bytes
CHUNK_LIMIT = 256 * 2**20  # bytes of an HDF5 chunk, which is always read whole
OVERHEAD = 64  # bytes that a text takes in Python besides its characters

Item: TypeAlias = h5py.Dataset | h5py.Group | h5py.Datatype


def members(group: h5py.Group) -> dict[str, Item]:
    """Return what lies in a group, by name, with its storage checked.

    Raises:
        AdahError: a member is a link to another place or file, or its storage is not all in this file.
    """
    found = {}
    for name in group:
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            where = f"{group.file.filename}: {printable(name[:80])}"
            raise AdahError(f"{where} is a link to another place; a file is to hold its content.")
        found[name] = group[name]
        if isinstance(found[name], h5py.Dataset):
            check_storage(found[name])
    return found


def check_storage(data: h5py.Dataset) -> None:
    """Raise AdahError where a set takes in other files, declares more than it holds, or has chunks too large."""
    path, name, made = Path(data.file.filename), shown(data), data.id.get_create_plist()
    if made.get_external_count() or made.get_layout() == h5py.h5d.VIRTUAL:
        raise AdahError(f"{path}: {name} takes its values from other files; a file is to hold its content.")
    stored = min(data.id.get_storage_size(), path.stat().st_size)
    if data.nbytes > max(64, stored * DEFLATE_BOUND):  # the smallest lie in the head of the set itself
        raise AdahError(f"{path}: {name} declares {data.shape} but the file holds {stored} bytes of it.")
    if data.chunks and np.prod(data.chunks, dtype=object) * data.dtype.itemsize > CHUNK_LIMIT:
        raise AdahError(
            f"{path}: {name} comes in chunks of {data.chunks}; one may take at most {CHUNK_LIMIT // 2**20} MiB, since "
            "it can only be read whole."
        )


def read_strings(data: h5py.Dataset, limit: int) -> list[str]:
    """Return the texts of a set, in its order.

    Args:
        data: a set of HDF5's strings, of any shape.
        limit: the most bytes that they may take in memory. One text of the file may stand in the set many times.

    Raises:
        AdahError: they take more, or lie in chunks, so that this cannot be said before they are read.
        ValueError: a text is not where it is to lie.
    """
    path, name = data.file.filename, shown(data)
    if not data.size or not data.shape:
        return []
    fixed, start = h5py.check_string_dtype(data.dtype).length, data.id.get_offset()
    size = data.nbytes
    if fixed is None:
        if start is None or data.id.get_storage_size() != RECORD.itemsize * data.size:
            raise AdahError(f"{path}: the texts {name} lie in chunks; store them in one piece.")
        records = np.fromfile(path, RECORD, data.size, offset=start)
        check_records(path, data.file.userblock_size, records)
        size = int(records["length"].sum(dtype=np.int64))
    if size + OVERHEAD * data.size > limit:
        raise AdahError(f"{path}: the texts {name} take over {limit // 2**20} MiB.")
    return data.asstr()[()].ravel().tolist()


def refers(data: h5py.Dataset) -> bool:
    """Return whether a set holds references to other sets; NumPy takes all of HDF5's odd types for equal."""
    return h5py.check_ref_dtype(data.dtype) is h5py.Reference


def attribute(item: Item, name: str) -> Any:
    """Return an attribute of a fixed size; None if there is none, or if it is a text of any length."""
    if name not in item.attrs or item.attrs.get_id(name).dtype.hasobject:
        return None
    return item.attrs[name]


def shown(data: h5py.Dataset) -> str:
    """Return a set's name for a message."""
    return printable((data.name or "a set").lstrip("/")[:80])
