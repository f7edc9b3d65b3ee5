"""Sparse matrices of MATLAB files, as bags of words are often kept: read as dense parts, like every other matrix."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from scipy.sparse import csc_matrix, csr_matrix

from adahlib.datasets.hdf5 import attribute
from adahlib.datasets.mat.cells import LIMIT
from adahlib.datasets.mat.heads import Head
from adahlib.datasets.mat.variables import Variable, damaged
from adahlib.errors import AdahError

LONGEST = 2**25  # rows or columns; each takes memory, even where all are empty
PARTS = ("data", "ir", "jc")  # values, their rows, and where each column begins


@dataclass(frozen=True)
class SparseVariable(Variable):
    """A sparse matrix; ``size`` is what it would take if it were dense.

    Attributes:
        group: its HDF5 group; None in v7.
        stored: bytes that it takes as it is.
    """

    group: h5py.Group | None = None
    stored: int = 0

    @cached_property
    def by_axis(self) -> tuple[csr_matrix, csc_matrix]:
        """The matrix by rows and by columns, in the shape as it is seen; AdahError if it is damaged."""
        if self.stored > LIMIT or max(self.shape) > LONGEST:
            raise AdahError(f"{self.path}: {self.name} {self.shape} is larger than a sparse matrix of a data set is.")
        try:
            matrix: Any = self.loaded() if self.group is None else self._grouped()
            matrix.check_format(full_check=True)
            if matrix.shape != self.shape or matrix.dtype.kind not in "biuf":
                raise ValueError(f"it holds {matrix.dtype} of shape {matrix.shape}")
        except Exception as error:  # a damaged part, or places beyond the shape
            raise damaged(self, error) from error
        return matrix.tocsr(), matrix.tocsc()

    @property
    def whole(self) -> np.ndarray:
        """The variable's values, dense."""
        return self.slice(slice(None), 0)

    def slice(self, index: int | slice, axis: int) -> np.ndarray:
        """Return the values at ``index`` of one axis, dense."""
        places = index if isinstance(index, slice) else slice(index, index + 1)
        part = self.by_axis[axis]
        dense = (part[:, places] if axis else part[places]).toarray()
        return dense if isinstance(index, slice) else dense.take(0, axis)

    def _grouped(self) -> csr_matrix:
        """Return the matrix of a v7.3 file, whose columns are rows as HDF5 sees it; an empty one has two parts less."""
        group: Any = self.group
        starts = group["jc"][()].astype(np.int64)
        empty = starts[-1] == 0
        data, rows = (np.empty(0) if empty else group[name][()] for name in ("data", "ir"))
        return csr_matrix((data, rows.astype(np.int64), starts), shape=self.shape)


def sparse_of_head(path: Path, head: Head) -> SparseVariable:
    """Return a sparse variable of a v7 file."""
    size = dense_size(head.shape)
    return SparseVariable(path, head.name, "v7", head.shape, "numeric", size=size, head=head, stored=head.size)


def sparse_of_group(path: Path, name: str, group: h5py.Group, parts: dict[str, h5py.Dataset]) -> SparseVariable:
    """Return a sparse variable of a v7.3 file.

    Args:
        path, name: where it stands.
        group: its group, with the number of rows as an attribute.
        parts: the group's members, whose storage is checked.
    """
    columns = parts.get("jc")
    if columns is None or columns.ndim != 1 or len(columns) < 1 or not parts.keys() <= set(PARTS):
        raise AdahError(f"{path}: {name} is a sparse matrix without the sets {', '.join(PARTS)}; fetch it again.")
    shape = (len(columns) - 1, int(attribute(group, "MATLAB_sparse")))
    stored = sum(part.nbytes for part in parts.values())
    return SparseVariable(
        path, name, "v7.3", shape, "numeric", True, size=dense_size(shape), group=group, stored=stored
    )


def dense_size(shape: tuple[int, ...]) -> int:
    """Return the bytes of a dense matrix of float64."""
    return int(8 * np.prod(shape, dtype=object))
