"""Variables of MATLAB files, v7 and v7.3 alike: shapes first, data when asked for and never more than a stated limit.

A v7.3 file is HDF5 and is read in slices. A v7 file can only be read variable by variable, so that one above
``LIMIT`` is refused; MATLAB turns it into v7.3 with ``save(…, "-v7.3")``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import scipy.io

from adahlib.datasets.mat.cells import check_parts
from adahlib.datasets.mat.heads import Head
from adahlib.errors import AdahError, reason

LIMIT = 512 * 2**20  # bytes of one variable that is read whole
BLOCK, MOST = 2**22, 2**24  # values that are read at a time, and the most where chunks are large
CACHE = 64 * 2**20  # bytes of HDF5 chunks kept, since MATLAB's chunks cross many samples


@dataclass(frozen=True)
class Variable:
    """One variable of a file.

    Attributes:
        path, name: where it stands.
        version: ``"v7"`` or ``"v7.3"``.
        shape: as its reader sees it: MATLAB's in v7; in v7.3 that of the HDF5 set, which MATLAB writes in reverse.
        kind: numeric, char, cell, string (MATLAB's string array, which only MATLAB reads) or other.
        marked: whether MATLAB itself wrote it, so that the order of its axes is known to be reversed.
        data: the HDF5 set; None in v7.
        size: bytes of the values in memory, as they are stored.
        head: where it lies in a v7 file; None in v7.3.
    """

    path: Path
    name: str
    version: str
    shape: tuple[int, ...]
    kind: str
    marked: bool = False
    data: h5py.Dataset | None = None
    size: int = 0
    head: Head | None = None

    def __str__(self) -> str:
        return f"{self.name} {self.shape}" if self.kind == "numeric" else f"{self.name} ({self.kind})"

    @cached_property
    def whole(self) -> np.ndarray:
        """The variable's values, read whole.

        Raises:
            AdahError: they take more than ``LIMIT`` bytes, or are damaged.
        """
        if self.size > LIMIT:
            raise AdahError(
                f"{self.path}: {self.name} {self.shape} takes {self.size / 2**20:.0f} MiB in one piece, more than the "
                f'{LIMIT // 2**20} that are read at once; save the file again in MATLAB with save(…, "-v7.3").'
            )
        if self.data is not None:
            return self.slice(slice(None), 0)
        return self.loaded()

    def loaded(self) -> Any:
        """Return a variable of a v7 file as scipy reads it."""
        try:
            if self.head and (self.kind in ("cell", "char") or self.head.kind == "sparse"):
                check_parts(self.path, self.head)
            return scipy.io.loadmat(self.path, variable_names=[self.name], chars_as_strings=True)[self.name]
        except Exception as error:  # parsing foreign bytes may raise anything
            raise damaged(self, error) from error

    def slice(self, index: int | slice, axis: int) -> np.ndarray:
        """Return the values at ``index`` of one axis; of a v7.3 file only they are read."""
        where = (slice(None),) * axis + (index,)
        if self.data is None:
            return self.whole[where]
        try:
            return self.data[where]
        except Exception as error:  # a damaged or truncated chunk
            raise damaged(self, error) from error

    def blocks(self, axis: int) -> Iterator[np.ndarray]:
        """Yield a matrix in parts, samples first: (≤ block, width); ``axis`` is that of its samples."""
        length, width = self.shape[axis], max(1, self.shape[1 - axis])
        step = max(1, BLOCK // width)
        if self.data is not None and self.data.chunks:  # whole chunks, so that none is decompressed twice
            whole = -(-step // self.data.chunks[axis]) * self.data.chunks[axis]
            step = min(whole, max(1, MOST // width))
        for start in range(0, length, step):
            part = self.slice(slice(start, start + step), axis)
            yield part.T if axis else part


def damaged(variable: Variable, error: Exception) -> AdahError:
    """Return the error for a variable whose data cannot be read."""
    return AdahError(f"{variable.path}: {variable.name} cannot be read ({reason(error)}); fetch the file again.")
