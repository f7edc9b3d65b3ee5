"""The data of a run: its pairs and their split, read and hashed once as long as their files stay, and handed on."""

import functools
import hashlib
from dataclasses import dataclass

from adahlib.datasets import ImageTextPairs, Split, data_state, load_with_split
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


def load_data(dataset: str, split_seed: int, in_order: bool, train_size: int = 0) -> RunData:
    """Return the data of a run, with the hash of what was read.

    Args:
        dataset, split_seed: as in ``RunSpec``.
        in_order: whether the method reads the words of captions in their order.
        train_size: as in ``RunSpec``.

    Raises:
        AdahError: the data is missing, or has fewer pairs than ``train_size``.
    """
    pairs, split = load_with_split(dataset, split_seed, train_size)
    return RunData(pairs, split, content_hash(pairs, split, in_order))


def hash_of_data(dataset: str, split_seed: int, in_order: bool, train_size: int = 0) -> str:
    """Return the hash of a run's data as its files are now."""
    return _hash_of_data(dataset, split_seed, in_order, train_size, data_state(dataset))


@functools.lru_cache(maxsize=64)
def _hash_of_data(dataset: str, split_seed: int, in_order: bool, train_size: int, state: tuple) -> str:
    return load_data(dataset, split_seed, in_order, train_size).hash


def content_hash(pairs: ImageTextPairs, split: Split, in_order: bool) -> str:
    """Return a hash of pairs and split, and of the order of the words if a method reads it; 12 hex digits."""
    order = sentences(pairs) if in_order else None
    words = "" if order is None else hashlib.sha256(order.tobytes()).hexdigest()
    return short_hash(pairs.content_hash() + split.content_hash() + words)
