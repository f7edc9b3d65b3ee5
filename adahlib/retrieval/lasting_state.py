"""The state of a lasting index: its manifest and its mapped segments, as a reader sees them and a writer changes them.

A state never changes. A change makes the files of the next one, and then the manifest that names them.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from adahlib.errors import AdahError
from adahlib.files import waiting_lock
from adahlib.retrieval.lasting_manifest import AGAIN, Entry, Manifest, read_manifest, remove_unnamed
from adahlib.retrieval.lasting_segments import Segment, ascending, check_segment, open_segment, without

LOCK = ".lock"


@dataclass(frozen=True, eq=False)
class State:
    """What a folder held at one moment.

    Attributes:
        folder: of the index.
        manifest: which files make up the state.
        segments: these files, mapped.
    """

    folder: Path
    manifest: Manifest
    segments: tuple[Segment, ...]

    def __len__(self) -> int:
        return sum(entry.count - entry.removed_count for entry in self.manifest.segments)

    def ids(self) -> np.ndarray:
        """Return the ids of all items, int64 (n,), ascending."""
        kept = [segment.ids[segment.kept_places()] for segment in self.segments]
        return np.sort(np.concatenate([np.empty(0, np.int64), *kept]))

    def holds(self, ids: np.ndarray) -> np.ndarray:
        """Return for each of some ids whether the index holds it."""
        held = np.zeros(len(ids), bool)
        for segment in self.segments:
            held |= segment.places(ids) >= 0
        return held

    def without(self, ids: np.ndarray) -> tuple[list[Entry], int]:
        """Return the entries of the segments without some items, of which notes are written, and the next number."""
        entries, number = [], self.manifest.number
        for segment in self.segments:
            places = segment.places(ids)
            if (places < 0).all():
                entries.append(segment.entry)
            elif entry := without(self.folder, number, segment, places[places >= 0]):
                entries.append(entry)
                number += 1
        return entries, number

    def check(self) -> None:
        """Read all files and raise AdahError unless they are what was written, and no id is there twice."""
        for segment in self.segments:
            check_segment(self.folder, segment, self.manifest.bits)
        ids = self.ids()
        if not ascending(ids):
            twice = ids[:-1][ids[1:] == ids[:-1]][0]
            raise AdahError(f"{self.folder} is damaged: two of its segments hold the id {twice}; {AGAIN}.")


def read_state(folder: Path, known: State | None = None) -> State:
    """Return the newest state of a folder, mapped.

    Args:
        folder: of the index.
        known: an older state, whose segments are not mapped again where they still stand.

    Raises:
        AdahError: it is no lasting index, or a file is missing, cut off, damaged or of another format.
    """
    there = {segment.entry: segment for segment in known.segments} if known else {}
    while True:
        manifest = read_manifest(folder)
        try:
            segments = [there.get(entry) or open_segment(folder, entry, manifest.bits) for entry in manifest.segments]
            return State(folder, manifest, tuple(segments))
        except AdahError:
            if read_manifest(folder) == manifest:
                raise
            # a writer made the next state meanwhile, and removed files of this one


@contextlib.contextmanager
def changing(folder: Path) -> Iterator[None]:
    """Keep every other process from changing a folder's index; wait for one that does so now, and say so."""
    with waiting_lock(folder / LOCK, f"a change to {folder}"):
        yield


@contextlib.contextmanager
def next_state(known: State) -> Iterator[State]:
    """Yield the newest state to make the next one of; then remove files that the one that stands does not need."""
    folder = known.folder
    with changing(folder):
        state = read_state(folder, known)
        remove_unnamed(folder, state.manifest)  # first: a merge that was killed may have filled the disk
        try:
            yield state
        finally:
            remove_unnamed(folder, read_manifest(folder))
