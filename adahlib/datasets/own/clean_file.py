"""One clean HDF5 file a data set: what ``adah data convert`` writes and anybody reads, with this library or without.

============================  ==================================================================================
``images/bytes, starts``      every photo as PNG, one after the other, and where each begins (n + 1 offsets)
``features``                  (n, d) float32, in the place of photos
``tags/data, indices, …``     bag of words, CSR (n, v)
``labels``                    (n, c) uint8 0/1
``ids, vocabulary``, …        texts in UTF-8; also ``label_names``, ``provenance`` (one text of JSON) and, where there
                              are, ``captions``
``masks``                     (n, height, width) bool, where there are
``split/query, …``            positions of each part, where there is a split
attributes                    ``format``, ``name``, ``image_hash``, ``content_hash``, and ``details_hash`` of all else
============================  ==================================================================================

PNG keeps every pixel, and photos of any size. Sets of numbers have checksums and texts are hashed, so that damage is an
error and no wrong value. A file may come from anybody: what it says of itself is checked before anything is read. Files
of older versions have their provenance as an attribute and no ``details_hash``.
"""

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from scipy.sparse import csr_matrix

from adahlib.datasets.hdf5 import OVERHEAD, attribute, members, read_strings
from adahlib.datasets.hdf5_heaps import text_attribute
from adahlib.datasets.own.details import details_hash
from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.pictures import decode_image
from adahlib.datasets.splits import PARTS, Split
from adahlib.errors import AdahError, reason

FORMAT = "adahlib pairs 1"
TEXTS = ("ids", "vocabulary", "label_names")
CSR = ("data", "indices", "indptr")
PHOTO_LIMIT = 2**28  # bytes of one photo as PNG
LIMIT = 2**30  # bytes of everything but photos and features, which are read on access
KINDS = {"labels": "biu", "masks": "b", "features": "f", "images/bytes": "u", "images/starts": "i"}
KINDS |= {"tags/data": "biuf", "tags/indices": "i", "tags/indptr": "i"}
KINDS |= {f"split/{part}": "i" for part in PARTS}  # as NumPy names kinds of numbers
AXES = {"labels": 2, "masks": 3, "features": 2}  # all other sets have one


class PackedPhotos(Sequence):
    """Photos of a clean file, each decoded on access to uint8 RGB (height, width, 3)."""

    def __init__(self, data: h5py.Dataset, starts: np.ndarray):
        self.bytes, self.starts = data, starts
        sizes = np.diff(starts)
        if starts[0] != 0 or (sizes <= 0).any() or (sizes > PHOTO_LIMIT).any() or starts[-1] != len(data):
            raise ValueError("the photos' offsets are not those of its bytes")

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, index: int) -> np.ndarray:  # type: ignore[override]  # no slices
        index = range(len(self))[index]
        try:
            data = self.bytes[self.starts[index] : self.starts[index + 1]].tobytes()
        except Exception as error:  # a checksum that fails
            raise AdahError(f"{self.bytes.file.filename}: photo {index} cannot be read ({reason(error)}).") from error
        return decode_image(data, f"{self.bytes.file.filename}: photo {index}")


def read_pairs(path: Path | str) -> ImageTextPairs:
    """Return the pairs of a clean file, with the split that is in it; photos and features are read on access.

    Args:
        path: the file, as ``write_pairs`` or ``adah data convert`` wrote it.

    Raises:
        AdahError: the file is missing, something else, or damaged: its content has not the hash that it was given; or
            it holds more than a data set does, or is to take in other files.

    Example:
        >>> import tempfile
        >>> from adahlib.datasets import miniature_pairs, read_pairs, write_pairs
        >>> file = tempfile.mkdtemp() + "/walls.h5"
        >>> write_pairs(miniature_pairs(), file)
        >>> read_pairs(file).images[0].shape
        (8, 8, 3)
    """
    with contextlib.ExitStack() as refused:
        file = refused.enter_context(_open(path))
        try:
            about, sets = {name: _text(file, name) for name in file.attrs}, _sets(file)
            if "provenance" in sets:
                (about["provenance"],) = read_strings(sets["provenance"], LIMIT)
            pairs = _pairs(about, sets)
            right = pairs.content_hash() == about["content_hash"]
            if "details_hash" in about:
                texts = (about["name"], about["provenance"], *(pairs.captions or ()))
                right = right and details_hash(file, path, texts) == about["details_hash"]
        except Exception as error:  # damaged or missing sets may raise anything
            if isinstance(error, AdahError) and str(path) in str(error):
                raise
            raise AdahError(f"{path} is a damaged clean file ({reason(error)}); convert it again.") from error
        if not right:
            raise AdahError(f"{path} has changed since it was written; convert it again.")
        refused.pop_all()  # photos are read from the open file
    return pairs


