"""Which image a row of a table means: names are compared in Unicode NFC, since a Mac keeps them otherwise."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from adahlib.datasets.texts import normalise
from adahlib.errors import AdahError

WIDTHLESS = "\u200b\u2060\ufeff"  # blanks that nobody sees, from web pages


def called(images: Sequence[str]) -> dict[str, str]:
    """Return what a row may call each image, in NFC: its path, or its path without suffix where that is clear.

    Raises:
        AdahError: the paths of two images are the same in NFC.
    """
    paths: dict[str, str] = {}
    for image in images:
        other = paths.setdefault(normalise(image), image)
        if other != image:
            raise AdahError(f"two images have one name in Unicode NFC, {other!a} and {image!a}; rename one of them.")
    stems = {image: str(PurePosixPath(path).with_suffix("")) for path, image in paths.items()}
    often = Counter(stems.values())
    return {stem: image for image, stem in stems.items() if often[stem] == 1} | paths


def path_of(cell: str) -> str:
    """Return the path that a cell names, without blanks around it, with ``/`` between folders."""
    return cell.strip().strip(WIDTHLESS).strip().replace("\\", "/").removeprefix("./")


def find_image(cell: str, names: dict[str, str], where: str) -> str:
    """Return the image that a cell names; raise AdahError if there is none, with the one that is nearly called so."""
    path = path_of(cell)
    if path not in names:
        raise AdahError(f"{where}: no image {cell!r} in the folder{hint(path, names.values())}.")
    return names[path]


def hint(named: str, images: Iterable[str]) -> str:
    """Return a question after the image that has the same file name but for case, or one whose name is not UTF-8."""
    wanted, images = PurePosixPath(named).name.lower(), list(images)
    near = next((image for image in images if normalise(PurePosixPath(image).name.lower()) == wanted), None)
    if near:
        return f"; did you mean {near!r}? A row has the path below the folder"
    foreign = next((image for image in images if any("\ud800" <= letter <= "\udfff" for letter in image)), None)
    return f"; the file name {foreign!a} is not UTF-8: rename it if it is meant" if foreign else ""
