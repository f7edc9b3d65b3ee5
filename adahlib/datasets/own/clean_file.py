"""One clean HDF5 file a data set: what ``adah data convert`` writes and anybody reads, with this library or without.

============================  ==================================================================================
``images/bytes, starts``      every photo as PNG, one after the other, and where each begins (n + 1 offsets)
``features``                  (n, d) float32, in the place of photos
``tags/data, indices, …``     bag of words, CSR (n, v)
``labels``                    (n, c) uint8 0/1
``ids, vocabulary``, …        texts in UTF-8; also ``label_names`` and, where there are, ``captions``
``masks``                     (n, height, width) bool, where there are
``split/query, …``            positions of each part, where there is a split
attributes                    ``format``, ``name``, ``image_hash``, ``content_hash``, ``provenance`` (JSON)
============================  ==================================================================================

PNG keeps every pixel, and photos of any size. All sets have checksums, so that damage is an error and no wrong value.
"""

import io
import json
from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np
from PIL import Image
from scipy.sparse import csr_matrix

from adahlib.datasets.mat.variables import check_storage
from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.pictures import decode_image
from adahlib.datasets.splits import PARTS, Split
from adahlib.errors import AdahError
from adahlib.files import whole_file
from adahlib.progress import progress

FORMAT = "adahlib pairs 1"
CHUNK = 2**18  # bytes of PNG a chunk
ROWS = 1024  # of features written at a time
TEXTS = ("ids", "vocabulary", "label_names")
CSR = ("data", "indices", "indptr")


class PackedPhotos(Sequence):
    """Photos of a clean file, each decoded on access to uint8 RGB (height, width, 3)."""

    def __init__(self, group: h5py.Group):
        self.bytes = group["bytes"]
        self.starts = group["starts"][()]
        if self.starts[0] != 0 or (np.diff(self.starts) <= 0).any() or self.starts[-1] != len(self.bytes):
            raise ValueError("the photos' offsets are not those of its bytes")

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, index: int) -> np.ndarray:
        index = range(len(self))[index]
        try:
            data = self.bytes[self.starts[index] : self.starts[index + 1]].tobytes()
        except Exception as error:  # a checksum that fails
            raise AdahError(f"{self.bytes.file.filename}: photo {index} cannot be read ({error}).") from error
        return decode_image(data, f"{self.bytes.file.filename}: photo {index}")


def write_pairs(pairs: ImageTextPairs, path: Path | str, split: Split | None = None) -> None:
    """Write pairs to one HDF5 file, whole or not at all; with a split, by default the pairs' own if they have one."""
    split = split if split is not None else pairs.split
    with whole_file(path) as temporary, h5py.File(temporary, "w") as file:
        _write_images(file, pairs)
        checked = {"fletcher32": True, "compression": "gzip", "shuffle": True}
        for name in CSR:
            _write(file, f"tags/{name}", getattr(pairs.tags, name), checked)
        _write(file, "labels", pairs.labels, checked)
        for name in TEXTS + (("captions",) if getattr(pairs, "captions", None) is not None else ()):
            file.create_dataset(name, data=list(getattr(pairs, name)), dtype=h5py.string_dtype())
        if pairs.masks is not None:
            _write(file, "masks", pairs.masks, checked)
        for part in PARTS if split is not None else ():
            _write(file, f"split/{part}", getattr(split, part), checked)
        file.attrs["format"] = FORMAT
        file.attrs["name"], file.attrs["image_hash"] = pairs.name, pairs.image_hash
        file.attrs["content_hash"] = pairs.content_hash()
        file.attrs["provenance"] = json.dumps(pairs.provenance)


def _write(file: h5py.File, name: str, values: np.ndarray, options: dict) -> None:
    file.create_dataset(name, data=values, chunks=True if values.size else None, **options if values.size else {})


def _write_images(file: h5py.File, pairs: ImageTextPairs) -> None:
    if getattr(pairs.images, "ndim", None) == 2:  # features, in rows
        data = file.create_dataset("features", pairs.images.shape, np.float32, chunks=True, fletcher32=True)
        for start in progress(range(0, len(data), ROWS), desc="writing features", unit="block"):
            data[start : start + ROWS] = [pairs.images[i] for i in range(start, min(start + ROWS, len(data)))]
        return
    data = file.create_dataset("images/bytes", (0,), np.uint8, maxshape=(None,), chunks=(CHUNK,), fletcher32=True)
    starts, waiting = [0], bytearray()
    for image in progress(pairs.images, desc="writing images", unit="image"):
        buffer = io.BytesIO()
        Image.fromarray(image).save(buffer, "PNG", compress_level=1)
        waiting += buffer.getvalue()
        starts.append(starts[-1] + buffer.tell())
        if len(waiting) >= CHUNK or len(starts) == len(pairs) + 1:
            data.resize((starts[-1],))
            data[starts[-1] - len(waiting) :] = np.frombuffer(waiting, np.uint8)
            waiting = bytearray()
    file["images/starts"] = np.array(starts, np.int64)


def read_pairs(path: Path | str) -> ImageTextPairs:
    """Return the pairs of a clean file; photos and features are read on access. Their split comes along.

    Raises:
        AdahError: the file is missing, something else, or damaged: its content has not the hash that it was given.
    """
    file = _open(path)
    file.visititems(lambda _, item: check_storage(item) if isinstance(item, h5py.Dataset) else None)
    try:
        pairs = _pairs(file)
        right = pairs.content_hash() == file.attrs["content_hash"]
    except Exception as error:  # damaged or missing sets may raise anything
        raise AdahError(f"{path} is a damaged clean file ({error}); convert it again.") from error
    if not right:
        raise AdahError(f"{path} has not the content that it was written with; convert it again.")
    return pairs


def _open(path: Path | str) -> h5py.File:
    if not Path(path).is_file():
        raise AdahError(f"{path} is missing; adah data convert writes clean files.")
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        raise AdahError(f"{path} is no whole HDF5 file ({error}); convert it again.") from error
    if file.attrs.get("format") != FORMAT:
        raise AdahError(f"{path} is no clean file; its attribute 'format' is not {FORMAT!r}.")
    return file


def _pairs(file: h5py.File) -> ImageTextPairs:
    names = {name: tuple(file[name].asstr()[()].tolist()) for name in (*TEXTS, "captions") if name in file}
    shape = (len(names["ids"]), len(names["vocabulary"]))
    return ImageTextPairs(
        name=file.attrs["name"],
        images=PackedPhotos(file["images"]) if "images" in file else file["features"],
        tags=csr_matrix(tuple(file["tags"][name][()] for name in CSR), shape=shape),
        labels=file["labels"][()],
        image_hash=file.attrs["image_hash"],
        provenance=json.loads(file.attrs["provenance"]),
        masks=file["masks"][()] if "masks" in file else None,
        split=Split(*(file["split"][part][()] for part in PARTS)) if "split" in file else None,
        **names,
    )
