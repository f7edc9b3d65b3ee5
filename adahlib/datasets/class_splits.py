"""Splits of sets with one class an image, balanced by class: the protocol of semi-supervised image hashing.

SSGAH (Wang et al., ECCV 2018): of each class some images are queries and some of the others are labelled; the
database is everything but the queries, and what is not labelled in it trains without labels.
"""

import numpy as np

from adahlib.datasets.splits import Split
from adahlib.errors import AdahError


def make_class_split(pairs, query_per_class: int, train_per_class: int, seed: int = 0) -> Split:
    """Draw a split: of each class ``query_per_class`` queries, then ``train_per_class`` labelled training images.

    Raises:
        AdahError: an image has no class or several, or a class has too few images.
    """
    if (pairs.labels.sum(axis=1) != 1).any():
        raise AdahError(f"{pairs.name}: a split by class needs exactly one label an image.")
    generator = np.random.default_rng(seed)
    queries, training = [], []
    for name, column in zip(pairs.label_names, pairs.labels.T, strict=True):
        members = generator.permutation(np.flatnonzero(column))
        if min(query_per_class, train_per_class) < 1 or query_per_class + train_per_class > len(members):
            raise AdahError(
                f"{pairs.name}: {query_per_class} queries and {train_per_class} labelled images a class, each at "
                f"least one, cannot be drawn from the {len(members)} of {name!r}."
            )
        queries.append(members[:query_per_class])
        training.append(members[query_per_class : query_per_class + train_per_class])
    query = np.sort(np.concatenate(queries))
    return Split(
        query=query,
        database=np.setdiff1d(np.arange(len(pairs)), query),
        train=np.sort(np.concatenate(training)),
        validation=np.empty(0, dtype=np.int64),
    )


def unlabelled(split: Split) -> np.ndarray:
    """Return the positions that train without labels: the database without the labelled training images."""
    return np.setdiff1d(split.database, split.train)