def _open(path: Path | str) -> h5py.File:
    if not Path(path).is_file():
        raise AdahError(f"{path} is missing; adah data convert writes clean files.")
    try:
        file = h5py.File(path, "r")
        found = _text(file, "format") if "format" in file.attrs else None
    except ValueError:
        found = None
    except Exception as error:  # damaged structure may raise anything
        raise AdahError(f"{path} is no whole HDF5 file ({reason(error)}); convert it again.") from error
    if found != FORMAT:
        file.close()
        raise AdahError(f"{path} is no clean file; its attribute 'format' is not {FORMAT!r}.")
    return file


def _text(file: h5py.File, name: str) -> str:
    """Return an attribute that is a text; raise ValueError if it is none."""
    value = attribute(file, name)
    if isinstance(value, bytes):
        return value.decode()
    if value is not None:
        raise ValueError(f"the attribute {name} is no text")
    return text_attribute(file.filename, name)  # as older versions wrote it


def _sets(file: h5py.File) -> dict[str, h5py.Dataset]:
    """Return the sets by name, those in groups as ``group/name``: each of the right form, all of them small enough."""
    sets: dict[str, Any] = {}
    for name, item in members(file).items():
        inner = {f"{name}/{part}": data for part, data in members(item).items()} if isinstance(item, h5py.Group) else {}
        sets |= inner or {name: item}
    for name, data in sets.items():
        if not isinstance(data, h5py.Dataset) or len(data.shape or ()) != AXES.get(name, 1):
            raise ValueError(f"{name} is no set with {AXES.get(name, 1)} axes")
        if data.dtype.kind not in KINDS.get(name, data.dtype.kind):
            raise ValueError(f"{name} holds {data.dtype}")
    whole = sum(data.nbytes for name, data in sets.items() if name not in ("features", "images/bytes"))
    if whole > LIMIT:
        raise AdahError(f"{file.filename}: labels, tags, masks and texts take over {LIMIT // 2**20} MiB in memory.")
    return sets


def _pairs(about: dict[str, str], sets: dict[str, h5py.Dataset]) -> ImageTextPairs:
    names = _texts({name: sets[name] for name in (*TEXTS, "captions") if name in sets or name in TEXTS})
    shape = (len(names["ids"]), len(names["vocabulary"]))
    tags = csr_matrix(tuple(sets[f"tags/{name}"][()] for name in CSR), shape=shape)
    tags.check_format(full_check=True)
    provenance, packed = json.loads(about["provenance"]), "images/bytes" in sets
    if not isinstance(provenance, dict):
        raise ValueError("its provenance is no dictionary")
    return ImageTextPairs(
        name=about["name"],
        images=PackedPhotos(sets["images/bytes"], sets["images/starts"][()]) if packed else sets["features"],
        tags=tags,
        labels=sets["labels"][()],
        image_hash=about["image_hash"],
        provenance=provenance,
        masks=sets["masks"][()] if "masks" in sets else None,
        split=Split(*(sets[f"split/{part}"][()] for part in PARTS)) if "split/query" in sets else None,
        **names,
    )


def _texts(sets: dict[str, h5py.Dataset]) -> dict[str, tuple[str, ...]]:
    """Return the texts by name; what one set takes is no longer granted to the others."""
    found, left = {}, LIMIT
    for name, data in sets.items():
        found[name] = tuple(read_strings(data, left))
        left -= sum(OVERHEAD + len(text) for text in found[name])
    return found
