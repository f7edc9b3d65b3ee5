"""Values of MATLAB exports, checked as they are read: photos, features, tags and labels."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike
from scipy.sparse import csr_matrix

from adahlib.datasets.mat.variables import CACHE, LIMIT, Variable
from adahlib.errors import AdahError
from adahlib.progress import progress

MOST_TAGS = 50_000_000  # ones in a tag matrix; NUS-WIDE has a fortieth of that
WIDEST = 2**20  # columns of a tag matrix


class MatPhotos(Sequence):
    """Photos of one variable, each sliced on access to uint8 RGB (height, width, 3)."""

    def __init__(self, variable: Variable, axes: str):
        self.variable = variable
        self.samples = axes.index("N")
        rest = axes.replace("N", "")
        self.to_photo = tuple(rest.index(axis) for axis in "HWC")
        size = variable.size // max(1, len(self))
        check_limit(variable, size, LIMIT // 3, "one photo")
        self.block = min(_samples_together(variable, self.samples), max(1, CACHE // max(1, size)))
        self.kept: tuple[int, Any] = (-1, None)  # the first photo of the block read last, and the block

    def __len__(self) -> int:
        return self.variable.shape[self.samples]

    def __getitem__(self, index: int) -> np.ndarray:  # type: ignore[override]  # no slices
        index = range(len(self))[index]
        start = index - index % self.block
        if self.kept[0] != start:
            self.kept = start, self.variable.slice(slice(start, start + self.block), self.samples)
        photo = self.kept[1].take(index - start, self.samples).transpose(self.to_photo)
        with np.errstate(invalid="ignore"):
            whole = np.ascontiguousarray(photo, dtype=np.uint8)
        if not (whole == photo).all():
            raise AdahError(f"{_where(self.variable)}, photo {index}: values are not whole numbers from 0 to 255.")
        return whole


def _samples_together(variable: Variable, axis: int) -> int:
    """Return how many samples lie together in the file, so that reading one costs as much as reading all of them."""
    if variable.data is None:
        return 1
    return variable.data.chunks[axis] if variable.data.chunks else 64 if axis else 1


class MatFeatures:
    """Features of photos, float32 (n, d): rows are read on access, all of them by ``np.asarray``."""

    dtype, ndim = np.dtype(np.float32), 2

    def __init__(self, variables: Sequence[tuple[Variable, int]]):
        self.variables = tuple(variables)
        self.ends = np.cumsum([variable.shape[axis] for variable, axis in self.variables])
        self.shape = (int(self.ends[-1]), self.variables[0][0].shape[1 - self.variables[0][1]])

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, index: int) -> np.ndarray:
        index = range(len(self))[index]
        part = int(np.searchsorted(self.ends, index, side="right"))
        variable, axis = self.variables[part]
        return _finite(variable.slice(index - (self.ends[part - 1] if part else 0), axis), variable)

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> np.ndarray:
        rows = np.concatenate([read_features(*variable) for variable in self.variables])
        return rows if dtype is None else rows.astype(dtype)


def read_features(variable: Variable, axis: int) -> np.ndarray:
    """Return a matrix as float32 (n, width), samples first.

    Raises:
        AdahError: it holds values that are not finite, or the machine has not the memory.
    """
    try:
        matrix = np.empty((variable.shape[axis], variable.shape[1 - axis]), np.float32)
    except MemoryError as error:
        raise AdahError(f"{_where(variable)} {variable.shape} does not fit in memory; read its rows.") from error
    start = 0
    for block in _blocks(variable, axis):
        matrix[start : start + len(block)] = _finite(block, variable)
        start += len(block)
    return matrix


def _finite(values: np.ndarray, variable: Variable) -> np.ndarray:
    with np.errstate(over="ignore"):  # what float32 cannot hold becomes infinite
        values = values.astype(np.float32)
    if not np.isfinite(values).all():
        raise AdahError(f"{_where(variable)} holds values that are not finite.")
    return values


def read_tags(variable: Variable, axis: int) -> csr_matrix | None:
    """Return a 0/1 matrix as CSR (n, v) uint8, or None if it holds other values."""
    if variable.shape[1 - axis] > WIDEST:
        raise AdahError(f"{_where(variable)} {variable.shape} is over {WIDEST} wide; a vocabulary is not.")
    columns, counts = [np.empty(0, np.int32)], [np.zeros(1, np.int64)]
    total = 0
    for block in _blocks(variable, axis):
        ones = block == 1
        if not (ones | (block == 0)).all():
            return None
        total += int(np.count_nonzero(ones))
        if total > MOST_TAGS:
            raise AdahError(f"{_where(variable)} holds over {MOST_TAGS} ones; a bag of words is sparse.")
        columns.append(np.nonzero(ones)[1].astype(np.int32))
        counts.append(ones.sum(1, dtype=np.int64))
    starts = np.cumsum(np.concatenate(counts))
    shape = (len(starts) - 1, variable.shape[1 - axis])
    return csr_matrix((np.ones(total, np.uint8), np.concatenate(columns), starts), shape=shape)


def read_texts_as(variable: Variable, axis: int) -> tuple[csr_matrix | None, np.ndarray | None]:
    """Return a text matrix as tags if it is a bag of words, else as features float32 (n, t); the other is None."""
    tags = read_tags(variable, axis)
    if tags is not None:
        return tags, None
    check_limit(variable, 4 * variable.shape[0] * variable.shape[1], LIMIT, "the text matrix as float32")
    return None, read_features(variable, axis)


def read_labels(variables: Sequence[Variable], axes: dict[str, int]) -> np.ndarray:
    """Return the labels of all parts, one after the other, as 0/1 uint8 (n, c).

    A vector holds one class a pair, 1…c, as Wiki's do, and becomes one column a class.
    """
    for variable in variables:
        check_limit(variable, variable.size, LIMIT // 3, "the label matrix")
    values = [np.concatenate(list(_blocks(v, 0 if 1 in v.shape else axes[v.version]))) for v in variables]
    where = _where(variables[0])
    if all(1 in variable.shape for variable in variables):
        return _one_hot(np.concatenate([value.ravel() for value in values]), where)
    labels = np.concatenate(values)
    if not ((labels == 0) | (labels == 1)).all():
        raise AdahError(f"{where}: labels hold values other than 0 and 1.")
    return labels.astype(np.uint8)


def _one_hot(classes: np.ndarray, where: str) -> np.ndarray:
    found = np.unique(classes)
    if not np.array_equal(found, np.arange(1, len(found) + 1)):
        shown = ", ".join(f"{value:g}" for value in found[:5])
        raise AdahError(f"{where}: classes are {shown}…; a vector of labels holds the whole numbers 1…c, each of them.")
    return (classes[:, None] == found).astype(np.uint8)


def _blocks(variable: Variable, axis: int) -> Iterator[np.ndarray]:
    return progress(variable.blocks(axis), desc=f"reading {variable.name}", unit="block")


def check_limit(variable: Variable, size: int, limit: int, what: str) -> None:
    """Raise AdahError if something of a variable takes more bytes of memory than are granted."""
    if size > limit:
        raise AdahError(f"{_where(variable)} {variable.shape}: {what} takes more than {limit // 2**20} MiB.")


def _where(variable: Variable) -> str:
    return f"{variable.path}: {variable.name}"
