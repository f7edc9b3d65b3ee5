"""Splits: which pairs are queries, which are the database, and which of the database train and validate.

The protocol of DCMH, which the paper follows (section 4.1): random queries, the rest is the database, and part of
the database is the training set. The validation pairs are a part of the database that does not train.

Sets for image hashing are split by class instead, the protocol of semi-supervised image hashing (SSGAH, Wang et al.,
ECCV 2018): of each class some images are queries and some of the others are labelled; the database is everything but
the queries, and what is not labelled in it trains without labels. An image of several classes is drawn for one of them.

One's own images alone are split at random, those with a label. An image without one is in the database and trains
without labels: it is never a query, and relevant to none.
"""

import dataclasses
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from adahlib.errors import AdahError

if TYPE_CHECKING:  # pairs have a split
    from adahlib.datasets.pairs import ImageTextPairs

PARTS = ("query", "database", "train", "validation")


@dataclass(frozen=True, eq=False)
class Split:
    """A split of a data set into queries and database, of which some pairs train and others validate.

    Attributes:
        query: positions of the queries, ascending, int64.
        database: positions of the database; no query is among them.
        train: positions of the training pairs, in the database.
        validation: positions of the validation pairs, in the database and not among the training pairs; may be empty.

    Raises:
        AdahError: a query is in the database, a part that belongs to the database is not in it, or a pair both trains
            and validates.

    Example:
        >>> from adahlib.datasets import dataset_split, miniature_pairs
        >>> split = dataset_split(miniature_pairs())
        >>> split.counts()
        {'query': 6, 'database': 54, 'train': 51, 'validation': 3}
    """

    query: np.ndarray
    database: np.ndarray
    train: np.ndarray
    validation: np.ndarray

    def __post_init__(self) -> None:
        for part, whole in (("train", self.database), ("validation", self.database)):
            if not np.isin(getattr(self, part), whole).all():
                raise AdahError(f"split: a {part} pair is not in the database; {part} must be part of it.")
        for one, other in (("query", "database"), ("train", "validation")):
            shared = np.intersect1d(getattr(self, one), getattr(self, other))
            if len(shared):
                raise AdahError(f"split: pair {shared[0]} is in {one} and in {other}; they must be disjoint.")

    @property
    def validation_database(self) -> np.ndarray:
        """Positions of the database without the validation pairs: what validation queries search.

        It holds the training pairs, as the test queries' database does: their codes are better than others', and a
        validation without them would favour other hyperparameters than the test protocol rewards.
        """
        return np.setdiff1d(self.database, self.validation)

    def counts(self) -> dict[str, int]:
        """Return the number of pairs in each part."""
        return {part: len(getattr(self, part)) for part in PARTS}

    def content_hash(self) -> str:
        """Return a sha256 over the positions of all parts."""
        digest = hashlib.sha256()
        for part in PARTS:
            digest.update(part.encode() + getattr(self, part).astype("<i8").tobytes())
        return digest.hexdigest()


def make_split(pairs: "ImageTextPairs", query: int, train: int, validation: int, seed: int = 0) -> Split:
    """Draw a split at random, the protocol of DCMH that ADAH's paper follows (section 4.1).

    Args:
        pairs: the data set.
        query: number of queries; all other pairs are the database.
        train: number of training pairs, drawn of the database.
        validation: number of validation pairs, drawn of the rest of the database; 0 for none.
        seed: seed of the draw.

    Raises:
        AdahError: the data set has fewer pairs than the split needs.

    Example:
        >>> from adahlib.datasets import make_split, miniature_pairs
        >>> make_split(miniature_pairs(), query=10, train=30, validation=5).counts()
        {'query': 10, 'database': 50, 'train': 30, 'validation': 5}
    """
    total = len(pairs)
    if query < 1 or train < 1 or validation < 0 or query + train + validation > total:
        raise AdahError(
            f"{pairs.name}: a split of {query} queries, {train} training and {validation} validation pairs needs "
            f"{query + train + validation} pairs and each part at least one; the data set has {total}."
        )
    order = np.random.default_rng(seed).permutation(total)
    ends = np.cumsum([query, validation, train])
    return Split(
        query=np.sort(order[: ends[0]]),
        database=np.sort(order[ends[0] :]),
        train=np.sort(order[ends[1] : ends[2]]),
        validation=np.sort(order[ends[0] : ends[1]]),
    )


