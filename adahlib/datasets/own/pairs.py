"""One's own data set: from a folder of images and a CSV, or from a Hugging Face ``datasets`` object.

The vocabulary is every word (``TOKEN_RULE``) that is in at least ``minimum_count`` texts, in alphabetical order, and
the labels are those found, in alphabetical order. Pairs without a known word or without a label stay, and are counted.

Images alone, for the methods that hash these, are pairs without texts: a table without the column ``text``, or no table
and a folder for each class. There too an image may have no label; it then trains as one of the unlabelled.
"""

import hashlib
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from adahlib.datasets.own.class_folders import has_class_folders, label_of_folder
from adahlib.datasets.own.csv_rows import columns_of, read_table
from adahlib.datasets.own.folder import FolderImages, Item, image_names
from adahlib.datasets.own.labels import check_no_columns, split_labels
from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.texts import TOKEN_RULE, bag_of_words, vocabulary_of, words
from adahlib.errors import AdahError, check_whole
from adahlib.progress import progress
from adahlib.visible import visible_of_kind


def read_own(folder: Path | str, table: Path | str | None = None, minimum_count: int = 1) -> ImageTextPairs:
    """Return your own pairs: a folder of images, with the texts and labels that a CSV gives them.

    A CSV without the column ``text`` makes a set of images alone. So does a folder without a CSV whose images lie in
    folders called after their classes; those that lie in none of them have no label.

    Args:
        folder: of images, in subfolders too; images that no row names are left out and counted.
        table: CSV with the columns ``image`` (or ``id``), ``labels`` and, where there are texts, ``text``; the labels
            are separated by ``;`` or ``|``, and several rows of an image add up. Default: the one CSV in the folder.
        minimum_count: how many texts a word must be in.

    Raises:
        AdahError: the folder or the CSV is of another form, or no word or label is left.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> from adahlib.datasets import miniature_pairs, read_own, write_folder
        >>> folder = Path(tempfile.mkdtemp())
        >>> table = write_folder(miniature_pairs(), range(20), folder)
        >>> table.read_text().splitlines()[:2]
        ['image,text,labels', '00000.png,a in red street the wall,red']
        >>> len(read_own(folder))
        20
    """
    folder, images = Path(folder), image_names(folder)
    if table is None and has_class_folders(folder, images):
        of_folders = {image: [label_of_folder(image, folder)] for image in images}
        return folder_pairs(folder, images, of_folders, None, minimum_count, "no CSV: folders are labels")
    table = table or only_table(folder)
    header = columns_of(table, ("labels",))
    texts: dict[str, list[str]] = {}
    labels: dict[str, list[list[str]]] = {}
    for row in read_table(table, images, ("text", "labels") if "text" in header else ("labels",)):
        texts.setdefault(row.image, []).append(row.cells.get("text", ""))
        labels.setdefault(row.image, []).append(split_labels(row.cells["labels"], f"{row.where}, column 'labels'"))
    check_no_columns([cell for cells in labels.values() for cell in cells], f"{table}: column 'labels'")
    without = f"no column 'text' among {', '.join(map(repr, header))}"
    return folder_pairs(folder, images, labels, texts if "text" in header else None, minimum_count, without)


def folder_pairs(
    folder: Path,
    images: Sequence[str],
    labels: dict[str, list[list[str]]],
    texts: dict[str, list[str]] | None,
    minimum_count: int,
    without: str,
) -> ImageTextPairs:
    """Return the pairs of a folder's images that have a row.

    Args:
        folder, images: the folder, and the paths of all images in it.
        labels: of each image that has a row, those of every row.
        texts: the same of texts; None for images alone.
        minimum_count: how many texts a word must be in.
        without: why there are no texts, where there are none.
    """
    ids = [image for image in images if image in labels]
    left_out = [image for image in images if image not in labels]
    return make_pairs(
        name=f"own-{folder.resolve().name}",
        ids=ids,
        images=FolderImages(folder, [Item(image) for image in ids]),
        texts=None if texts is None else [" ".join(texts[image]) for image in ids],
        labels=[list(chain(*labels[image])) for image in ids],
        image_hash=files_hash(folder, ids),
        minimum_count=minimum_count,
        provenance={
            "source": f"folder {folder.resolve().name}",
            "left_out": len(left_out),
            "left_out_ids": left_out,
            "rows_merged": sum(map(len, labels.values())) - len(ids),
        }
        | ({"no_texts": without} if texts is None else {}),
    )


