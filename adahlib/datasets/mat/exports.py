"""``.mat`` exports of data sets, as papers' authors and their followers pass them around: nine layouts, v7 and v7.3.

``load_mat`` finds the layout (``layouts``) and the order of the axes (``axes``) from names and shapes, and
refuses what is in doubt. Photos are sliced from a v7.3 file on access and features are read on access; a variable of a
v7 file is read whole, up to ``variables.LIMIT`` bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, vstack

from adahlib.datasets.mat.axes import Axes, Parts, find_axes
from adahlib.datasets.mat.layouts import find_layout
from adahlib.datasets.mat.split import own_split
from adahlib.datasets.mat.texts import read_texts
from adahlib.datasets.mat.values import MatFeatures, MatPhotos, read_labels, read_texts_as
from adahlib.datasets.mat.variables import Variable
from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.photos import JoinedPhotos, content_digests, find_photos, joined_digest
from adahlib.datasets.splits import Split
from adahlib.datasets.texts import bag_of_words, vocabulary_of, words
from adahlib.errors import AdahError


@dataclass(eq=False)
class MatExport:
    """n pairs of a ``.mat`` export, in the order of the file; query part before database part where it has parts.

    Attributes:
        path: file or folder.
        layout: a name of the table in ``layouts``.
        axes: order of the photos' axes as they were seen; None without photos.
        shapes: shape by variable, as seen.
        ids: n names: those of the photos' files where the export has them, else numbers.
        labels: (n, c) uint8 0/1.
        images: n photos uint8 (height, width, 3), decoded on access; None if the export has features or names only.
        tags: CSR (n, v) of 0/1 uint8; None if the texts are no bag of words.
        text_features: (n, t) float32 texts that are no bag of words, such as Wiki's topics; else None.
        texts: n captions where the export has them (then ``tags`` are their words, ``vocabulary``); else None.
        parts: positions of each part (train, query, database) among the n; empty if the export has none.
    """

    path: Path
    layout: str
    axes: str | None
    shapes: dict[str, tuple[int, ...]]
    ids: tuple[str, ...]
    labels: np.ndarray
    images: Sequence[np.ndarray] | None
    tags: csr_matrix | None
    text_features: np.ndarray | None
    texts: tuple[str, ...] | None
    vocabulary: tuple[str, ...] | None
    parts: dict[str, np.ndarray]
    source: tuple[Parts, Axes]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def features(self) -> MatFeatures | None:
        """Features of the photos, float32 (n, d), read on access; ``np.asarray`` reads all. None without features."""
        variables, axes = self.source
        roles = [variables[part] for part in self.parts or ("all",)]
        found = [part["features"] for part in roles if "features" in part]
        return MatFeatures([(variable, axes.matrices[variable.version]) for variable in found]) if found else None

    @cached_property
    def split(self) -> Split | None:
        """The export's own split; None if it has none. AdahError if it trains outside its database."""
        return own_split(self, *self.source) if self.parts else None

    def pairs(self) -> ImageTextPairs:
        """Return the export as pairs; all photos are read once, for their hash.

        Features stand in the place of photos where there are none. Words and labels of an export have no names and are
        numbered. Texts that are no bag of words become the values of ``tags`` and enter ``image_hash``, since
        ``content_hash`` takes tags for 0/1.

        Raises:
            AdahError: the export has neither photos nor features, or no texts.
        """
        images: Any = self.images if self.images is not None else self.features
        texts: Any = self.tags if self.tags is not None else self.text_features
        if images is None or texts is None:
            raise AdahError(f"{self.path}: the export has no {'tags' if images is not None else self._no_images()}.")
        digests = content_digests(images)
        if self.tags is None:
            digests += content_digests(texts)
        names = self.vocabulary or tuple(f"word {i + 1}" for i in range(texts.shape[1]))
        return ImageTextPairs(
            name=self.path.stem,
            ids=self.ids,
            images=images,
            tags=csr_matrix(texts),
            labels=self.labels,
            vocabulary=names,
            label_names=tuple(f"label {i + 1}" for i in range(self.labels.shape[1])),
            image_hash=joined_digest(digests),
            captions=self.texts,
            provenance={
                "title": self.path.stem,
                "source": f"{self.path.name}, layout {self.layout}"
                + (f", photos' axes {self.axes}" if self.axes else ""),
                "shapes": {name: list(shape) for name, shape in self.shapes.items()},
            },
        )

    def _no_images(self) -> str:
        """Return what an export without images lacks, and what would be right, as the end of a sentence."""
        if not any("names" in part for part in self.source[0].values()):
            return "photos and features"
        folder = self.path if self.path.is_dir() else self.path.parent
        return f"features, and its photos, such as {self.ids[0]!r}, are not in {folder}; give the folder of its photos"