def make_labelled_split(pairs: "ImageTextPairs", seed: int = 0) -> Split:
    """Draw a split of images of which some have no label, and are then in the database alone.

    Of those that have one a tenth are queries, a twentieth validates, each at least one image, and all others train.

    Raises:
        AdahError: fewer than three images have a label.
    """
    labelled = labelled_positions(pairs)
    query, validation = (max(1, len(labelled) // share) for share in (10, 20))
    if len(labelled) < query + validation + 1:
        raise AdahError(
            f"{pairs.name}: {len(labelled)} images have a label, and a query, a validation and a training image need "
            "one each; label at least three."
        )
    order = labelled[np.random.default_rng(seed).permutation(len(labelled))]
    return Split(
        query=np.sort(order[:query]),
        database=np.setdiff1d(np.arange(len(pairs)), order[:query]),
        train=np.sort(order[query + validation :]),
        validation=np.sort(order[query : query + validation]),
    )


def labelled_positions(pairs: "ImageTextPairs") -> np.ndarray:
    """Return the positions of the pairs that have a label, ascending."""
    return np.flatnonzero(pairs.labels.any(axis=1))


def check_labelled_queries(pairs: "ImageTextPairs", split: Split) -> None:
    """Raise AdahError if a query has no label: nothing would be relevant to it."""
    bare = np.setdiff1d(split.query, labelled_positions(pairs))
    if len(bare):
        raise AdahError(
            f"{pairs.name}: the query {pairs.ids[bare[0]]!r} has no label, and nothing would be relevant to it; put "
            "images without a label into the database of the split."
        )


def with_train_size(split: Split, size: int, seed: int = 0, among: np.ndarray | None = None) -> Split:
    """Return a split with another number of training pairs, and with everything else as it was.

    The pairs are drawn in an order that depends on ``seed`` alone: first from the training part, then from the rest of
    the database without the validation pairs. So a smaller part lies in every larger one, and ``size`` pairs are the
    training part itself where it has as many.

    Args:
        split: as the protocol has it.
        size: number of training pairs, from 1 to the database less the validation pairs; 0 leaves the split as it is.
        seed: of the order.
        among: positions of those that may train, the labelled images; default: all.

    Raises:
        AdahError: the database has fewer pairs, or labelled images, that do not validate.

    Example:
        >>> from adahlib.datasets import dataset_split, miniature_pairs, with_train_size
        >>> split = dataset_split(miniature_pairs())
        >>> with_train_size(split, 20).counts()
        {'query': 6, 'database': 54, 'train': 20, 'validation': 3}
    """
    if not size:
        return split
    rest, train = np.setdiff1d(split.validation_database, split.train), split.train
    if among is not None:
        rest, train = np.intersect1d(rest, among), np.intersect1d(train, among)
    if size > len(train) + len(rest):
        what = "pairs" if among is None else "labelled images"
        raise AdahError(
            f"train_size={size}: the database has {len(train) + len(rest)} {what} that do not validate; give at "
            f"most as many, or 0 for the protocol's training {'pairs' if among is None else 'images'}."
        )
    generator = np.random.default_rng(seed)
    order = np.concatenate([generator.permutation(train), generator.permutation(rest)])
    return dataclasses.replace(split, train=np.sort(order[:size]))


def make_class_split(pairs: "ImageTextPairs", query_per_class: int, train_per_class: int, seed: int = 0) -> Split:
    """Draw a split class by class, the protocol of semi-supervised image hashing (SSGAH, ECCV 2018).

    The images of a class are shuffled once, and taken in this order without those that were taken for another class; so
    the queries do not depend on the number of labelled images, and more of these hold the fewer.

    Args:
        pairs: the data set.
        query_per_class: number of queries of each class.
        train_per_class: number of labelled training images of each class.
        seed: seed of the draw.

    Raises:
        AdahError: an image has no class, or a class has too few images.

    Example:
        >>> from adahlib.datasets import make_class_split, miniature_pairs
        >>> make_class_split(miniature_pairs(), query_per_class=2, train_per_class=3).counts()
        {'query': 8, 'database': 52, 'train': 12, 'validation': 0}
    """
    if not pairs.labels.any(axis=1).all():
        raise AdahError(f"{pairs.name}: a split by class needs at least one label an image.")
    generator = np.random.default_rng(seed)
    members = [generator.permutation(np.flatnonzero(column)) for column in pairs.labels.T]
    parts, taken = [], np.zeros(len(pairs.labels), dtype=bool)
    for count in (query_per_class, train_per_class):
        found = []
        for name, own in zip(pairs.label_names, members, strict=True):
            drawn = own[~taken[own]][:count]
            if len(drawn) < max(1, count):
                raise AdahError(
                    f"{pairs.name}: {query_per_class} queries and {train_per_class} labelled images a class, each at "
                    f"least one, cannot be drawn from the {len(own)} of {name!r}."
                )
            taken[drawn] = True
            found.append(drawn)
        parts.append(np.sort(np.concatenate(found)))
    return Split(
        query=parts[0],
        database=np.setdiff1d(np.arange(len(pairs)), parts[0]),
        train=parts[1],
        validation=np.empty(0, dtype=np.int64),
    )


def class_split_of_size(pairs: "ImageTextPairs", sizes: dict[str, int], labelled: int, seed: int = 0) -> Split:
    """Return a split by class with another number of labelled images, and the same queries.

    The labelled images of a smaller number are among those of every larger one.

    Args:
        pairs: the data set.
        sizes: of the protocol, ``query_per_class`` and ``train_per_class``.
        labelled: number of labelled images in all, as many of each class.
        seed: as in ``make_class_split``.

    Raises:
        AdahError: the number is no multiple of the classes, or a class has too few images.
    """
    classes = len(pairs.label_names)
    if labelled % classes:
        raise AdahError(
            f"train_size={labelled}: {pairs.name} is split by class, and has {classes} classes; give a multiple of "
            f"{classes}, or 0 for the protocol's {classes * sizes['train_per_class']:,} labelled images."
        )
    return make_class_split(pairs, sizes["query_per_class"], labelled // classes, seed)


def unlabelled(split: Split) -> np.ndarray:
    """Return the positions that train without labels: the database without the labelled training images.

    Args:
        split: the split of a data set of images of which some have labels.

    Example:
        >>> from adahlib.datasets import make_class_split, miniature_pairs, unlabelled
        >>> len(unlabelled(make_class_split(miniature_pairs(), 2, 3)))
        40
    """
    return np.setdiff1d(split.database, split.train)
