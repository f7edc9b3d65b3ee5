"""The data of a run: its pairs and their split, read and hashed once a process and handed on."""

import functools
import hashlib
from dataclasses import dataclass

from adahlib.datasets import ImageTextPairs, Split, load_with_split
from adahlib.experiments.records.source import short_hash
from adahlib.experiments.sentences import sentences


@dataclass(frozen=True, eq=False)
class RunData:
    """What a run learns from and is evaluated on.

    Attributes:
        pairs: all pairs of the data set.
        split: which of them are queries, database, training and validation pairs.
        hash: of both, and of the order of words where the method reads it; 12 hex digits.
    """

    pairs: ImageTextPairs
    split: Split
    hash: str


def load_data(dataset: str, split_seed: int, in_order: bool) -> RunData:
    """Return the data of a run; read once a process.

    Args:
        dataset, split_seed: as in ``RunSpec``.
        in_order: whether the method reads the words of captions in their order.
    """
    pairs, split = load_with_split(dataset, split_seed)
    return RunData(pairs, split, hash_of_data(dataset, split_seed, in_order))


@functools.cache
def hash_of_data(dataset: str, split_seed: int, in_order: bool) -> str:
    """Return a hash of pairs and split as they are read here and now."""
    pairs, split = load_with_split(dataset, split_seed)
    order = sentences(pairs) if in_order else None
    words = "" if order is None else hashlib.sha256(order.tobytes()).hexdigest()
    return short_hash(pairs.content_hash() + split.content_hash() + words)
