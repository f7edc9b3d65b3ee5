"""The manifest of a lasting index: which files make up its state. Replacing this one file is what changes the state."""

import contextlib
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from adahlib.errors import AdahError, check_whole
from adahlib.files import DamagedError, read_json, read_sealed, write_sealed
from adahlib.retrieval.codes import check_length

MANIFEST = "manifest.json"
FORMATS = "adahlib-lasting-index-"  # of all versions
FORMAT = f"{FORMATS}1"
NAME = re.compile(r"(codes|ids|removed)-\d+\.npy")  # of every other file
AGAIN = "restore it from a copy, or make the index again"


@dataclass(frozen=True)
class StoredFile:
    """A file of the index: its name in the folder, its size in bytes, and its sha256."""

    name: str
    size: int
    sha256: str

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not NAME.fullmatch(self.name) or not isinstance(self.sha256, str):
            raise ValueError(f"a file named {self.name!r}")
        check_whole("size", self.size, 1)


@dataclass(frozen=True)
class Entry:
    """A segment: the files of n codes and their ids, and the file of the places of its m removed items, if any."""

    count: int
    removed_count: int
    codes: StoredFile
    ids: StoredFile
    removed: StoredFile | None = None

    def __post_init__(self) -> None:
        check_whole("count", self.count, 1)
        check_whole("removed_count", self.removed_count, 0, self.count)
        if (self.removed is None) != (self.removed_count == 0):
            raise ValueError("removed items and no file of them, or the other way round")

    @property
    def files(self) -> tuple[StoredFile, ...]:
        """All files of the segment."""
        return (self.codes, self.ids) if self.removed is None else (self.codes, self.ids, self.removed)


@dataclass(frozen=True)
class Manifest:
    """The state of an index.

    Attributes:
        bits: code length q.
        number: of the next file; it only grows, so that a name never stands for two contents.
        segments: in the order in which they were appended.
    """

    bits: int
    number: int = 1
    segments: tuple[Entry, ...] = ()

    def __post_init__(self) -> None:
        check_length(self.bits)
        check_whole("number", self.number, 1)


def read_manifest(folder: Path) -> Manifest:
    """Return the state of the index in a folder.

    Raises:
        AdahError: there is no manifest, or it is damaged, of another format, or of something else.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise AdahError(f"{folder} is no lasting index of adahlib: it has no {MANIFEST}; make one with create.")
    try:
        found = read_json(path)
        if not isinstance(found, dict) or not str(found.get("format")).startswith(FORMATS):
            raise AdahError(f"{path} is not the manifest of a lasting index of adahlib; give another folder.")
        if found["format"] != FORMAT:
            raise AdahError(f"{path} is of the format {found['format']!r} and not of {FORMAT!r}; make the index again.")
        found = read_sealed(path)
        return Manifest(found["bits"], found["number"], tuple(entry_of(part) for part in found["segments"]))
    except DamagedError as error:
        raise AdahError(f"{error}; {AGAIN}.") from error
    except (AdahError, PermissionError):
        raise
    except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise AdahError(f"{path} is damaged: it cannot be read as a manifest; {AGAIN}.") from error


def entry_of(part: dict) -> Entry:
    """Return a segment from its plain values."""
    files = {name: StoredFile(**part[name]) for name in ("codes", "ids", "removed") if part[name] is not None}
    return Entry(part["count"], part["removed_count"], **files)


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Make a state that of the folder, in one step, after its files are surely on the disk."""
    sync_folder(folder)
    write_sealed({"format": FORMAT} | asdict(manifest), folder / MANIFEST)
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Have the system write the names in a folder to the disk, where it can: a power cut then cannot reorder them."""
    with contextlib.suppress(OSError):  # Windows opens no folders, and some file systems sync none
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def remove_unnamed(folder: Path, manifest: Manifest) -> None:
    """Remove the files that no state needs: of a writer that was killed, or of the state before.

    Only the one who holds the folder's lock may call it. Who searches the state before has its files mapped, and they
    stay on the disk for as long.
    """
    named = {file.name for entry in manifest.segments for file in entry.files}
    for path in folder.iterdir():
        if NAME.fullmatch(path.name) and path.name not in named:
            with contextlib.suppress(OSError):  # Windows removes no file that is mapped; the next writer will
                path.unlink()
