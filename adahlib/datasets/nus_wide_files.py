"""The text files of NUS-WIDE, each checked line by line; the table of tags, half a gigabyte, is never held whole."""

import numpy as np
from scipy.sparse import csr_matrix

from adahlib.datasets.archives import TEXT_LIMIT
from adahlib.datasets.releases import Release
from adahlib.errors import AdahError
from adahlib.progress import progress


def read_lines(release: Release, tail: str) -> list[str]:
    """Return the lines of a list without blanks around them; each must be there once, and none be empty."""
    member = release.one(tail)
    lines = [line.strip() for line in release.text(member).splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    if not lines or "" in lines or len(set(lines)) < len(lines):
        raise AdahError(f"{release.path}: {member} has an empty or a repeated line, or none at all.")
    return lines


def image_names(release: Release) -> list[str]:
    """Return the images' names in the release's order, ``folder/file`` without ``.jpg``, from Imagelist.txt.

    The list is written with backslashes: ``actor\\0001_2124494179.jpg``.
    """
    names = []
    for line in read_lines(release, "ImageList/Imagelist.txt"):
        name = line.replace("\\", "/")
        if name.count("/") != 1 or not name.lower().endswith(".jpg"):
            raise AdahError(f"{release.path}: Imagelist.txt has {line!r}, which is not 'folder\\file.jpg'.")
        names.append(name[: -len(".jpg")])
    return names


def read_concept(release: Release, concept: str, images: int) -> np.ndarray:
    """Return a concept's column (images,) uint8 of 0/1, from ``AllLabels/Labels_<concept>.txt``, a number a line."""
    member = release.one(f"AllLabels/Labels_{concept}.txt")
    values = release.read(member, TEXT_LIMIT).split()
    wrong = next((place for place, value in enumerate(values, start=1) if value not in (b"0", b"1")), None)
    if wrong:
        value = values[wrong - 1][:20].decode("latin-1")
        raise AdahError(f"{release.path}: {member}, line {wrong}: {value!r} is neither 0 nor 1.")
    if len(values) != images:
        raise AdahError(f"{release.path}: {member} has {len(values)} lines, and Imagelist.txt has {images} images.")
    return np.array(values, dtype="S1").view(np.uint8) - ord("0")


def read_tags(release: Release, images: int, tags: int) -> csr_matrix:
    """Return the 0/1 matrix (images, tags) CSR uint8, from ``NUS_WID_Tags/AllTags1k.txt``: a row a line, in text."""
    member = release.one("AllTags1k.txt")
    where = f"{release.path}: {member}"
    rows, bar = [], progress(total=images, desc="tags", unit="row")
    for number, line in enumerate(release.lines(member), start=1):
        if number > images:
            raise AdahError(f"{where} has over {images} lines, one for each image of Imagelist.txt.")
        rows.append(tag_row(line, tags, f"{where}, line {number}"))
        bar.update()
    bar.close()
    if len(rows) != images:
        raise AdahError(f"{where} has {len(rows)} lines, and Imagelist.txt has {images} images.")
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    indices = np.concatenate(rows).astype(np.int64)
    return csr_matrix((np.ones(len(indices), np.uint8), indices, starts), shape=(images, tags))


def tag_row(line: bytes, tags: int, where: str) -> np.ndarray:
    """Return the columns of a row's ones, int16; the row must have a 0 or a 1 for each tag."""
    values = line.split()
    digits = np.frombuffer(b"".join(values), np.uint8) - ord("0")
    if len(values) != tags or len(digits) != tags or digits.max(initial=0) > 1:  # below "0" wraps round to over 1
        raise AdahError(f"{where} is not a row of {tags} numbers 0 or 1.")
    return np.flatnonzero(digits).astype(np.int16)
