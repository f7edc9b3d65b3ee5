"""CIFAR-10 for choosing options: queries are labelled images, and the queries of the tables are left out altogether."""

import dataclasses
from pathlib import Path

import numpy as np

from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.readers import cifar10
from adahlib.datasets.splits import Split, make_class_split

SPLIT: dict[str, int] = {}  # it brings its own split along
QUERIES = 50  # of the labelled images of each class
SEED = 0  # of the protocol's split whose labelled images these are


def load(root: Path | str | None = None, whole: bool = True) -> ImageTextPairs:
    """Return CIFAR-10 with a split of its labelled images, under a name of its own. See ``cifar10.load``."""
    pairs = cifar10.load(root, whole)
    about = pairs.provenance | {"title": f"{pairs.provenance['title']}, validation"}
    split = validation_split(pairs, **cifar10.SPLIT)
    return dataclasses.replace(pairs, name="cifar10-validation", provenance=about, split=split)


def validation_split(pairs: ImageTextPairs, query_per_class: int, train_per_class: int) -> Split:
    """Return a split whose queries are some labelled images of the protocol's split: a tenth, at most ``QUERIES``.

    The other labelled images stay labelled, and the protocol's queries are in no part.
    """
    usual = make_class_split(pairs, query_per_class, train_per_class, SEED)
    generator = np.random.default_rng((SEED, 1))
    count = min(QUERIES, max(1, train_per_class // 10))
    classes = pairs.labels[usual.train].argmax(axis=1)
    query = np.concatenate([generator.permutation(usual.train[classes == c])[:count] for c in np.unique(classes)])
    return Split(
        query=np.sort(query),
        database=np.setdiff1d(usual.database, query),
        train=np.setdiff1d(usual.train, query),
        validation=np.empty(0, dtype=np.int64),
    )
