"""Feature maps in a file: written block by block, so that an interruption resumes, and read only as they were written.

While maps are computed, their file has the suffix ``.partial``, and a counter beside it (``.json``) says how many rows
it holds and what their sha256 is. The counter stays when the file gets its name. A file that is not what its counter
says was damaged or cut short: it is set aside, and the maps are computed again.
"""

import functools
import hashlib
import json
from pathlib import Path

import numpy as np
from numpy.typing import DTypeLike

from adahlib.errors import AdahError
from adahlib.files import DamagedError, FileState, file_state, set_aside, write_json
from adahlib.progress import progress

PIECE = 2**24  # bytes read at a time
HEADER = 128  # bytes before the first row, as NumPy writes them for few dimensions


def open_maps(path: Path) -> np.ndarray | None:
    """Return the maps in a file, (n, …), as a read-only memory map; None where there are none to be trusted."""
    state = file_state(path)
    if state is None:
        return None
    try:
        check_maps(path, state)
        return np.load(path, mmap_mode="r")
    except (AdahError, OSError, ValueError, EOFError) as error:
        set_aside(path, f"{error}; its maps are computed again")
        return None


@functools.lru_cache(maxsize=64)
def check_maps(path: Path, state: FileState) -> None:
    """Raise DamagedError unless a file's sha256 is what its counter says; in the same state it is read once."""
    counter, size = read_counter(path.with_suffix(".json")), path.stat().st_size
    if counter is None or digest_of(path, size - HEADER).hexdigest() != counter["sha256"]:
        raise DamagedError(f"{path} is not what was written there")


def digest_of(path: Path, count: int) -> "hashlib._Hash":
    """Return a sha256 over the first ``count`` bytes after the header; shows progress."""
    digest = hashlib.sha256()
    with path.open("rb") as file, progress(total=count, desc="checking maps", unit="B", unit_scale=True) as bar:
        file.seek(HEADER)
        while count > 0 and (piece := file.read(min(PIECE, count))):
            digest.update(piece)
            count -= len(piece)
            bar.update(len(piece))
    return digest


def read_counter(path: Path) -> dict | None:
    """Return ``done``, ``shape`` and ``sha256`` of a counter; None where there is none that can be read."""
    try:
        counter = json.loads(path.read_text(encoding="utf-8"))
        return {"done": int(counter["done"]), "shape": tuple(counter["shape"]), "sha256": str(counter["sha256"])}
    except (OSError, ValueError, LookupError, TypeError):
        return None


class MapWriter:
    """Maps that are written block by block, from where an interrupted computation stopped.

    Args:
        path: the complete file, ``*.npy``.
        shape: (n, …) of all maps.
        dtype: float16, or uint8 where the maps are photos.

    Attributes:
        done: how many rows are written.
    """

    def __init__(self, path: Path, shape: tuple[int, ...], dtype: DTypeLike = np.float16):
        self.path, self.shape, self.dtype = path, shape, np.dtype(dtype).newbyteorder("<")
        self.partial, self.counter = path.with_suffix(".partial"), path.with_suffix(".json")
        self.row = self.dtype.itemsize * int(np.prod(shape[1:]))  # bytes
        if not self._resume():
            self._begin()

    def _resume(self) -> bool:
        """Take up what an interrupted computation wrote, if it is what its counter says."""
        counter = read_counter(self.counter)
        if counter is None or counter["shape"] != self.shape or not self.partial.exists():
            return False
        written = counter["done"] * self.row
        self.digest = digest_of(self.partial, written)
        if self.digest.hexdigest() != counter["sha256"] or self.partial.stat().st_size < HEADER + written:
            return False
        self.done = counter["done"]
        self.file = self.partial.open("r+b")
        self.file.truncate(HEADER + written)
        self.file.seek(0, 2)
        return True

    def _begin(self) -> None:
        self.done, self.digest = 0, hashlib.sha256()
        self.file = self.partial.open("wb")
        about = {"descr": self.dtype.str, "fortran_order": False, "shape": self.shape}
        np.lib.format.write_array_header_1_0(self.file, about)
        if self.file.tell() != HEADER:
            raise AdahError(f"maps of shape {self.shape} have too many dimensions to be kept in a file.")

    def append(self, block: np.ndarray) -> None:
        """Write the next rows."""
        content = np.ascontiguousarray(block, self.dtype).tobytes()
        self.file.write(content)
        self.file.flush()
        self.digest.update(content)
        self.done += len(block)
        write_json({"done": self.done, "shape": list(self.shape), "sha256": self.digest.hexdigest()}, self.counter)

    def finish(self) -> None:
        """Give the file its name; all rows are written."""
        self.file.close()
        self.partial.replace(self.path)
