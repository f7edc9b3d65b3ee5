"""Leakage: what makes a split easier than it should be, found in anybody's split and reported in plain rows."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.photos import content_digests
from adahlib.datasets.splits import PARTS, Split

SHOWN = 3  # examples a row


@dataclass(frozen=True)
class Leakage:
    """What ``check_leakage`` found.

    Attributes:
        rows: (what was looked for, how many pairs are so, the ids of the first of them).
    """

    rows: tuple[tuple[str, int, tuple[str, ...]], ...]

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not any(count for _, count, _ in self.rows)

    def __str__(self) -> str:
        lines = [f"{count:>8}  {what}" + (f": {', '.join(ids)}" if ids else "") for what, count, ids in self.rows]
        return "\n".join(lines)


def check_leakage(pairs: ImageTextPairs, split: Split | Mapping[str, np.ndarray]) -> Leakage:
    """Return what makes a split easier than it should be, such as the photo of a query in the database.

    It looks for queries in the database, the same photo on both sides, and ids that a part names twice.

    Args:
        pairs: an ``ImageTextPairs``. Its queries' and database's photos are decoded once, with progress; two photos
            are the same if their pixels are.
        split: a ``Split``, or the positions of ``load_parts``, which need not make one.

    Returns:
        A report: ``clean`` says whether nothing was found, ``rows`` are what was looked for, how often it was found,
        and the first ids; ``str()`` of it is a table.

    Raises:
        AdahError: a photo cannot be read.

    Example:
        >>> from adahlib.datasets import check_leakage, dataset_split, miniature_pairs
        >>> pairs = miniature_pairs()
        >>> check_leakage(pairs, dataset_split(pairs)).clean
        True
    """
    parts = {part: np.asarray(split[part] if isinstance(split, Mapping) else getattr(split, part)) for part in PARTS}
    query, database, train = parts["query"], parts["database"], parts["train"]
    found = {
        "queries that are in the database": np.intersect1d(query, database),
        "queries that train": np.intersect1d(query, train),
        "queries that validate": np.intersect1d(query, parts["validation"]),
        "training pairs that validate": np.intersect1d(train, parts["validation"]),
        "training pairs outside the database": np.setdiff1d(train, database),
    }
    found |= {f"pairs that {part}.txt names twice": _repeated(parts[part]) for part in PARTS}
    photos = _photos(pairs, np.unique(np.concatenate([query, database, train])))
    for name, others in (("in the database", database), ("among the training pairs", train)):
        found[f"queries whose photo is {name} under another id"] = _same_photo(photos, query, others)
    return Leakage(
        tuple((what, len(rows), tuple(pairs.ids[i] for i in rows[:SHOWN])) for what, rows in found.items())
    )


def _repeated(positions: np.ndarray) -> np.ndarray:
    values, counts = np.unique(positions, return_counts=True)
    return values[counts > 1]


def _photos(pairs: ImageTextPairs, positions: np.ndarray) -> dict[int, bytes]:
    return dict(zip(positions.tolist(), content_digests(pairs.images, positions), strict=True))


def _same_photo(photos: dict[int, bytes], query: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the queries whose photo is also that of another pair among ``others``."""
    places: dict[bytes, set[int]] = {}
    for position in others.tolist():
        places.setdefault(photos[position], set()).add(position)
    return np.array([i for i in np.unique(query).tolist() if places.get(photos[i], set()) - {i}], np.int64)
