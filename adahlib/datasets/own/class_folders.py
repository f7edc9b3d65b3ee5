"""A folder without a CSV whose images lie in folders called after their classes, as ``photos/cat/1.jpg``."""

from collections.abc import Sequence
from pathlib import Path

from adahlib.datasets.own.labels import checked_name, label_name
from adahlib.errors import AdahError
from adahlib.visible import visible_of_kind


def has_class_folders(folder: Path, images: Sequence[str]) -> bool:
    """Return whether folders are the labels of images: there is no CSV, and not all images lie in the folder itself.

    Raises:
        AdahError: there is no CSV, and all images lie in the folder itself.
    """
    if visible_of_kind(folder, ".csv"):
        return False
    if not any("/" in image for image in images):
        raise AdahError(
            f"{folder} holds no CSV file and no folder of images; add a CSV with the columns image, labels and, where "
            "there are texts, text, or put the images of each class into a folder called after it."
        )
    return True


def label_of_folder(image: str, folder: Path) -> list[str]:
    """Return the label of an image, the name of the folder that it lies in; none where it lies in no class's folder.

    Args:
        image: path below ``folder``.
        folder: of the class folders.

    Raises:
        AdahError: it lies in a folder within a folder, of which either may be its class; or the name is no label.
    """
    above = image.split("/")[:-1]
    if len(above) > 1:
        raise AdahError(
            f"{folder}: {image!r} lies in a folder within a folder, and without a CSV the folder of an image is its "
            "class; give the folder in which the classes' folders lie, or a CSV with the columns image and labels."
        )
    return [checked_name(label_name(name), f"{folder}, the folder {name!r}") for name in above]
