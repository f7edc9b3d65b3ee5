"""Texts of MATLAB files: char matrices and cells of char, one text per sample."""

from collections.abc import Iterator

import h5py
import numpy as np

from adahlib.datasets.mat.variables import Variable, damaged
from adahlib.errors import AdahError
from adahlib.progress import progress

LIMIT = 128 * 2**20  # bytes of all texts, of which Python makes several times as many
TEXT_LIMIT = 2**20  # characters of one text
DEPTH = 4  # cells in cells


def read_texts(variable: Variable, count: int) -> tuple[str, ...]:
    """Return ``count`` texts without the blanks that pad them; several of one sample are joined by a blank.

    Raises:
        AdahError: the variable holds something else, or another number of texts.
    """
    if variable.size > LIMIT:
        raise AdahError(f"{variable.path}: {variable} takes over {LIMIT // 2**20} MiB; texts of a data set do not.")
    try:
        rows = _hdf5_rows(variable) if variable.data is not None else _rows(variable.whole)
        bar = progress(rows, total=count, desc=f"reading {variable.name}", unit="text")
        texts = tuple(" ".join(filter(None, map(str.strip, row))) for row in bar)
    except AdahError:
        raise
    except Exception as error:  # null references, foreign characters and the like
        raise damaged(variable, error) from error
    if len(texts) != count:
        raise AdahError(f"{variable.path}: {variable} holds {len(texts)} texts where there are {count} pairs.")
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


def _hdf5_rows(variable: Variable) -> Iterator[list[str]]:
    """Return the texts of each sample of a v7.3 variable, which has the samples last unless it is a vector."""
    data = variable.data
    if h5py.check_string_dtype(data.dtype) is not None:
        return ([text] for text in data.asstr()[()].ravel())
    values = variable.whole
    if variable.kind == "char":
        return ([_text(column)] for column in values.T)
    columns = values.reshape(-1, 1) if 1 in values.shape else values.T
    return ([text for reference in column for text in _referred(data.file, reference)] for column in columns)


def _referred(file: h5py.File, reference: h5py.Reference, depth: int = DEPTH) -> Iterator[str]:
    target = file[reference]
    if target.attrs.get("MATLAB_empty", 0):
        return
    if target.size > TEXT_LIMIT or not depth:
        raise ValueError(f"a text of {target.size} characters, or cells nested deeper than {DEPTH}")
    if target.dtype == h5py.ref_dtype:
        for inner in target[()].ravel():
            yield from _referred(file, inner, depth - 1)
    else:
        for column in np.atleast_2d(target[()].T):
            yield _text(column)


def _text(codes: np.ndarray) -> str:
    """Return the text of UTF-16 code units, as MATLAB keeps them."""
    if codes.dtype.kind != "u":
        raise ValueError(f"a text is stored as {codes.dtype}")
    return codes.astype("<u2").tobytes().decode("utf-16-le").rstrip("\0")
