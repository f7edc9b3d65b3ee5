"""Writers of ``.mat`` files as MATLAB writes them, v7 and v7.3, for miniature exports."""

import itertools

import h5py
import numpy as np
import scipy.io

HEADER = b"MATLAB 7.3 MAT-file, Platform: GLNXA64, Created on: Mon Jan  1 00:00:00 2018 HDF5 schema 1.00 ."
NUMBERS = itertools.count()
CLASSES = {"f8": "double", "f4": "single", "u1": "uint8", "i4": "int32", "i8": "int64", "u2": "uint16", "b1": "logical"}


def write(path, variables, version):
    """Write variables in MATLAB's shapes: arrays, lists of texts (cells) and lists of lists of texts."""
    if version == "v7":
        cells = {name: cell(value) if isinstance(value, list) else value for name, value in variables.items()}
        scipy.io.savemat(path, cells, do_compression=True)
        return
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, value in variables.items():
            if isinstance(value, list):
                write_cell(file, name, value)
            elif value.dtype.kind == "U":
                write_char(file, name, np.array([[ord(c) for c in row] for row in pad(value)], np.uint16))
            else:
                mark(file.create_dataset(name, data=value.T, compression="gzip", chunks=True), value.dtype)
    with path.open("r+b") as file:
        file.write(HEADER.ljust(116) + b"\0" * 8 + b"\x00\x02IM")


def write_plain(path, variables):
    """Write arrays as h5py does outside MATLAB: shapes as they stand, no marks."""
    with h5py.File(path, "w") as file:
        for name, value in variables.items():
            file[name] = value


def mark(data, dtype):
    data.attrs["MATLAB_class"] = np.bytes_(CLASSES[np.dtype(dtype).str[1:]])


def pad(texts):
    length = max(map(len, texts))
    return [text.ljust(length) for text in texts]


def cell(values):
    """Return a MATLAB column cell."""
    array = np.empty((len(values), 1), object)
    for i, value in enumerate(values):
        array[i, 0] = cell(value) if isinstance(value, list) else value
    return array


def write_char(group, name, codes):
    data = group.create_dataset(name, data=codes.T)
    data.attrs["MATLAB_class"] = np.bytes_("char")
    data.attrs["MATLAB_int_decode"] = 2
    return data


def write_cell(file, name, values):
    """Write a cell as MATLAB does: references into #refs#, each to a (length, 1) set of uint16."""
    refs = file.require_group("#refs#")
    targets = []
    for value in values:
        inner = f"r{next(NUMBERS)}"
        if isinstance(value, list):
            targets.append(write_cell(file, f"#refs#/{inner}", value))
        elif value:
            targets.append(write_char(refs, inner, np.array([[ord(c) for c in value]], np.uint16)))
        else:
            empty = refs.create_dataset(inner, data=np.zeros(2, np.uint64))
            empty.attrs["MATLAB_class"], empty.attrs["MATLAB_empty"] = np.bytes_("char"), 1
            targets.append(empty)
    data = file.create_dataset(name, (1, len(values)), h5py.ref_dtype)
    data[0] = [target.ref for target in targets]
    data.attrs["MATLAB_class"] = np.bytes_("cell")
    return data


N, H, W, TAGS, LABELS = 12, 8, 10, 7, 4


def photos(n=N, seed=0, height=H, width=W):
    """Photos whose every axis can be told: rows brighten in red, columns in green, noise in blue; (n, H, W, 3)."""
    pictures = np.empty((n, height, width, 3), np.uint8)
    pictures[..., 0] = 25 * np.arange(height)[:, None]
    pictures[..., 1] = 10 * np.arange(width) + 100
    pictures[..., 2] = np.random.default_rng(seed).integers(0, 256, (n, height, width))
    return pictures


def texts(n=N, seed=1):
    return (np.random.default_rng(seed).random((n, TAGS)) < 0.4).astype(np.float64)


def labels(n=N):
    return np.eye(LABELS)[np.arange(n) % LABELS].astype(np.float64)


def features(n=N, seed=2, width=5):
    return np.random.default_rng(seed).random((n, width)).astype(np.float32)
