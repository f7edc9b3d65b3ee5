"""What of a folder or an archive counts: hidden copies do not, and linked folders do.

Jupyter, desktops and the Mac leave copies beside what they show: ``.ipynb_checkpoints``, ``.thumbnails``, ``._1.jpg``.
"""

import os
from collections.abc import Iterator
from pathlib import Path, PurePath

from adahlib.errors import AdahError


def is_hidden(path: PurePath | str) -> bool:
    """Return whether a path, relative to the folder that was given, is hidden or lies in a hidden folder.

    Hidden are names that begin with a dot, and ``__MACOSX``, the Mac's folder in archives.
    """
    parts = PurePath(str(path).replace("\\", "/")).parts
    return any(part == "__MACOSX" or (part.startswith(".") and part != "..") for part in parts)


def visible_paths(folder: Path, pattern: str) -> list[Path]:
    """Return the paths below a folder that a glob pattern finds and that are not hidden, sorted."""
    return sorted(path for path in folder.glob(pattern) if not is_hidden(path.relative_to(folder)))


def visible_of_kind(folder: Path, suffix: str) -> list[Path]:
    """Return the paths in a folder with a suffix that are not hidden, sorted; ``TEXTS.CSV`` has ``.csv`` too."""
    return [path for path in visible_paths(folder, "*") if path.suffix.lower() == suffix]


def visible_files(root: Path) -> Iterator[Path]:
    """Yield the files below a folder that are not hidden; linked folders are entered, but none inside itself.

    Raises:
        AdahError: a folder cannot be read.
    """
    waiting: list[tuple[Path, tuple]] = [(root, ())]
    while waiting:
        folder, above = waiting.pop()
        try:
            here, names = os.stat(folder), sorted(os.listdir(folder))
        except OSError as error:
            raise AdahError(f"the folder {folder} cannot be read ({error.strerror}); change its rights.") from error
        if (here.st_dev, here.st_ino) in above:
            continue
        for path in (folder / name for name in names if not is_hidden(name)):
            if os.path.isfile(path):  # also a link's target; one that points nowhere is neither
                yield path
            elif os.path.isdir(path):
                waiting.append((path, (*above, (here.st_dev, here.st_ino))))
