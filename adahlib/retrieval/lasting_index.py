"""LastingIndex: codes with ids in a folder that can be added to and removed from, and outlasts a kill at any moment."""

from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from adahlib.errors import AdahError
from adahlib.files.leftovers import remove_leftovers
from adahlib.retrieval.codes import BinaryCodes, check_length
from adahlib.retrieval.ids import checked_ids
from adahlib.retrieval.lasting_manifest import Entry, Manifest, write_manifest
from adahlib.retrieval.lasting_segments import write_merged, write_segment
from adahlib.retrieval.lasting_state import LOCK, changing, next_state, read_state
from adahlib.retrieval.nearest import top_k, within_radius


class LastingIndex:
    """Codes with ids in the files of a folder, searched by Hamming distance, exactly.

    ``append`` writes a segment, ``remove`` notes what was removed, and ``compact`` makes one segment of all. Each of
    them changes the folder in one step, by replacing its manifest: a process that is killed at any moment leaves the
    state before or after. What it left behind is removed by the next change.

    An object shows the state that it opened, or that its own last change made, whatever others do to the folder;
    ``refresh`` shows the newest. One process changes the folder at a time, on its newest state; another waits and says
    so. Opening maps the files and reads little of them; ``check`` reads all. Every append adds a segment, and a search
    goes through all of them: after many small ones, or after many removals, ``compact``.

    Args:
        folder: of an index that ``LastingIndex.create`` made.

    Raises:
        AdahError: the folder is no such index, or a file is missing, cut off, damaged or of another format.

    Example:
        >>> import tempfile
        >>> from adahlib.retrieval import BinaryCodes, LastingIndex
        >>> folder = tempfile.TemporaryDirectory()
        >>> index = LastingIndex.create(folder.name, bits=4)
        >>> index.append(BinaryCodes.from_signs([[1, 1, 1, -1], [1, 1, -1, -1], [-1, -1, -1, -1]]), ids=[7, 5, 9])
        >>> index.remove([7])
        >>> distances, ids = LastingIndex(folder.name).search(BinaryCodes.from_signs([[1, 1, 1, -1]]), k=2)
        >>> distances.tolist(), ids.tolist()
        ([[1, 3]], [[5, 9]])
        >>> index
        LastingIndex(2 codes of 4 bits; segments: 1, removed: 1)
        >>> folder.cleanup()
    """

    def __init__(self, folder: Path | str):
        self.folder = Path(folder)
        self._state = read_state(self.folder)

    @classmethod
    def create(cls, folder: Path | str, bits: int) -> "LastingIndex":
        """Make an empty index of codes of ``bits`` bits, 1 to 1024, in a folder that is empty or not there yet.

        Raises:
            AdahError: the folder holds something, or the folder that it is to lie in is missing.
        """
        check_length(bits)
        folder = Path(folder)
        if not folder.absolute().parent.is_dir() or (folder.exists() and not folder.is_dir()):
            raise AdahError(f"{folder} cannot be made: it is a file, or the folder that it is to lie in is missing.")
        folder.mkdir(exist_ok=True)
        with changing(folder):
            remove_leftovers(folder)
            if others := sorted(path.name for path in folder.iterdir() if not path.name.startswith(LOCK)):
                raise AdahError(f"{folder} holds {others[0]!r}; an index is made in a folder of its own.")
            write_manifest(Manifest(int(bits)), folder)
        return cls(folder)

    @property
    def bits(self) -> int:
        """Code length q."""
        return self._state.manifest.bits

    @property
    def ids(self) -> np.ndarray:
        """The ids of all items, int64 (n,), ascending; read from the files."""
        return self._state.ids()

    def __len__(self) -> int:
        return len(self._state)

    def __repr__(self) -> str:
        entries = self._state.manifest.segments
        removed = sum(entry.removed_count for entry in entries)
        return f"LastingIndex({len(self)} codes of {self.bits} bits; segments: {len(entries)}, removed: {removed})"

    def append(self, codes: BinaryCodes, ids: ArrayLike, replace: bool = False) -> None:
        """Add n codes, all or none.

        Args:
            codes: of the index's length.
            ids: n different whole numbers from 0 to 2⁶³ − 1. An id that was removed may be reused.
            replace: let codes take the place of those that the index holds under the same id.

        Raises:
            AdahError: codes or ids of another form; an id that the index holds, and ``replace`` is False.
            OSError: the files cannot be written; the disk is full, for example.
        """
        check_codes(codes, self.bits)
        ids = checked_ids(ids, len(codes))
        with next_state(self._state) as state:
            check_codes(codes, state.manifest.bits)  # somebody may have made another index there
            held = ids[state.holds(ids)]
            if len(held) and not replace:
                raise AdahError(f"id {held[0]} is in the index already; remove it first, or give replace=True.")
            entries, number = state.without(held)
            if len(ids):
                entries.append(write_segment(self.folder, number, codes.packed, ids))
            self._make(codes.bits, entries, number + 1)

    def remove(self, ids: ArrayLike) -> None:
        """Remove items, all or none.

        Args:
            ids: different ids of the index.

        Raises:
            AdahError: ids of another form, or one that the index does not hold.
            OSError: the files cannot be written.
        """
        ids = checked_ids(ids, np.size(ids))
        with next_state(self._state) as state:
            if len(unknown := ids[~state.holds(ids)]):
                raise AdahError(f"id {unknown[0]} is not in the index.")
            self._make(state.manifest.bits, *state.without(ids))

    def compact(self) -> None:
        """Make one segment of all, without what was removed; both lie on the disk until it is done.

        It takes 28 bytes of memory an item.

        Raises:
            AdahError: the content of a file is not what was written.
            OSError: the files cannot be written; the disk is full, for example.
        """
        with next_state(self._state) as state:
            manifest = state.manifest
            if len(state.segments) > 1 or any(entry.removed_count for entry in manifest.segments):
                state.check()
                merged = write_merged(self.folder, manifest.number, state.segments)
                self._make(manifest.bits, [merged], manifest.number + 1)
            else:
                self._state = state

    def search(self, query: BinaryCodes, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the k nearest items of each query: distances int32 and ids int64, both (n_query, k), nearest first.

        Ties come in ascending order of the ids. Where fewer than k are held, distance and id are -1.

        Raises:
            AdahError: codes of another length, or k below 1.
        """
        check_codes(query, self.bits)
        return top_k(query, (segment.part for segment in self._state.segments), k)

    def search_radius(self, query: BinaryCodes, radius: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return for each query the distances (int32) and ids (int64) of all items within the radius.

        The nearest come first, ties in ascending order of the ids.

        Raises:
            AdahError: codes of another length, or a negative radius.
        """
        check_codes(query, self.bits)
        return within_radius(query, (segment.part for segment in self._state.segments), radius)

    def refresh(self) -> None:
        """Show the newest state of the folder."""
        self._state = read_state(self.folder, self._state)

    def check(self) -> None:
        """Read all files of the state that is shown, and raise AdahError unless they are what was written.

        After another process has changed the folder, ``refresh`` first: files of an older state may be gone.
        """
        self._state.check()

    def _make(self, bits: int, entries: list[Entry], number: int) -> None:
        """Make a state of these segments that of the folder, and show it."""
        write_manifest(Manifest(bits, number, tuple(entries)), self.folder)
        self.refresh()


def check_codes(codes: BinaryCodes, bits: int) -> None:
    """Raise AdahError unless codes are ``BinaryCodes`` of the index's length."""
    if not isinstance(codes, BinaryCodes):
        raise AdahError(f"codes are a {type(codes).__name__}; use BinaryCodes.from_signs(real).")
    if codes.bits != bits:
        raise AdahError(f"codes have {codes.bits} bits and the index {bits}; both need one length.")