def load_mat(path: Path | str, axes: str | None = None, photos: Path | str | None = None) -> MatExport:
    """Read a ``.mat`` export of a data set, in one of the nine layouts that are in circulation.

    Args:
        path: the file, or the folder with the files of one data set.
        axes: order of the photos' axes as they are seen in Python, such as ``"NCWH"``; found by default.
        photos: folder of the photos that an export names by path (default: the folder of the export).

    Returns:
        The export: ``layout``, ``axes`` and ``shapes`` say what was recognised, ``pairs()`` are its pairs, and
        ``split`` is its own split, if it has one.

    Raises:
        AdahError: the layout or the axes are unknown or in doubt; the message has the shapes found and expected.

    Example:
        >>> import tempfile
        >>> import scipy.io
        >>> from adahlib.datasets import load_mat, miniature_pairs
        >>> pairs, file = miniature_pairs(), tempfile.mkdtemp() + "/walls.mat"
        >>> features = pairs.images.reshape(60, -1) / 255
        >>> scipy.io.savemat(file, {"FAll": features, "YAll": pairs.tags.toarray(), "LAll": pairs.labels})
        >>> export = load_mat(file)
        >>> export.layout, export.pairs()
        ('fall-yall-lall', <ImageTextPairs 'walls': 60 pairs, 12 tags, 4 labels>)
    """
    path = Path(path)
    layout = find_layout(path)
    found = find_axes(path, layout.parts, axes)
    used: list[str] = [part for part in ("query", "database", "all") if part in layout.parts]
    used = ["query", "train"] if used == ["query"] else used
    roles = [layout.parts[part] for part in used]
    first, count = roles[0], sum(found.counts[part] for part in used)
    names = read_texts(first["names"], count) if "names" in first else None
    texts = read_texts(first["captions"], count) if "captions" in first else None
    vocabulary, tags, text_features = _read_all_texts(roles, found.matrices, texts)
    root = Path(photos) if photos else path if path.is_dir() else path.parent
    images = [MatPhotos(part["photos"], found.photos) for part in roles if "photos" in part]  # type: ignore[arg-type]
    return MatExport(
        path=path,
        layout=_saved_layout(layout.name, first, found.photos),
        axes=found.photos,
        shapes={v.name: v.shape for part in layout.parts.values() for v in part.values()},
        ids=names or tuple(str(number + 1) for number in range(count)),
        labels=read_labels([part["labels"] for part in roles], found.matrices),
        images=JoinedPhotos(images) if images else find_photos(root, names, photos is not None) if names else None,
        tags=tags,
        text_features=text_features,
        texts=texts,
        vocabulary=vocabulary,
        parts=_positions(used, found.counts) if used != ["all"] else {},
        source=(layout.parts, found),
    )


def _saved_layout(name: str, roles: dict[str, Variable], order: str | None) -> str:
    """Return the layout's name: re-saved where the photos' axes are not those of the authors' files."""
    if name not in ("dcmh", "split-files") or order is None:
        return name
    return name if order == {"v7": "HWCN", "v7.3": "NCWH"}[roles["photos"].version] else "re-saved"


def _read_all_texts(
    roles: list[dict[str, Variable]], axes: dict[str, int], captions: tuple[str, ...] | None
) -> tuple[tuple[str, ...] | None, csr_matrix | None, np.ndarray | None]:
    """Return vocabulary, tags and text features of all parts: captions' words, or the matrices' columns."""
    if captions is not None:
        texts = [words(caption) for caption in captions]
        vocabulary = vocabulary_of(texts)
        return tuple(vocabulary), bag_of_words(texts, vocabulary), None
    found = [read_texts_as(part["tags"], axes[part["tags"].version]) for part in roles]
    if all(tags is not None for tags, _ in found):
        return None, vstack([tags for tags, _ in found], format="csr", dtype=np.uint8), None
    return None, None, np.concatenate([tags.toarray() if tags is not None else rest for tags, rest in found])


def _positions(used: list[str], counts: dict[str, int]) -> dict[str, np.ndarray]:
    ends = np.cumsum([0] + [counts[part] for part in used])
    return {part: np.arange(ends[i], ends[i + 1]) for i, part in enumerate(used)}