def only_table(folder: Path) -> Path:
    """Return the one CSV in a folder; raise AdahError if there is none or more than one."""
    found = visible_of_kind(folder, ".csv")
    if len(found) != 1:
        raise AdahError(f"{folder} holds {len(found)} CSV files; name the one with the labels.")
    return found[0]


def files_hash(folder: Path, names: Sequence[str]) -> str:
    """Return a sha256 over the names and bytes of files; shows progress.

    Raises:
        AdahError: a name is not UTF-8, so that no file of ids could hold it, or a file cannot be read.
    """
    digest = hashlib.sha256()
    for name in names:
        if not is_utf8(name):
            raise AdahError(f"{folder}: the name of {name!r} is not UTF-8; give the file or its folder another name.")
    for name in progress(names, desc="hashing images", unit="image"):
        try:
            content = (folder / name).read_bytes()
        except OSError as error:
            raise AdahError(f"{folder / name} cannot be read ({error.strerror}); change its rights.") from error
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def is_utf8(name: str) -> bool:
    """Return whether a file's name can be written as UTF-8; bytes that are none stand in it as surrogates."""
    return not any("\ud800" <= letter <= "\udfff" for letter in name)


def make_pairs(
    name: str,
    ids: Sequence[str],
    images: Sequence[np.ndarray] | np.ndarray,
    texts: Sequence[str] | None,
    labels: Sequence[Sequence[str]],
    image_hash: str,
    minimum_count: int,
    provenance: dict,
) -> ImageTextPairs:
    """Return pairs from plain texts and the names of each pair's labels; other arguments as of ``ImageTextPairs``.

    Without texts (None) they are images alone.

    Raises:
        AdahError: no word is in ``minimum_count`` texts, no pair has a label, or a text is none.
    """
    minimum_count = check_whole("minimum_count", minimum_count, 1)
    found = [words(text) for text in texts or [""] * len(ids)]
    vocabulary = vocabulary_of(found, minimum=minimum_count)
    label_names = sorted({label for each in labels for label in each})
    if not label_names:
        raise AdahError(f"{name}: no label in {len(ids)} pairs; labels say what is similar, give some a label.")
    if texts is not None and not vocabulary:
        raise AdahError(
            f"{name}: no word in at least {minimum_count} of its texts in {len(ids)} pairs; give texts, or leave the "
            "column of texts out: it is then a set of images alone."
        )
    if any("\0" in text for text in (*(texts or ()), *label_names)):
        raise AdahError(f"{name}: a text or a label has a zero byte; is it text?")
    tags = bag_of_words(found, vocabulary)
    matrix = np.array([[label in each for label in label_names] for each in map(set, labels)], dtype=np.uint8)
    about: dict[str, Any] = {"title": name, "licence": "not stated; its owner's"}
    if texts is not None:
        without_words = int((tags.getnnz(axis=1) == 0).sum())
        about |= {"token_rule": TOKEN_RULE, "minimum_count": minimum_count, "without_words": without_words}
    about["without_labels"] = int((matrix.sum(axis=1) == 0).sum())
    return ImageTextPairs(
        name=name,
        ids=tuple(ids),
        images=images,
        tags=tags,
        labels=matrix,
        vocabulary=tuple(vocabulary),
        label_names=tuple(label_names),
        image_hash=image_hash,
        captions=None if texts is None else tuple(texts),
        provenance=about | provenance,
    )
