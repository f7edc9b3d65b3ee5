"""Writing a folder of shards: block by block, whole or not at all."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import ArrayLike

from adahlib.errors import AdahError, check_whole
from adahlib.files import checked_folder, read_json, whole_folder, write_sealed
from adahlib.files.digests import file_digest
from adahlib.retrieval.codes import BinaryCodes, check_length
from adahlib.retrieval.ids import checked_ids
from adahlib.retrieval.inputs import as_zero_one
from adahlib.retrieval.shard_checks import write_header
from adahlib.retrieval.shards import ABOUT, FORMAT, FORMATS, PARTS, file_name, width_of

SHARD_SIZE = 2**24  # items: 128 MiB of codes of 64 bits, as much of labels, as much of ids


@contextlib.contextmanager
def write_shards(folder: Path | str, bits: int, labels: int, shard_size: int = SHARD_SIZE) -> "Iterator[ShardWriter]":
    """Yield a writer of codes and labels; its folder appears, whole, when the ``with`` statement ends without an error.

    Older shards in that folder stay until then, and are replaced. What the writer holds in memory is the batch that is
    appended.

    Args:
        folder: a new folder, or one of older shards.
        bits: code length q, 1 to 1024.
        labels: number of label columns c.
        shard_size: most items of a shard; shards are what the workers of a cluster count.

    Raises:
        AdahError: the folder holds something else, a number is out of range, or nothing was appended.
        OSError: the disk is full.

    Example:
        >>> import tempfile
        >>> from adahlib.retrieval import BinaryCodes, open_shards, write_shards
        >>> with tempfile.TemporaryDirectory() as place:
        ...     with write_shards(f"{place}/database", bits=4, labels=3, shard_size=2) as writer:
        ...         for batch in range(3):
        ...             writer.append(BinaryCodes.from_signs([[1, -1, 1, -1]]), [[0, 1, 0]])
        ...     open_shards(f"{place}/database").counts
        (2, 1)
    """
    check_length(bits)
    labels, shard_size = check_whole("labels", labels, 1), check_whole("shard_size", shard_size, 1)
    target = checked_folder(folder, "a set of shards", own_files(Path(folder)), ABOUT, FORMATS)
    with (
        whole_folder(target) as temporary,
        contextlib.closing(ShardWriter(temporary, int(bits), labels, shard_size)) as writer,
    ):
        yield writer
        writer.finish()
        if not writer.shards:
            raise AdahError(f"no codes were appended for {target}; a set of shards holds at least one.")


class ShardWriter:
    """Appends batches to a folder of shards; made by ``write_shards``.

    Attributes:
        count: number of items that were appended.
        shards: the description of each shard that is complete.

    Example:
        >>> import tempfile
        >>> from adahlib.retrieval import BinaryCodes, write_shards
        >>> folder = tempfile.mkdtemp() + "/database"
        >>> with write_shards(folder, bits=2, labels=2, shard_size=2) as writer:
        ...     writer.append(BinaryCodes.from_signs([[1, 1], [1, -1], [-1, -1]]), [[1, 0], [0, 1], [1, 0]])
        >>> writer.count
        3
    """

    def __init__(self, folder: Path, bits: int, labels: int, shard_size: int):
        self.folder, self.bits, self.labels, self.shard_size = folder, bits, labels, shard_size
        self.count, self._rows = 0, 0  # of all shards, and of the one that is being written
        self.shards: list[dict[str, Any]] = []
        self._files: dict[str, BinaryIO] = {}

    def append(self, codes: BinaryCodes, labels: ArrayLike, ids: ArrayLike | None = None) -> None:
        """Write the next n items.

        Args:
            codes: n codes of q bits.
            labels: (n, c) of 0/1.
            ids: n different whole numbers of at least 0; default: how many items came before. Whether
                ids differ between batches is not checked.

        Raises:
            AdahError: codes, labels and ids do not fit together or into the folder; nothing of the batch is written.
        """
        if not isinstance(codes, BinaryCodes):
            raise AdahError(f"codes are a {type(codes).__name__}; use BinaryCodes.from_signs(real).")
        if codes.bits != self.bits:
            raise AdahError(f"codes have {codes.bits} bits and the shards {self.bits}; both need one length.")
        tags = as_zero_one(labels, "labels", dimensions=2)
        if tags.shape != (len(codes), self.labels):
            raise AdahError(f"labels are {tags.shape} for {len(codes)} codes; give ({len(codes)}, {self.labels}).")
        next_ids = np.arange(self.count, self.count + len(codes))
        ids = next_ids if ids is None else checked_ids(ids, len(codes))
        parts = {"codes": padded(codes.packed, self.bits), "labels": padded(np.packbits(tags, axis=1), self.labels)}
        self._write(parts | {"ids": ids.astype("<i8", copy=False)})

    def finish(self) -> None:
        """Complete the last shard and write the description."""
        self._end_shard()
        about = {"format": FORMAT, "bits": self.bits, "labels": self.labels, "shards": self.shards}
        write_sealed(about, self.folder / ABOUT)

    def close(self) -> None:
        """Close what is open, also after an error."""
        for file in self._files.values():
            file.close()
        self._files = {}

    def _write(self, parts: dict[str, np.ndarray]) -> None:
        start, total = 0, len(parts["ids"])
        while start < total:
            if not self._files:
                self._begin_shard(parts)
            stop = min(total, start + self.shard_size - self._rows)
            for name, rows in parts.items():
                self._files[name].write(rows[start:stop].data)
            self._rows, self.count, start = self._rows + stop - start, self.count + stop - start, stop
            if self._rows == self.shard_size:
                self._end_shard()

    def _begin_shard(self, parts: dict[str, np.ndarray]) -> None:
        for name, rows in parts.items():
            self._files[name] = (self.folder / file_name(len(self.shards), name)).open("wb")
            write_header(self._files[name], rows.dtype, (0, *rows.shape[1:]))

    def _end_shard(self) -> None:
        if not self._files:
            return
        for name, file in self._files.items():
            shape = {"ids": (), "codes": (width_of(self.bits),), "labels": (width_of(self.labels),)}[name]
            write_header(file, "<i8" if name == "ids" else np.uint8, (self._rows, *shape))
        self.close()
        digests = {part: file_digest(self.folder / file_name(len(self.shards), part)) for part in PARTS}
        self.shards.append({"count": self._rows, "sha256": digests})
        self._rows = 0


def padded(packed: np.ndarray, bits: int) -> np.ndarray:
    """Return packed rows (n, bytes) with zeros up to whole words, C-contiguous."""
    rows = np.zeros((len(packed), width_of(bits)), np.uint8)
    rows[:, : packed.shape[1]] = packed
    return rows


def own_files(folder: Path) -> set[str]:
    """Return the names of the files of older shards in a folder, which may be replaced."""
    try:
        count = len(read_json(folder / ABOUT)["shards"])
    except (OSError, ValueError, LookupError, TypeError):
        count = 0
    return {ABOUT, *(file_name(number, part) for number in range(count) for part in PARTS)}
