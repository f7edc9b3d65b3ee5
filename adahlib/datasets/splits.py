"""Splits: which pairs are queries, which are the database, and which of the database train and validate.

The protocol of DCMH, which the paper follows (section 4.1): random queries, the rest is the database, and part of
the database is the training set. The validation pairs are a part of the database that does not train.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from adahlib.errors import AdahError
from adahlib.files import whole_file

PARTS = ("query", "database", "train", "validation")


@dataclass(frozen=True, eq=False)
class Split:
    """Positions (ascending int64 arrays) of the pairs in each part; train and validation lie in the database."""

    query: np.ndarray
    database: np.ndarray
    train: np.ndarray
    validation: np.ndarray

    def __post_init__(self):
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


def make_split(pairs, query: int, train: int, validation: int, seed: int = 0) -> Split:
    """Draw a split: ``query`` random pairs; the rest is the database, of which ``train`` and ``validation`` are drawn.

    Raises:
        AdahError: the data set has fewer pairs than the split needs.
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


def save_split(split: Split, pairs, folder: Path | str) -> None:
    """Write one text file of ids per part, one id a line."""
    for part in PARTS:
        with whole_file(Path(folder) / f"{part}.txt") as path:
            path.write_text("".join(f"{pairs.ids[i]}\n" for i in getattr(split, part)), encoding="utf-8")


def load_split(pairs, folder: Path | str) -> Split:
    """Read the files of ``save_split`` back, by id.

    Raises:
        AdahError: a file is missing, or names an id that the data set does not have.
    """
    position = {identifier: i for i, identifier in enumerate(pairs.ids)}
    return Split(**{part: _positions(Path(folder) / f"{part}.txt", position) for part in PARTS})


def _positions(path: Path, position: dict[str, int]) -> np.ndarray:
    if not path.is_file():
        raise AdahError(f"split file {path} is missing; a split is four files: {', '.join(PARTS)} (.txt).")
    ids = path.read_text(encoding="utf-8").split()
    unknown = next((identifier for identifier in ids if identifier not in position), None)
    if unknown is not None:
        raise AdahError(f"{path}: the data set has no pair with id {unknown!r}.")
    return np.sort(np.array([position[identifier] for identifier in ids], dtype=np.int64))
