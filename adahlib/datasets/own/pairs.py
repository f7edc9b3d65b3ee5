"""One's own data set: from a folder of images and a CSV, or from a Hugging Face ``datasets`` object.

The vocabulary is every word (``TOKEN_RULE``) that is in at least ``minimum_count`` texts, in alphabetical order, and
the labels are those found, in alphabetical order. Pairs without a known word or without a label stay, and are counted.
"""

import hashlib
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from adahlib.datasets.own.csv_rows import read_table
from adahlib.datasets.own.folder import FolderImages, Item, image_names
from adahlib.datasets.own.labels import check_no_columns, split_labels
from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.texts import TOKEN_RULE, bag_of_words, vocabulary_of, words
from adahlib.errors import AdahError, check_whole
from adahlib.progress import progress
from adahlib.visible import visible_paths


def read_own(folder: Path | str, table: Path | str | None = None, minimum_count: int = 1) -> ImageTextPairs:
    """Return the pairs of a folder: its images with the texts and labels that a CSV gives them.

    Args:
        folder: of images, in subfolders too; images that no row names are left out and counted.
        table: CSV with the columns ``image`` (or ``id``), ``text`` and ``labels``, the labels separated by ``;`` or
            ``|``; several rows of an image add up. Default: the one CSV in the folder.
        minimum_count: how many texts a word must be in.

    Raises:
        AdahError: the folder or the CSV is of another form, or no word or label is left.
    """
    folder, images = Path(folder), image_names(folder)
    table = table or only_table(folder)
    texts: dict[str, list[str]] = {}
    labels: dict[str, list[list[str]]] = {}
    for row in read_table(table, images, ("text", "labels")):
        texts.setdefault(row.image, []).append(row.cells["text"])
        labels.setdefault(row.image, []).append(split_labels(row.cells["labels"], f"{row.where}, column 'labels'"))
    check_no_columns([cell for cells in labels.values() for cell in cells], f"{table}: column 'labels'")
    ids = [image for image in images if image in texts]
    left_out = [image for image in images if image not in texts]
    return make_pairs(
        name=f"own-{folder.resolve().name}",
        ids=ids,
        images=FolderImages(folder, [Item(image) for image in ids]),
        texts=[" ".join(texts[image]) for image in ids],
        labels=[list(chain(*labels[image])) for image in ids],
        image_hash=files_hash(folder, ids),
        minimum_count=minimum_count,
        provenance={
            "source": f"folder {folder.resolve().name}",
            "left_out": len(left_out),
            "left_out_ids": left_out,
            "rows_merged": sum(map(len, texts.values())) - len(ids),
        },
    )


def only_table(folder: Path) -> Path:
    """Return the one CSV in a folder; raise AdahError if there is none or more than one."""
    found = visible_paths(folder, "*.csv")
    if len(found) != 1:
        raise AdahError(f"{folder} holds {len(found)} CSV files; name the one with the texts and labels.")
    return found[0]


def files_hash(folder: Path, names: Sequence[str]) -> str:
    """Return a sha256 over the names and bytes of files; shows progress."""
    digest = hashlib.sha256()
    for name in progress(names, desc="hashing images", unit="image"):
        content = (folder / name).read_bytes()
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def make_pairs(
    name: str,
    ids: Sequence[str],
    images: Sequence[np.ndarray],
    texts: Sequence[str],
    labels: Sequence[Sequence[str]],
    image_hash: str,
    minimum_count: int,
    provenance: dict,
) -> ImageTextPairs:
    """Return pairs from plain texts and the names of each pair's labels; other arguments as of ``ImageTextPairs``.

    Raises:
        AdahError: no word is in ``minimum_count`` texts, no pair has a label, or a text is none.
    """
    minimum_count = check_whole("minimum_count", minimum_count, 1)
    found = [words(text) for text in texts]
    vocabulary = vocabulary_of(found, minimum=minimum_count)
    label_names = sorted({label for each in labels for label in each})
    if not vocabulary or not label_names:
        lacking = f"word in at least {minimum_count} of its texts" if label_names else "label"
        raise AdahError(f"{name}: no {lacking} in {len(ids)} pairs; both words and labels are needed to learn.")
    if any("\0" in text for text in (*texts, *label_names)):
        raise AdahError(f"{name}: a text or a label has a zero byte; is it text?")
    tags = bag_of_words(found, vocabulary)
    matrix = np.array([[label in each for label in label_names] for each in map(set, labels)], dtype=np.uint8)
    about = {
        "title": name,
        "licence": "not stated; its owner's",
        "token_rule": TOKEN_RULE,
        "minimum_count": minimum_count,
        "without_words": int((tags.getnnz(axis=1) == 0).sum()),
        "without_labels": int((matrix.sum(axis=1) == 0).sum()),
    }
    return ImageTextPairs(
        name=name,
        ids=tuple(ids),
        images=images,
        tags=tags,
        labels=matrix,
        vocabulary=tuple(vocabulary),
        label_names=tuple(label_names),
        image_hash=image_hash,
        captions=tuple(texts),
        provenance=about | provenance,
    )
