"""Texts of MATLAB files: char matrices and cells of char, one text per sample."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import h5py
import numpy as np

from adahlib.datasets.hdf5 import OVERHEAD, attribute, check_storage, read_strings, refers
from adahlib.datasets.mat.cells import DEPTH, LIMIT
from adahlib.datasets.mat.variables import Variable, damaged
from adahlib.errors import AdahError
from adahlib.progress import progress

TEXT_LIMIT = 2**20  # characters of one text
TOO_MANY = "it refers to more texts than a data set has"
STEPS, STEPS_OF_SAMPLE = 1000, 256  # references and texts that are followed


def read_texts(variable: Variable, count: int) -> tuple[str, ...]:
    """Return ``count`` texts without the blanks that pad them; several of one sample are joined by a blank.

    Raises:
        AdahError: the variable holds something else, or another number of texts.
    """
    if variable.size > LIMIT:
        raise AdahError(f"{variable.path}: {variable} takes over {LIMIT // 2**20} MiB; texts of a data set do not.")
    try:
        rows = _hdf5_rows(variable, count) if variable.data is not None else _rows(variable.whole)
        bar = progress(islice(rows, count + 1), total=count, desc=f"reading {variable.name}", unit="text")
        texts = tuple(" ".join(filter(None, map(str.strip, row))) for row in bar)
    except AdahError:
        raise
    except Exception as error:  # null references, foreign characters and the like
        raise damaged(variable, error) from error
    if len(texts) != count:
        found = f"over {count}" if len(texts) > count else len(texts)
        raise AdahError(f"{variable.path}: {variable} holds {found} texts where there are {count} pairs.")
    return texts


def _rows(values: np.ndarray) -> Iterator[list[str]]:
    """Return the texts of each row of what scipy reads: an array of strings, or objects nested in objects."""
    values = values.ravel() if 1 in values.shape else values
    return (list(_leaves(value)) for value in values)


def _leaves(value: object, depth: int = DEPTH) -> Iterator[str]:
    if isinstance(value, str):
        yield str(value)
    elif depth and isinstance(value, np.ndarray) and value.dtype.kind in "OU":
        for item in value.ravel():
            yield from _leaves(item, depth - 1)
    elif not (isinstance(value, np.ndarray) and value.size == 0):
        raise ValueError(f"a text is {type(value).__name__}")


def _hdf5_rows(variable: Variable, count: int) -> Iterator[list[str]]:
    """Return the texts of each sample of a v7.3 variable, which has the samples last unless it is a vector."""
    data: Any = variable.data
    if h5py.check_string_dtype(data.dtype) is not None:
        return ([text] for text in read_strings(data, LIMIT))
    if variable.kind == "char":
        return ([_text(column)] for column in variable.whole.T)
    cells = _Cells(data.file, count)
    cells.check_size(data)
    values = variable.whole
    columns = values.reshape(-1, 1) if 1 in values.shape else values.T
    return ([text for reference in column for text in cells.texts(reference)] for column in columns)


class _Cells:
    """Follows the references of cells to their texts; one text of a file may be referred to a million times."""

    def __init__(self, file: h5py.File, count: int):
        self.file, self.left, self.steps = file, LIMIT, STEPS + STEPS_OF_SAMPLE * count

    def texts(self, reference: h5py.Reference, depth: int = DEPTH) -> Iterator[str]:
        """Yield the texts that a reference leads to, cells in cells one after the other."""
        target = self.file[reference]
        self._take(0)
        if attribute(target, "MATLAB_empty"):
            return
        check_storage(target)
        if target.size > TEXT_LIMIT or not depth:
            raise ValueError(f"a text of {target.size} characters, or cells nested deeper than {DEPTH}")
        self._take(target.nbytes)
        if refers(target):
            self.check_size(target)
            for inner in target[()].ravel():
                yield from self.texts(inner, depth - 1)
        else:
            for column in np.atleast_2d(target[()].T):
                self._take(OVERHEAD)
                yield _text(column)

    def check_size(self, cell: h5py.Dataset) -> None:
        """Raise ValueError for a cell of more references than are followed, before it is read."""
        if cell.size > self.steps:
            raise ValueError(TOO_MANY)

    def _take(self, size: int) -> None:
        self.left, self.steps = self.left - size, self.steps - 1
        if min(self.left, self.steps) < 0:
            raise ValueError(TOO_MANY)


def _text(codes: np.ndarray) -> str:
    """Return the text of UTF-16 code units, as MATLAB keeps them."""
    if codes.dtype.kind != "u":
        raise ValueError(f"a text is stored as {codes.dtype}")
    return codes.astype("<u2").tobytes().decode("utf-16-le").rstrip("\0")
