"""Writing a clean file (``clean_file`` says what is in one): whole or not at all, on a full disk too."""

import io
import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from PIL import Image

from adahlib.datasets.own.clean_file import CSR, FORMAT, TEXTS
from adahlib.datasets.own.details import details_hash
from adahlib.datasets.own.patient_file import PatientFile
from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.splits import PARTS, Split
from adahlib.files import whole_file
from adahlib.progress import progress

CHUNK = 2**18  # bytes of PNG a chunk
ROWS = 1024  # of features written at a time


def write_pairs(pairs: ImageTextPairs, path: Path | str, split: Split | None = None) -> None:
    """Write pairs to one HDF5 file, which is then whole or not there.

    Args:
        pairs: the data set.
        path: the clean file, ``*.h5``.
        split: the split that is written with them; default: the pairs' own, if they have one.

    Raises:
        OSError: the disk is full, or cannot be written.

    Example:
        >>> import tempfile
        >>> from adahlib.datasets import dataset_split, miniature_pairs, read_pairs, write_pairs
        >>> pairs, file = miniature_pairs(), tempfile.mkdtemp() + "/walls.h5"
        >>> write_pairs(pairs, file, dataset_split(pairs))
        >>> read_pairs(file)
        <ImageTextPairs 'miniature': 60 pairs, 12 tags, 4 labels, 6 query, 54 database, 51 train, 3 validation>
    """
    split = split if split is not None else pairs.split
    with whole_file(path) as temporary, PatientFile(temporary) as target:
        try:
            with h5py.File(target, "w") as file:
                _write_images(file, pairs, target)
                _write_rest(file, pairs, split, target)
                file.flush()
                target.raise_failure()
                texts = (pairs.name, json.dumps(pairs.provenance), *(pairs.captions or ()))
                set_text(file, "details_hash", details_hash(file, temporary, texts))
        finally:
            target.raise_failure()


def _write_rest(file: h5py.File, pairs: ImageTextPairs, split: Split | None, target: PatientFile) -> None:
    numbers = {f"tags/{name}": getattr(pairs.tags, name) for name in CSR} | {"labels": pairs.labels}
    numbers |= {} if pairs.masks is None else {"masks": pairs.masks}
    numbers |= {} if split is None else {f"split/{part}": getattr(split, part) for part in PARTS}
    for name, values in numbers.items():
        target.raise_failure()
        checked = {"chunks": True, "fletcher32": True, "compression": "gzip", "shuffle": True}
        file.create_dataset(name, data=values, **checked if values.size else {})
    texts = {name: list(getattr(pairs, name)) for name in TEXTS} | {"provenance": [json.dumps(pairs.provenance)]}
    texts |= {} if pairs.captions is None else {"captions": list(pairs.captions)}
    for name, values in texts.items():
        target.raise_failure()
        file.create_dataset(name, data=values, dtype=h5py.string_dtype())
    for name, text in {"format": FORMAT, "name": pairs.name, "image_hash": pairs.image_hash}.items():
        set_text(file, name, text)
    set_text(file, "content_hash", pairs.content_hash())


def set_text(file: h5py.File, name: str, text: str) -> None:
    """Write an attribute in the length that it has: one of any length lies in a heap, which HDF5 does not check."""
    data = text.encode()
    file.attrs.create(name, np.array(data), dtype=h5py.string_dtype("utf-8", max(1, len(data))))


def _write_images(file: h5py.File, pairs: ImageTextPairs, target: PatientFile) -> None:
    images: Any = pairs.images
    if getattr(images, "ndim", None) == 2:  # features, in rows
        data = file.create_dataset("features", images.shape, np.float32, chunks=True, fletcher32=True)
        for start in progress(range(0, len(data), ROWS), desc="writing features", unit="block"):
            target.raise_failure()
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
            target.raise_failure()
            data.resize((starts[-1],))
            data[starts[-1] - len(waiting) :] = np.frombuffer(waiting, np.uint8)
            waiting = bytearray()
    file["images/starts"] = np.array(starts, np.int64)
