"""The variables of a MATLAB file, v7 or v7.3, by name: what each is, decided before any data is read."""

import contextlib
from pathlib import Path

import h5py

from adahlib.datasets.hdf5 import Item, attribute, members, refers
from adahlib.datasets.mat.heads import Head, read_heads
from adahlib.datasets.mat.sparse import sparse_of_group, sparse_of_head
from adahlib.datasets.mat.variables import CACHE, Variable
from adahlib.errors import AdahError, reason


def read_variables(path: Path) -> dict[str, Variable]:
    """Return a file's variables by name; no data is read.

    Raises:
        AdahError: the file is missing, no MATLAB file, truncated, or declares sizes that it cannot hold.
    """
    if not path.is_file():
        raise AdahError(f"{path} is missing; give a .mat file, or a folder with the files of one data set.")
    if not h5py.is_hdf5(path):
        return {head.name: _variable(path, head) for head in read_heads(path)}
    try:
        with contextlib.ExitStack() as refused:
            file = refused.enter_context(h5py.File(path, "r", rdcc_nbytes=CACHE))
            found = {name: _hdf5_variable(path, name, item) for name, item in members(file).items()}
            refused.pop_all()  # the variables are read from the open file
        return found
    except AdahError:
        raise
    except Exception as error:  # damaged metadata may raise anything
        raise AdahError(f"{path} is a truncated or damaged v7.3 file ({reason(error)}); fetch it again.") from error


def _variable(path: Path, head: Head) -> Variable:
    if head.kind == "sparse":
        return sparse_of_head(path, head)
    return Variable(path, head.name, "v7", head.shape, head.kind, size=head.size, head=head)


def _hdf5_variable(path: Path, name: str, item: Item) -> Variable:
    mark = attribute(item, "MATLAB_class")
    marked, mark = mark is not None, mark.decode("latin-1") if isinstance(mark, bytes) else ""
    if isinstance(item, h5py.Group) and "MATLAB_sparse" in item.attrs:
        return sparse_of_group(path, name, item, members(item))
    if mark == "string" or not isinstance(item, h5py.Dataset):
        return Variable(path, name, "v7.3", (), "string" if mark == "string" else "other", marked)
    if refers(item) or h5py.check_string_dtype(item.dtype) is not None:
        kind = "cell"
    elif mark == "char":
        kind = "char"
    else:
        numbers = item.dtype.kind in "biuf" and item.shape and "MATLAB_object_decode" not in item.attrs
        kind = "numeric" if numbers else "other"
    return Variable(path, name, "v7.3", item.shape or (), kind, marked, item, item.nbytes)
