"""A database of codes in a folder of shards: read block by block, so that it may be larger than the memory.

The folder holds ``about.json``, which says what the shards must be (format, bits, label columns, and the count and
sha256 digests of each shard), and three ``.npy`` files a shard of n items:

* ``00000.codes.npy``, uint8 (n, 8 · W): the bits of a code as ``np.packbits`` packs them, W = ceil(bits / 64);
* ``00000.labels.npy``, uint8 (n, 8 · L): the 0/1 labels packed in the same way, L = ceil(labels / 64);
* ``00000.ids.npy``, int64 (n,).

Rows are padded with zeros to whole words of 64 bits. So the bytes of a block are the words that the compiled loops
take: codes and labels of one word each are counted as they were read, without a copy, and the order of a machine's
bytes does not matter. A code of 64 bits with up to 64 labels takes 16 bytes, and 8 more for its id.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from adahlib.errors import AdahError, check_whole
from adahlib.files import DamagedError, FileState, file_state, read_sealed, restore
from adahlib.files.digests import file_digest
from adahlib.printable import printable
from adahlib.progress import progress
from adahlib.retrieval.codes import MAX_BITS
from adahlib.retrieval.shard_checks import check_file, check_unused, read_rows

FORMATS = "adahlib-code-shards-"  # of all versions
FORMAT = f"{FORMATS}1"
ABOUT = "about.json"
PARTS = ("codes", "labels", "ids")
BLOCK = 2**20  # items read at a time: 16 MiB of codes of 64 bits and their labels
FIRST = 2**10  # items of a shard that are looked at when the folder is opened
WORD = 64  # bits


class Shard(NamedTuple):
    """A part of a database as read-only memory maps; n items.

    Attributes:
        packed: uint8 (n, ceil(bits / 8)), as ``BinaryCodes`` takes it.
        labels: uint8 (n, ceil(labels / 8)); ``np.unpackbits(labels, axis=1, count=columns)`` are the 0/1 labels.
        ids: int64 (n,).

    Example:
        >>> import tempfile
        >>> from adahlib.retrieval import BinaryCodes, Shard, open_shards, write_shards
        >>> folder = tempfile.mkdtemp() + "/database"
        >>> with write_shards(folder, bits=2, labels=2) as writer:
        ...     writer.append(BinaryCodes.from_signs([[1, 1], [-1, 1]]), [[1, 0], [0, 1]])
        >>> [shard] = open_shards(folder)
        >>> isinstance(shard, Shard), shard.ids.tolist()
        (True, [0, 1])
    """

    packed: np.ndarray
    labels: np.ndarray
    ids: np.ndarray


@dataclass(frozen=True, eq=False, repr=False)
class CodeShards:
    """The shards of a folder, opened by ``open_shards``; ``shards[0]`` and iteration give each as a :class:`Shard`.

    Attributes:
        folder: where they lie.
        bits: code length q.
        labels: number of label columns c.
        counts: number of items of each shard.
        digests: sha256 of each shard's files, by part.
        digest: of the description, which stands for the content of all files.
        state: of the description's file when it was read, by which another folder in its place is noticed.

    Example:
        >>> import tempfile
        >>> from adahlib.retrieval import BinaryCodes, open_shards, write_shards
        >>> folder = tempfile.mkdtemp() + "/database"
        >>> with write_shards(folder, bits=2, labels=2, shard_size=2) as writer:
        ...     writer.append(BinaryCodes.from_signs([[1, 1], [1, -1], [-1, -1]]), [[1, 0], [0, 1], [1, 0]])
        >>> shards = open_shards(folder)
        >>> shards, shards.counts
        (CodeShards(3 codes of 2 bits, shards: 2), (2, 1))
    """

    folder: Path
    bits: int
    labels: int
    counts: tuple[int, ...]
    digests: tuple[dict, ...] = field(repr=False)
    digest: str
    state: FileState | None = field(repr=False)

    @property
    def size(self) -> int:
        """Number of items in all shards."""
        return sum(self.counts)

    def __len__(self) -> int:
        return len(self.counts)

    def __repr__(self) -> str:
        return f"CodeShards({self.size} codes of {self.bits} bits, shards: {len(self)})"

    def __getitem__(self, number: int) -> Shard:
        """Return one shard as memory maps: what is not looked at is not read.

        Raises:
            AdahError: a file is missing or was cut off, or the folder was written anew since it was opened. A file that
                is cut off while it is mapped ends the process; ``top_k`` and ``rank_shards`` read and do not map.
        """
        if not -len(self) <= number < len(self):
            raise IndexError(f"there are {len(self)} shards")
        number %= len(self)
        self._check_files(number)
        maps = [np.load(self.path(number, part), mmap_mode="r") for part in PARTS]
        self._check_unchanged()
        return Shard(maps[0][:, : -(-self.bits // 8)], maps[1][:, : -(-self.labels // 8)], maps[2])

    def __iter__(self) -> Iterator[Shard]:
        return (self[number] for number in range(len(self)))

    def check_bits(self, bits: int) -> None:
        """Raise AdahError unless queries of this code length fit the shards."""
        if bits != self.bits:
            raise AdahError(f"query codes have {bits} bits and the shards {self.bits}; both need one length.")

    def blocks(self, number: int, size: int = BLOCK) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield a shard's codes, uint64 (W, b), and labels, uint64 (L, b), of at most ``size`` items at a time.

        They are read and not mapped: mapped pages count as memory of the process for as long as the map is there.

        Raises:
            AdahError: a file cannot be read, was cut off since it was opened, or has ones in unused bits, or the folder
                was written anew.
        """
        for start, stop in self._spans(number, size):
            yield self._words(number, "codes", start, stop), self._words(number, "labels", start, stop)

    def searched(self, number: int, size: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield a shard's codes as ``blocks`` does, each with its ids, int64 (b,). It raises the same errors."""
        for start, stop in self._spans(number, size):
            ids = read_rows(self.path(number, "ids"), start, stop, 1)[:, 0].view(np.int64)
            yield self._words(number, "codes", start, stop), ids

    def _spans(self, number: int, size: int) -> Iterator[tuple[int, int]]:
        """Yield first and last place, and one more, of at most ``size`` items of a shard at a time."""
        count = self.counts[number]
        return ((start, min(start + size, count)) for start in range(0, count, size))

    def _words(self, number: int, part: str, start: int, stop: int) -> np.ndarray:
        """Read some items' codes or labels, uint64 (words, b)."""
        used, path = {"codes": self.bits, "labels": self.labels}[part], self.path(number, part)
        words = read_rows(path, start, stop, width_of(used) // 8)
        self._check_unchanged()
        check_unused(words, used, path, start)
        return np.ascontiguousarray(words.T)  # nothing is copied where a row is one word

    def _check_unchanged(self) -> None:
        """Raise AdahError if another folder of shards has come into the place of the one that was opened."""
        about = self.folder / ABOUT
        if file_state(about) != self.state and read_about(self.folder)["digest"] != self.digest:
            raise AdahError(f"{self.folder} was written anew since it was opened; open it again.")

    def check_digests(self) -> None:
        """Read every file and compare its sha256 with that of ``about.json``; shows progress.

        Raises:
            AdahError: a file is not what was written.
        """
        with progress(total=3 * len(self), desc="checking shards", unit="file") as bar:
            for number, digests in enumerate(self.digests):
                for part in PARTS:
                    path = self.path(number, part)
                    if file_digest(path) != digests[part]:
                        raise DamagedError(f"{path} is not what was written: its sha256 is another one; copy it again.")
                    bar.update()

    def path(self, number: int, part: str) -> Path:
        """Return a file of a shard; ``part`` is codes, labels or ids."""
        return self.folder / file_name(number, part)

    def _check_files(self, number: int) -> None:
        """Raise AdahError unless each file of a shard is there, of the type, shape and size that it must have."""
        widths, count = {"codes": width_of(self.bits), "labels": width_of(self.labels)}, self.counts[number]
        for part in PARTS:
            kind = (np.int64, (count,)) if part == "ids" else (np.uint8, (count, widths[part]))
            check_file(self.path(number, part), *kind)


def open_shards(folder: Path | str, check: bool = False) -> CodeShards:
    """Open a folder that ``write_shards`` wrote, without loading it.

    The description and the type, shape and size of every file are checked, and the first items of each shard; the
    others are checked when they are read. That a file has the content that was written is checked with ``check`` alone.

    Args:
        folder: of the shards.
        check: read all files and compare their content with what was written, as ``check_digests`` does.

    Raises:
        AdahError: the folder holds no shards, or a file is missing, cut off, of another type or shape, or damaged.

    Example:
        >>> import tempfile
        >>> from adahlib.retrieval import BinaryCodes, open_shards, write_shards
        >>> with tempfile.TemporaryDirectory() as place:
        ...     with write_shards(f"{place}/database", bits=3, labels=2) as writer:
        ...         writer.append(BinaryCodes.from_signs([[1, -1, 1], [-1, -1, 1]]), [[1, 0], [0, 1]])
        ...     open_shards(f"{place}/database")
        CodeShards(2 codes of 3 bits, shards: 1)
    """
    folder = Path(folder).absolute()
    restore(folder)
    state = file_state(folder / ABOUT)
    about = read_about(folder)
    try:
        bits, labels = check_whole("bits", about["bits"], 1, MAX_BITS), check_whole("labels", about["labels"], 1)
        counts = tuple(check_whole("count", shard["count"], 1) for shard in about["shards"])
        digests = tuple({part: str(shard["sha256"][part]) for part in PARTS} for shard in about["shards"])
        if not counts:
            raise ValueError("it lists no shard.")
    except (ValueError, LookupError, TypeError) as error:
        raise AdahError(f"{folder / ABOUT} describes no shards: {printable(str(error)).rstrip('.')}.") from error
    shards = CodeShards(folder, bits, labels, counts, digests, about["digest"], state)
    for number, count in enumerate(counts):
        shards._check_files(number)
        next(shards.blocks(number, min(FIRST, count)))
    if check:
        shards.check_digests()
    return shards


def read_about(folder: Path) -> dict:
    """Return the description of a folder of shards, if nobody changed it and it is of this format."""
    try:
        about = read_sealed(folder / ABOUT)
    except FileNotFoundError as error:
        raise AdahError(f"{folder} holds no shards: it has no {ABOUT}; make them with write_shards.") from error
    except DamagedError as error:
        raise AdahError(f"{folder / ABOUT} was changed or is of another program; copy the folder again.") from error
    except (OSError, ValueError) as error:
        raise AdahError(f"{folder / ABOUT} is torn or cannot be read; copy the folder again.") from error
    if about.get("format") != FORMAT:
        raise AdahError(f"{folder} is of the format {about.get('format')!r} where {FORMAT!r} is needed.")
    return about


def file_name(number: int, part: str) -> str:
    """Return the name of a shard's file; ``part`` is codes, labels or ids."""
    return f"{number:05d}.{part}.npy"


def width_of(bits: int) -> int:
    """Return the bytes of a row of that many bits, padded to whole words."""
    return -(-bits // WORD) * WORD // 8
