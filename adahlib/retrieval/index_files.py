"""A HammingIndex in a folder: FAISS's file, the ids, and what both must be; whole or absent, and checked when read."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from adahlib.errors import AdahError
from adahlib.extras import extra
from adahlib.files import check_digests, checked_folder, read_json, read_unchanged, restore, whole_folder, write_digests
from adahlib.retrieval.faiss_kinds import CLASSES, KINDS
from adahlib.retrieval.index import HammingIndex

with extra("index"):
    import faiss

# what reading foreign or damaged files raises
BROKEN = (OSError, ValueError, RuntimeError, TypeError, LookupError, AttributeError, MemoryError)
FORMATS = "adahlib-hamming-index-"  # of all versions
FORMAT = f"{FORMATS}2"
ABOUT, IDS, CODES = HOLDS = "about.json", "ids.npy", "codes.faiss"


def save_index(index: HammingIndex, folder: Path | str) -> None:
    """Write an index to a folder, with the SHA-256 digest of each of its files.

    Args:
        index: the index.
        folder: a new folder, or one with an older index, which is replaced.

    Raises:
        AdahError: the folder is there and holds something else.

    Example:
        >>> import tempfile
        >>> from adahlib.retrieval import BinaryCodes, HammingIndex, load_index, save_index
        >>> index, folder = HammingIndex(2), tempfile.mkdtemp() + "/index"
        >>> index.add(BinaryCodes.from_signs([[1, -1], [-1, -1]]))
        array([0, 1])
        >>> save_index(index, folder)
        >>> len(load_index(folder))
        2
    """
    folder = checked_folder(folder, "an index", HOLDS, ABOUT, FORMATS)
    with index._lock, whole_folder(folder) as temporary:  # no other thread adds to it meanwhile
        np.save(temporary / IDS, index.ids)
        if len(index):
            faiss.write_index_binary(index._faiss, str(temporary / CODES))
        about = {"format": FORMAT, "bits": index.bits, "kind": index.kind, "settings": index.settings}
        (temporary / ABOUT).write_text(json.dumps(about | {"count": len(index)}, indent=1) + "\n", encoding="utf-8")
        write_digests(temporary)


def load_index(folder: Path | str, memory_map: bool = False) -> HammingIndex:
    """Read an index back from the folder that ``save_index`` wrote.

    Args:
        folder: as given to ``save_index``.
        memory_map: leave the codes on the disk and read what a search needs; for searching only.

    Raises:
        AdahError: the folder is no index, or one of its files is missing, truncated, damaged or foreign.

    Example:
        >>> import tempfile
        >>> from adahlib.retrieval import BinaryCodes, HammingIndex, load_index, save_index
        >>> index, folder = HammingIndex(2), tempfile.mkdtemp() + "/index"
        >>> index.add(BinaryCodes.from_signs([[1, -1], [-1, -1]]))
        array([0, 1])
        >>> save_index(index, folder)
        >>> load_index(folder, memory_map=True).codes.signs().tolist()
        [[1, -1], [-1, -1]]
    """
    folder = Path(folder)
    restore(folder)
    return read_unchanged(folder, lambda: read_index(folder, memory_map))


def read_index(folder: Path, memory_map: bool) -> HammingIndex:
    """Return the index of a folder, as ``load_index`` does, from the files that have its names at the moment."""
    about = read_about(folder)
    try:
        index = HammingIndex(about["bits"], about["kind"], **about["settings"])
        index.ids, index.mapped = np.load(folder / IDS), memory_map
        if about["count"]:
            flags = faiss.IO_FLAG_MMAP_IFC if memory_map else 0
            index._faiss = faiss.read_index_binary(str(folder / CODES), flags)
        check_contents(index, about["count"])
    except BROKEN as error:
        raise AdahError(f"{folder} cannot be read as an index ({short(error)}); make it again.") from error
    return index


def check_contents(index: HammingIndex, count: int) -> None:
    """Raise ValueError unless FAISS's index and the ids are what the description says."""
    held: Any = index._faiss
    if len(index.ids) != count or (held.ntotal if held is not None else 0) != count:
        raise ValueError(f"{len(index.ids)} ids and not {count} codes")
    if held is not None and (not isinstance(held, CLASSES[index.kind]) or held.code_size != -(-index.bits // 8)):  # type: ignore[attr-defined]
        raise ValueError(f"{type(held).__name__} of {8 * held.code_size} bits in place of {index.kind}, {index.bits}")
    if index.ids.dtype != np.int64 or (np.diff(index.ids) <= 0).any():
        raise ValueError("ids that do not ascend")


def read_about(folder: Path) -> dict:
    """Return the checked description of an index."""
    try:
        about = read_json(folder / ABOUT)
    except (OSError, ValueError) as error:
        raise AdahError(f"{folder} is no index of adahlib: {ABOUT} cannot be read.") from error
    if not isinstance(about, dict) or about.get("format") != FORMAT or str(about.get("kind")) not in KINDS:
        raise AdahError(f"{folder} is no index of adahlib: {ABOUT} is of another format.")
    check_digests(folder)
    return about


def short(error: Exception) -> str:
    """Return the last line of an error's text: FAISS puts file names of its source before it."""
    return (str(error).strip().splitlines() or [type(error).__name__])[-1][-160:]
