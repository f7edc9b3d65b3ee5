"""One's own images and texts: a folder of images, and a CSV whose rows say what belongs to which image."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from adahlib.datasets.own.csv_rows import read_table
from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.pictures import read_picture
from adahlib.errors import AdahError
from adahlib.files import whole_file
from adahlib.visible import visible_files

SUFFIXES = {".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".jp2"}


@dataclass(frozen=True)
class Item:
    """An item of your own: the file name of an image, relative to its folder, and its text, which may be empty.

    Example:
        >>> from adahlib.search import Item
        >>> Item("holidays/beach.jpg", "a beach at night")
        Item(image='holidays/beach.jpg', text='a beach at night')
    """

    image: str
    text: str = ""


class FolderImages(Sequence):
    """The images of some items, each decoded on access to uint8 RGB (height, width, 3)."""

    def __init__(self, folder: Path, items: Sequence[Item]):
        self.folder, self.items = folder, items

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> np.ndarray:  # type: ignore[override]  # no slices
        return read_picture(self.folder / self.items[index].image)


def read_folder(folder: Path | str, texts: Path | str | None = None) -> list[Item]:
    """Return the images below a folder as items, each with its text from the CSV; images without one have none.

    Args:
        folder: of images, in subfolders too.
        texts: CSV as ``read_table`` takes it, with the column ``text``; the texts of several rows are joined.

    Raises:
        AdahError: no image in the folder, a CSV of another form, or a row whose image is not there.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> from adahlib.datasets import miniature_pairs, read_folder, write_folder
        >>> folder = Path(tempfile.mkdtemp())
        >>> table = write_folder(miniature_pairs(), [3], folder)
        >>> read_folder(folder, table)
        [Item(image='00003.png', text='a garden in red striped the wall')]
    """
    images = image_names(folder)
    words: dict[str, str] = {}
    for row in read_table(texts, images, ("text",)) if texts else ():
        words[row.image] = " ".join(filter(None, (words.get(row.image), row.cells["text"])))
    return [Item(image, words.get(image, "")) for image in images]


def image_names(folder: Path | str) -> list[str]:
    """Return the images below a folder, as sorted paths from there; raise AdahError if there are none.

    Hidden files and folders are left out, and linked ones are followed (``visible_files``).
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise AdahError(f"{folder} is no folder; give the folder that holds the images.")
    found = (path for path in visible_files(folder) if path.suffix.lower() in SUFFIXES)
    images = sorted(path.relative_to(folder).as_posix() for path in found)
    if not images:
        raise AdahError(f"{folder} holds no images; known are {', '.join(sorted(SUFFIXES))}.")
    return images


def write_folder(pairs: ImageTextPairs, positions: Sequence[int], folder: Path) -> Path:
    """Write some pairs as a folder of PNG files and a CSV of their tags and labels, as ``read_own`` reads it.

    The CSV is written last, so that where there is one every image of its rows is there.
    Of images alone the CSV has no column ``text``.

    Args:
        pairs: the data set.
        positions: of the pairs to write.
        folder: the folder; it is made where it is missing.

    Returns:
        The CSV's path, ``folder/texts.csv``.

    Raises:
        OSError: the folder cannot be written.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> from adahlib.datasets import miniature_pairs, write_folder
        >>> table = write_folder(miniature_pairs(), [0, 1], Path(tempfile.mkdtemp()))
        >>> sorted(path.name for path in table.parent.iterdir())
        ['00000.png', '00001.png', 'texts.csv']
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = [["image", *(["text"] if pairs.vocabulary else []), "labels"]]
    for position in positions:
        name = f"{position:05d}.png"
        Image.fromarray(np.asarray(pairs.images[position])).save(folder / name)
        words = " ".join(pairs.vocabulary[column] for column in pairs.tags[position].indices)
        labels = (pairs.label_names[column] for column in np.flatnonzero(pairs.labels[position]))
        rows.append([name, *([words] if pairs.vocabulary else []), ";".join(labels)])
    table = folder / "texts.csv"
    with whole_file(table) as temporary, temporary.open("w", newline="", encoding="utf-8") as lines:
        csv.writer(lines).writerows(rows)
    return table
