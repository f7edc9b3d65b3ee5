"""A split as text: a folder with a file for each part, an id on each line, and the digest of all ids."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.splits import PARTS, Split
from adahlib.datasets.texts import normalise
from adahlib.errors import AdahError
from adahlib.files import checked_folder, restore, whole_folder

DIGEST = "split.sha256"
HOLDS = (*(f"{part}.txt" for part in PARTS), DIGEST)  # the files of a split


def save_split(split: Split, pairs: ImageTextPairs, folder: Path | str) -> None:
    """Write a split to a folder as text: a file for each part, an id on each line, and the digest of all ids.

    They make a folder of their own, which takes the place of an older split in one step.

    Args:
        split: the split.
        pairs: the data set that it is of.
        folder: a new folder, or one with an older split, which is replaced.

    Raises:
        AdahError: the folder holds something else, or an id has a line break or blanks around it, so that a line could
            not be read back.

    Example:
        >>> import tempfile
        >>> from adahlib.datasets import dataset_split, load_split, miniature_pairs, save_split
        >>> pairs, folder = miniature_pairs(), tempfile.mkdtemp() + "/split"
        >>> save_split(dataset_split(pairs), pairs, folder)
        >>> load_split(pairs, folder).content_hash() == dataset_split(pairs).content_hash()
        True
    """
    folder = checked_folder(folder, "a split", HOLDS)
    ids = {part: [pairs.ids[i] for i in getattr(split, part)] for part in PARTS}
    broken = next((name for names in ids.values() for name in names if name.split("\n") != [name.strip()]), None)
    if broken is not None:
        raise AdahError(f"{pairs.name}: id {broken!r} has a line break or blanks around it; a split is one id a line.")
    with whole_folder(folder) as temporary:
        for part, names in ids.items():
            (temporary / f"{part}.txt").write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
        (temporary / DIGEST).write_text(f"{ids_digest(ids)}\n", encoding="utf-8")


def ids_digest(ids: dict[str, list[str]]) -> str:
    """Return a sha256 over the names of the parts and their ids, as they stand in the files."""
    lines = "".join(f"[{part}]\n" + "".join(f"{name}\n" for name in ids[part]) for part in PARTS)
    return hashlib.sha256(lines.encode()).hexdigest()


def load_split(pairs: ImageTextPairs, folder: Path | str) -> Split:
    r"""Read a split from the text files of its parts, one's own or somebody else's, whose digest may be missing.

    Args:
        pairs: the data set that it is of.
        folder: with ``query.txt``, ``database.txt``, ``train.txt`` and ``validation.txt``, an id on each line.

    Raises:
        AdahError: a file is missing, names an id twice or one that the data set does not have, or is not the file that
            the digest was taken of; or the parts are no split (``check_leakage`` says all that is wrong).

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> from adahlib.datasets import load_split, miniature_pairs
        >>> pairs, folder = miniature_pairs(6), Path(tempfile.mkdtemp())
        >>> parts = {"query": [0], "database": [1, 2, 3, 4, 5], "train": [2, 3, 4], "validation": []}
        >>> for part, positions in parts.items():
        ...     written = (folder / f"{part}.txt").write_text("".join(f"{pairs.ids[i]}\n" for i in positions))
        >>> load_split(pairs, folder).counts()
        {'query': 1, 'database': 5, 'train': 3, 'validation': 0}
    """
    parts = load_parts(pairs, folder)
    for part, positions in parts.items():
        values, counts = np.unique(positions, return_counts=True)
        if (counts > 1).any():
            twice = pairs.ids[values[counts.argmax()]]
            raise AdahError(f"{Path(folder) / part}.txt names {twice!r} twice; a pair is in a part once.")
        if not len(positions) and part != "validation":
            raise AdahError(f"{Path(folder) / part}.txt names no id; only the validation part may be empty.")
    return Split(**{part: np.sort(positions) for part, positions in parts.items()})


def load_parts(pairs: ImageTextPairs, folder: Path | str) -> dict[str, np.ndarray]:
    """Return the positions that the files of a split name, in their order, whether they make a split or not.

    Ids are compared as they are and, where that finds none, in Unicode NFC: a Mac writes names of files otherwise.
    """
    folder = Path(folder)
    restore(folder)
    find = position_finder(pairs.ids)
    ids = {part: _read_ids(folder / f"{part}.txt", find) for part in PARTS}
    digest = folder / DIGEST
    if digest.is_file() and digest.read_bytes().strip() != ids_digest(ids).encode():
        raise AdahError(f"{folder} is not the split that its {DIGEST} was taken of; one of its files was changed.")
    return {part: np.array([find(name) for name in names], dtype=np.int64) for part, names in ids.items()}


def position_finder(ids: Sequence[str]) -> Callable[[str], int | None]:
    """Return a function that gives the position of an id, or None if there is none or it is not clear in NFC."""
    forms = [normalise(identifier) for identifier in ids]
    often = Counter(forms)
    exact = {identifier: i for i, identifier in enumerate(ids)}
    clear = {form: i for i, form in enumerate(forms) if often[form] == 1}
    return lambda identifier: exact.get(identifier, clear.get(normalise(identifier)))


def _read_ids(path: Path, find: Callable[[str], int | None]) -> list[str]:
    if not path.is_file():
        raise AdahError(f"split file {path} is missing; a split is four files: {', '.join(PARTS)} (.txt).")
    try:
        ids = list(filter(None, map(str.strip, path.read_text(encoding="utf-8-sig").split("\n"))))
    except UnicodeDecodeError as error:
        raise AdahError(f"{path} is not UTF-8 at byte {error.start}; a split is ids as text, one a line.") from error
    unknown = next((identifier for identifier in ids if find(identifier) is None), None)
    if unknown is not None:
        raise AdahError(f"{path}: the data set has no pair with id {unknown!r}.")
    return ids
