"""The split that a ``.mat`` export brings along: its training pairs are found in its database."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from adahlib.datasets.mat.axes import Axes, Parts
from adahlib.datasets.mat.values import MatFeatures, MatPhotos, read_texts_as
from adahlib.datasets.photos import content_digests
from adahlib.datasets.splits import Split
from adahlib.errors import AdahError


def own_split(export: Any, parts: Parts, axes: Axes) -> Split:
    """Return the export's split; without a database part the training part is the database, as in Wiki.

    Training pairs are found in the database by photo (or features) and text.

    Raises:
        AdahError: a training pair is not in the database.
    """
    query, none = export.parts["query"], np.empty(0, np.int64)
    if "database" not in export.parts:
        return Split(query, export.parts["train"], export.parts["train"], none)
    database = export.parts["database"]
    places = defaultdict(list)
    images = export.images if export.images is not None else export.features
    texts = export.tags if export.tags is not None else export.text_features
    for position, row in zip(database[::-1], _rows(images, texts, database[::-1]), strict=True):
        places[row].append(position)
    wanted = _train_rows(parts["train"], axes)
    found = [places[row].pop() for row in wanted if places[row]]
    if len(found) < len(wanted):
        raise AdahError(
            f"{export.path}: {len(wanted) - len(found)} of {len(wanted)} training pairs are not in its database; "
            "a split here trains inside the database, so make one with make_split or load_split."
        )
    return Split(query, database, np.sort(np.array(found, np.int64)), none)


def _train_rows(roles: dict, axes: Axes) -> list[bytes]:
    images: Any
    if "photos" in roles:
        images = MatPhotos(roles["photos"], axes.photos)  # type: ignore[arg-type]
    else:
        images = MatFeatures([(roles["features"], axes.matrices[roles["features"].version])])
    tags, features = read_texts_as(roles["tags"], axes.matrices[roles["tags"].version])
    return _rows(images, features if tags is None else tags, range(len(images)))


def _rows(images: Any, texts: Any, positions: Iterable[int]) -> list[bytes]:
    """Return a digest of each pair."""
    rows = (texts[i].indices.astype(np.int64) if isinstance(texts, csr_matrix) else texts[i] for i in positions)
    return [
        hashlib.sha256(image + text.tobytes()).digest()
        for image, text in zip(content_digests(images, positions), rows, strict=True)
    ]
