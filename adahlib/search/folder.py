"""One's own pairs: a folder of images and, if there are texts, a CSV with the columns ``image`` and ``text``."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from adahlib.errors import AdahError

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
            return np.asarray(ImageOps.exif_transpose(stored).convert("RGB"))  # as phones mean it to be seen
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise AdahError(f"{path} is not a readable image ({error}); give a JPEG, PNG or the like.") from error


def read_folder(folder: Path | str, texts: Path | str | None = None) -> list[Item]:
    """Return the items of a folder: every image below it, with its text from the CSV; images without one have none.

    Args:
        folder: of images, in subfolders too.
        texts: UTF-8 CSV with a header that names ``image`` (relative to the folder) and ``text``; an image may have
            several rows, whose texts are joined.

    Raises:
        AdahError: no image in the folder, a CSV of another form, or a row whose image is not there.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise AdahError(f"{folder} is no folder; give the folder that holds the images.")
    found = (path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    images = sorted(path.relative_to(folder).as_posix() for path in found)
    if not images:
        raise AdahError(f"{folder} holds no images; known are {', '.join(sorted(SUFFIXES))}.")
    words = read_texts(Path(texts), set(images)) if texts else {}
    return [Item(image, words.get(image, "")) for image in images]


def write_folder(pairs, positions: Sequence[int], folder: Path) -> Path:
    """Write some pairs as a folder of PNG files and a CSV of their tags, the form that ``read_folder`` takes.

    Returns:
        The CSV's path, ``folder/texts.csv``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    table = folder / "texts.csv"
    with table.open("w", newline="", encoding="utf-8") as lines:
        rows = csv.writer(lines)
        rows.writerow(["image", "text"])
        for position in positions:
            name = f"{position:05d}.png"
            Image.fromarray(np.asarray(pairs.images[position])).save(folder / name)
            rows.writerow([name, " ".join(pairs.vocabulary[column] for column in pairs.tags[position].indices)])
    return table


def read_texts(path: Path, images: set[str]) -> dict[str, str]:
    """Return the text of each image that the CSV names."""
    words: dict[str, str] = {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as lines:
            reader = csv.DictReader(lines)
            if not {"image", "text"} <= set(reader.fieldnames or ()):
                raise AdahError(f"{path} needs a first line that names the columns image and text.")
            for row in reader:
                if row["image"] not in images:
                    raise AdahError(f"{path}, line {reader.line_num}: no image {row['image']!r} in the folder.")
                words[row["image"]] = " ".join(filter(None, (words.get(row["image"]), row["text"])))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise AdahError(f"{path} cannot be read as a UTF-8 CSV file ({error}).") from error
    return words
