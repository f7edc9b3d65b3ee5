"""Image–text pairs with labels: the one shape in which every data set reaches the methods."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_matrix

from adahlib.datasets.splits import Split
from adahlib.errors import AdahError

TAGS_IN_ORDER = "tags in the order of the release"


@dataclass(frozen=True, eq=False, repr=False)
class ImageTextPairs:
    """A data set of n image–text pairs with labels; without vocabulary and captions it is a set of images alone.

    Attributes:
        name: data-set name, e.g. ``"mirflickr25k"``.
        ids: n unique identifiers, in the order of the release.
        images: sequence of n RGB images, each a uint8 array (height, width, 3), decoded on access; of an export without
            photos, feature vectors, float32 (n, d).
        tags: bag-of-words, CSR (n, v) of 0/1 uint8; of an export with text features, these, of any numbers.
        labels: (n, c) uint8 0/1; two items are similar if they share a label.
        vocabulary: the v words, in column order.
        label_names: the c labels, in column order.
        image_hash: hex digest that changes when any image changes; keys the cached feature maps.
        provenance: what was read and what was left out: ``title`` (the name used in captions), ``source``,
            ``licence``, ``left_out`` and counts; plain JSON values.
        masks: optional (n, height, width) bool, true foreground; only sets made for it have one.
        captions: optional n sentences, for methods that read the order of words; ``tags`` are made of them, so they
            are no part of ``content_hash``. Where ``provenance["captions"]`` is ``TAGS_IN_ORDER`` they are no sentences
            but tags, one a line, in the order of the release.
        split: optional, the split that a clean file brings along; without it the published protocol's is drawn. It is
            no part of ``content_hash``; a split has its own.

    Raises:
        AdahError: the parts disagree in their numbers of pairs, words or labels, ids are not unique, labels are not
            0/1, a label has no pair, or the split names positions that are not there.

    Example:
        >>> import numpy as np
        >>> from scipy.sparse import csr_matrix
        >>> from adahlib.datasets import ImageTextPairs
        >>> photos = np.zeros((2, 4, 4, 3), np.uint8)
        >>> tags = csr_matrix([[1, 0], [1, 1]], dtype=np.uint8)
        >>> labels = np.array([[1], [1]], np.uint8)
        >>> ImageTextPairs("two", ("a", "b"), photos, tags, labels, ("old", "red"), ("wall",), "0")
        <ImageTextPairs 'two': 2 pairs, 2 tags, 1 labels>
    """

    name: str
    ids: tuple[str, ...]
    images: Sequence[np.ndarray] | np.ndarray
    tags: csr_matrix
    labels: np.ndarray
    vocabulary: tuple[str, ...]
    label_names: tuple[str, ...]
    image_hash: str
    provenance: dict = field(default_factory=dict)
    masks: np.ndarray | None = None
    captions: tuple[str, ...] | None = None
    split: Split | None = None

    def __post_init__(self) -> None:
        check_shapes(self)
        check_labels(self)
        nowhere = np.empty(0, np.int64)
        positions = nowhere if self.split is None else np.concatenate([self.split.query, self.split.database])
        if len(positions) and not 0 <= positions.min() <= positions.max() < len(self):
            raise AdahError(f"{self.name}: the split has positions beyond the {len(self)} pairs.")

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        """Return one line: name, counts, and how large the parts of the split are that the data set brings along."""
        parts = self.counts() | (self.split.counts() if self.split is not None else {})
        counts = ", ".join(f"{count:,} {what}" for what, count in parts.items())
        return f"<ImageTextPairs {self.name!r}: {counts}>"

    def counts(self) -> dict[str, int]:
        """Return the counts that identify a version of the data set: pairs, tags (vocabulary size) and labels."""
        return {"pairs": len(self), "tags": len(self.vocabulary), "labels": len(self.label_names)}

    def content_hash(self) -> str:
        """Return a sha256 over ids, tags, labels, their names and the images' hash."""
        digest = hashlib.sha256(self.image_hash.encode())
        for names in (self.ids, self.vocabulary, self.label_names):
            digest.update("\n".join(names).encode() + b"\0")
        for array in (self.tags.indptr, self.tags.indices):
            digest.update(np.ascontiguousarray(array, dtype=np.int64).tobytes())
        digest.update(np.packbits(self.labels, axis=1).tobytes())
        return digest.hexdigest()


def check_shapes(pairs: ImageTextPairs) -> None:
    """Raise AdahError unless ids, images, tags, labels, masks and captions agree on n, v and c."""
    expected = {
        "images": (len(pairs.images), len(pairs.ids)),
        "tags": (pairs.tags.shape, (len(pairs.ids), len(pairs.vocabulary))),
        "labels": (pairs.labels.shape, (len(pairs.ids), len(pairs.label_names))),
    }
    for part in ("masks", "captions"):
        if getattr(pairs, part) is not None:
            expected[part] = (len(getattr(pairs, part)), len(pairs.ids))
    for part, (found, right) in expected.items():
        if found != right:
            raise AdahError(f"{pairs.name}: {part} have shape {found} where ids and names need {right}.")
    if len(set(pairs.ids)) != len(pairs.ids):
        raise AdahError(f"{pairs.name}: ids are not unique; every pair needs its own id.")


def check_labels(pairs: ImageTextPairs) -> None:
    """Raise AdahError unless labels are 0/1 and every label has a positive item."""
    if not np.isin(pairs.labels, (0, 1)).all():
        raise AdahError(f"{pairs.name}: labels hold values other than 0 and 1.")
    empty = [name for name, count in zip(pairs.label_names, pairs.labels.sum(0), strict=True) if count == 0]
    if empty:
        raise AdahError(f"{pairs.name}: no pair carries the label {empty[0]!r}; every label needs a positive item.")
