"""One's own images and texts: a folder of images, and a CSV whose rows say what belongs to which image."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image, ImageOps

from adahlib.errors import AdahError

WORD = re.compile(r"[^\W_]+")
TOKEN_RULE = "lower case; a word is a longest run of letters and digits; no stemming, no stop words"
SUFFIXES = {".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff"}


@dataclass(frozen=True)
class Item:
    """An image's file name relative to its folder, and its text, which may be empty."""

    image: str
    text: str = ""


class FolderImages(Sequence):
    """The images of some items, each decoded on access to uint8 RGB (height, width, 3)."""

    def __init__(self, folder: Path, items: Sequence[Item]):
        self.folder, self.items = folder, items

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> np.ndarray:
        return read_picture(self.folder / self.items[index].image)


def read_picture(path: Path | str) -> np.ndarray:
    """Return an image file as uint8 RGB (height, width, 3).

    Raises:
        AdahError: the file is missing or does not decode.
    """
    try:
        with Image.open(path) as stored:
            return upright(stored)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise AdahError(f"{path} is not a readable image ({error}); give a JPEG, PNG or the like.") from error


def upright(image: Image.Image) -> np.ndarray:
    """Return an image as uint8 RGB (height, width, 3), turned as the camera says that it is to be seen."""
    return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))


def words_of(text: str) -> list[str]:
    """Return a text's words in order, repetitions too, by ``TOKEN_RULE``."""
    return WORD.findall(text.lower())


def read_folder(folder: Path | str, texts: Path | str | None = None) -> list[Item]:
    """Return the items of a folder: every image below it, with its text from the CSV; images without one have none.

    Args:
        folder: of images, in subfolders too.
        texts: CSV as ``read_table`` takes it, with the column ``text``; the texts of several rows are joined.

    Raises:
        AdahError: no image in the folder, a CSV of another form, or a row whose image is not there.
    """
    images = image_names(folder)
    words: dict[str, str] = {}
    for image, row in read_table(texts, images, ("text",)) if texts else ():
        words[image] = " ".join(filter(None, (words.get(image), row["text"])))
    return [Item(image, words.get(image, "")) for image in images]


def image_names(folder: Path | str) -> list[str]:
    """Return the images below a folder, as sorted paths from there; raise AdahError if there are none."""
    folder = Path(folder)
    if not folder.is_dir():
        raise AdahError(f"{folder} is no folder; give the folder that holds the images.")
    found = (path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    images = sorted(path.relative_to(folder).as_posix() for path in found)
    if not images:
        raise AdahError(f"{folder} holds no images; known are {', '.join(sorted(SUFFIXES))}.")
    return images


def read_table(path: Path | str, images: Sequence[str], columns: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the rows of a UTF-8 CSV, each with the image that it belongs to; an image may have several rows.

    Args:
        path: a CSV with a header.
        images: paths below the folder of images.
        columns: that the header must name, beside ``image`` or ``id``: an image's path below the folder, with its
            suffix, or without where only one image is called so.

    Raises:
        AdahError: the file is no such CSV, or a row's image is not there.
    """
    path, names = Path(path), called(images)
    try:
        with path.open(newline="", encoding="utf-8-sig") as lines:
            reader = csv.DictReader(lines, restval="")
            header = reader.fieldnames or ()
            key = next((name for name in ("image", "id") if name in header), None)
            if key is None or not set(columns) <= set(header):
                raise AdahError(f"{path} needs a first line that names the columns image and {' and '.join(columns)}.")
            for row in reader:
                if row[key] not in names:
                    raise AdahError(f"{path}, line {reader.line_num}: no image {row[key]!r} in the folder.")
                yield names[row[key]], row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise AdahError(f"{path} cannot be read as a UTF-8 CSV file ({error}).") from error


def called(images: Sequence[str]) -> dict[str, str]:
    """Return what a row may call each image: its path, or its path without suffix where that is clear."""
    stems = {image: str(PurePosixPath(image).with_suffix("")) for image in images}
    often = Counter(stems.values())
    return {stem: image for image, stem in stems.items() if often[stem] == 1} | {image: image for image in images}


def write_folder(pairs, positions: Sequence[int], folder: Path) -> Path:
    """Write some pairs as a folder of PNG files and a CSV of their tags and labels, the form that is read here.

    Returns:
        The CSV's path, ``folder/texts.csv``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    table = folder / "texts.csv"
    with table.open("w", newline="", encoding="utf-8") as lines:
        rows = csv.writer(lines)
        rows.writerow(["image", "text", "labels"])
        for position in positions:
            name = f"{position:05d}.png"
            Image.fromarray(np.asarray(pairs.images[position])).save(folder / name)
            words = (pairs.vocabulary[column] for column in pairs.tags[position].indices)
            labels = (pairs.label_names[column] for column in np.flatnonzero(pairs.labels[position]))
            rows.writerow([name, " ".join(words), ";".join(labels)])
    return table
