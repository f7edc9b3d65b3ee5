"""A file that does not fail while HDF5 writes it: HDF5 ends the process where a write fails as it closes a file."""

import io
from pathlib import Path
from typing import Any


class PatientFile(io.FileIO):
    """A new file that keeps in memory what a full disk does not take, so that it reads as it was written.

    ``raise_failure`` says what has happened; who writes asks often, since what follows is kept in memory.
    """

    def __init__(self, path: Path | str):
        super().__init__(path, "w+")
        self.failure: OSError | None = None
        self.kept: list[tuple[int, bytes]] = []  # where the pieces begin that the disk has not taken, in their order

    def raise_failure(self) -> None:
        """Raise the first error, if there was one."""
        if self.failure is not None:
            raise self.failure

    def write(self, data: Any) -> int:
        """Write all bytes, on the disk or else in memory."""
        left, place = memoryview(data).cast("B"), self.tell()
        size = len(left)
        while len(left) and self.failure is None:
            try:
                left = left[super().write(left) :]
            except OSError as error:
                self.failure = error
        if len(left):
            self.kept.append((place + size - len(left), bytes(left)))
            self.seek(place + size)
        return size

    def readinto(self, buffer: Any) -> int:
        """Read what was written, wherever it is; what never was is zero."""
        view, place = memoryview(buffer).cast("B"), self.tell()
        count = super().readinto(view)
        if self.kept:
            view[count:] = bytes(len(view) - count)
            for start, piece in self.kept:
                first, last = max(start, place), min(start + len(piece), place + len(view))
                if first < last:
                    view[first - place : last - place] = piece[first - start : last - start]
            count = len(view)
            self.seek(place + count)
        return count

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; the end is that of everything written."""
        if whence == io.SEEK_END and self.kept:
            ends = (start + len(piece) for start, piece in self.kept)
            return super().seek(max(super().seek(0, io.SEEK_END), *ends) + place)
        return super().seek(place, whence)

    def truncate(self, size: int | None = None) -> int:
        """Set the file's size, as far as the disk takes it."""
        try:
            return super().truncate(size) if self.failure is None else size  # type: ignore[return-value]
        except OSError as error:
            self.failure = error
            return size  # type: ignore[return-value]
