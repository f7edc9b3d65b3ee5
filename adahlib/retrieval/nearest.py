"""Exact search of codes in parts, such as the shards or segments of a large database, in bounded memory.

A part is a :class:`Shard`, or a tuple ``(codes, ids)``, and each of the two an array in memory or a memory map. What
comes out is what a sort of everything by distance, then id, begins with, however the items are spread over parts, in
whatever order.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from adahlib.errors import AdahError, check_whole
from adahlib.retrieval.codes import BinaryCodes, check_packed
from adahlib.retrieval.ids import LARGEST_ID, new_answers
from adahlib.retrieval.inputs import WORD, words_of
from adahlib.retrieval.nearest_kernels import find_within, keep_nearest
from adahlib.retrieval.shards import CodeShards, Shard
from adahlib.retrieval.threads import threads

ROWS, BYTES = 2**19, 2**22  # the most items, and bytes of codes, that are read at a time
QUERIES = 64  # in a block: a tile of the database is read once for all of them
ALL = np.empty(0, bool)  # of the items of a chunk are kept
NOTHING = -1  # id and distance where fewer than k items were found
FAR, LAST = 2**30, 2**63 - 1  # distance and id of a place in the heap that no item has taken yet
MOST = 2**31 - 1


class Chunk(NamedTuple):
    """Some consecutive items of a part: codes as words, uint64 (words, n), ids, and which are kept (none: all)."""

    codes: np.ndarray
    ids: np.ndarray
    kept: np.ndarray


def top_k(query: BinaryCodes, parts: CodeShards | Iterable[tuple], k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the k items nearest to each query over all parts, by ascending distance, ties by ascending id.

    Memory grows with ``n_query · k`` and not with the parts: a few MiB of each are read at a time.

    Args:
        query: n_query codes of q bits.
        parts: what ``open_shards`` returns, or any iterable of ``(codes, ids)``, read once: codes uint8
            (n, ceil(q / 8)), packed as in ``BinaryCodes.packed``, and ids int64 (n,), different over all parts. A third
            entry, where there is one, are the positions of items to leave out, ascending.
        k: number of answers, at least 1.

    Returns:
        ``(distances, ids)``: int32 and int64, both (n_query, k); both are -1 where fewer than k items are there.

    Raises:
        AdahError: queries that are no codes, a k out of range, or a part of another form or code length.

    Example:
        >>> import numpy as np
        >>> from adahlib.retrieval import BinaryCodes, top_k
        >>> codes = BinaryCodes.from_signs([[1, 1, 1, -1], [1, -1, 1, -1], [1, 1, -1, -1], [-1, -1, -1, -1]]).packed
        >>> parts = [(codes[:2], np.array([30, 20])), (codes[2:], np.array([10, 40]))]
        >>> distances, ids = top_k(BinaryCodes.from_signs([[1, 1, 1, -1]]), parts, k=3)
        >>> distances.tolist(), ids.tolist()
        ([[0, 1, 1]], [[30, 10, 20]])

        A database in shards:

        >>> import tempfile
        >>> from adahlib.retrieval import open_shards, write_shards
        >>> folder = tempfile.mkdtemp() + "/database"
        >>> with write_shards(folder, bits=2, labels=1) as writer:
        ...     writer.append(BinaryCodes.from_signs([[1, 1], [-1, -1], [1, -1]]), [[1], [1], [0]])
        >>> distances, ids = top_k(BinaryCodes.from_signs([[1, 1]]), open_shards(folder), k=2)
        >>> distances.tolist(), ids.tolist()
        ([[0, 1]], [[0, 2]])
    """
    queries, k = query_words(query), check_whole("k", k, 1, MOST)
    distances, ids = new_answers(len(query), k, FAR, LAST)
    own = {}

    def work(chunk: Chunk, block: slice) -> None:
        if block.start not in own:
            own[block.start] = np.ascontiguousarray(queries[:, block])
        keep_nearest(own[block.start], *chunk, distances[block], ids[block])

    over_blocks(work, parts, query)
    for near, names in zip(distances, ids, strict=True):
        order = np.lexsort((names, near))
        near[:], names[:] = near[order], names[order]
    empty = distances == FAR
    distances[empty], ids[empty] = NOTHING, NOTHING
    return distances, ids


def within_radius(
    query: BinaryCodes, parts: CodeShards | Iterable[tuple], radius: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return for each query all items within a Hamming radius over all parts, by distance, ties by id.

    Memory grows with the number of items found and not with the parts.

    Args:
        query, parts: as in ``top_k``.
        radius: the largest distance that counts, in bits, at least 0.

    Returns:
        For each query ``(distances, ids)``, int32 and int64, both (number found,).

    Raises:
        AdahError: as ``top_k``, and for a radius below 0.

    Example:
        >>> import numpy as np
        >>> from adahlib.retrieval import BinaryCodes, within_radius
        >>> codes = BinaryCodes.from_signs([[1, 1, 1, -1], [1, -1, 1, -1], [-1, -1, -1, 1]])
        >>> [(distances, ids)] = within_radius(codes[:1], [(codes.packed, np.array([7, 5, 6]))], radius=1)
        >>> distances.tolist(), ids.tolist()
        ([0, 1], [7, 5])
    """
    queries, radius = query_words(query), min(check_whole("radius", radius, 0), query.bits)
    found: list[list[tuple[np.ndarray, np.ndarray]]] = [[] for _ in range(len(query))]

    def work(chunk: Chunk, block: slice) -> None:
        distances, places = np.empty(len(chunk.ids), np.int32), np.empty(len(chunk.ids), np.int64)
        for i in range(block.start, block.stop):
            count = find_within(queries, i, chunk.codes, chunk.kept, radius, distances, places)
            found[i].append((distances[:count].copy(), chunk.ids[places[:count]]))

    over_blocks(work, parts, query)
    return [in_order(pieces) for pieces in found]


def in_order(pieces: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Return what was found in all chunks by distance, then id."""
    distances = np.concatenate([np.empty(0, np.int32), *(near for near, _ in pieces)])
    ids = np.concatenate([np.empty(0, np.int64), *(names for _, names in pieces)])
    order = np.lexsort((ids, distances))
    return distances[order], ids[order]


def query_words(query: BinaryCodes) -> np.ndarray:
    """Return the queries as words, (words, n_query); raise unless they are codes."""
    if not isinstance(query, BinaryCodes):
        raise AdahError(f"queries are a {type(query).__name__}; use BinaryCodes.from_signs(real).")
    return words_of(query.packed)


def over_blocks(
    work: Callable[[Chunk, slice], None], parts: CodeShards | Iterable[tuple], query: BinaryCodes
) -> None:
    """Call ``work`` for each chunk of the parts, one after the other, on blocks of queries, on all threads."""
    workers = threads()
    step = max(1, min(QUERIES, -(-len(query) // workers)))
    blocks = [slice(start, min(start + step, len(query))) for start in range(0, len(query), step)]
    with ThreadPoolExecutor(workers) as pool:
        run = pool.map if workers > 1 and len(blocks) > 1 else map  # another thread would only be waited for
        chunks = chunks_of_shards(parts, query.bits) if isinstance(parts, CodeShards) else chunks_of(parts, query.bits)
        for chunk in chunks:
            for _ in run(work, [chunk] * len(blocks), blocks):
                pass


def chunks_of_shards(shards: CodeShards, bits: int) -> Iterator[Chunk]:
    """Yield the items of a folder of shards, read and not mapped, a few MiB at a time.

    Raises:
        AdahError: codes have another length, or a shard is damaged.
    """
    shards.check_bits(bits)
    for number in range(len(shards)):
        for codes, ids in shards.searched(number, min(ROWS, BYTES // -(-bits // 8))):
            yield Chunk(codes, ids, ALL)


def chunks_of(parts: Iterable[tuple], bits: int) -> Iterator[Chunk]:
    """Yield the items of all parts, checked, a few MiB at a time.

    Raises:
        AdahError: a part is of another form or code length.
    """
    for number, part in enumerate(parts):
        codes, ids, left_out = checked_part(part, number, bits)
        rows = min(ROWS, BYTES // codes.shape[1])
        for start in range(0, len(ids), rows):
            some = np.ascontiguousarray(codes[start : start + rows])
            if bits % 8:  # else there are no unused bits to be read
                check_packed(some, bits)
            # NumPy's plain view of a memory map: compiled code does not know the class
            names = np.ascontiguousarray(ids[start : start + rows], np.int64).view(np.ndarray)
            yield Chunk(as_words(some.view(np.ndarray)), names, kept_items(left_out, start, len(names)))


def checked_part(part: tuple, number: int, bits: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return codes, ids and positions to leave out of a part; raise unless they fit each other and the bits."""
    if isinstance(part, Shard):
        part = part.packed, part.ids
    if not isinstance(part, tuple) or len(part) not in (2, 3) or not all(isinstance(a, np.ndarray) for a in part):
        raise AdahError(f"part {number} is no tuple of arrays; give (codes, ids).")
    codes, ids, left_out = (*part, np.empty(0, np.int64))[:3]
    width = -(-bits // 8)
    if codes.dtype != np.uint8 or codes.ndim != 2 or codes.shape[1] != width:
        raise AdahError(f"part {number} has codes {codes.dtype} {codes.shape}; {bits} bits need uint8 (n, {width}).")
    if ids.dtype.kind not in "iu" or ids.shape != (len(codes),):
        raise AdahError(f"part {number} has {len(codes)} codes and ids {ids.dtype} {ids.shape}; give one id a code.")
    if ids.dtype.kind == "u" and len(ids) and int(ids.max()) > LARGEST_ID:
        raise AdahError(f"part {number} has the id {ids.max()}; give whole numbers below 2⁶³.")
    check_left_out(left_out, number, len(codes))
    return codes, ids, left_out


def check_left_out(places: np.ndarray, number: int, count: int) -> None:
    """Raise AdahError unless the positions to leave out of a part are positions of it, ascending."""
    whole = places.ndim == 1 and (places.dtype.kind in "iu" or not len(places))
    if not whole or (len(places) and (places[0] < 0 or places[-1] >= count or (places[1:] <= places[:-1]).any())):
        raise AdahError(f"part {number} has positions to leave out that are not ascending numbers below {count}.")


def kept_items(left_out: np.ndarray, start: int, count: int) -> np.ndarray:
    """Return which of the items at ``start`` are kept, bool (count,); an empty array where all are."""
    first, stop = np.searchsorted(left_out, (start, start + count))
    if first == stop:
        return ALL
    kept = np.ones(count, bool)
    kept[left_out[first:stop] - start] = False
    return kept


def as_words(packed: np.ndarray) -> np.ndarray:
    """Return packed rows as words, (words, n); rows of one word are not copied."""
    aligned = packed.ctypes.data % WORD == 0
    return packed.view(np.uint64).reshape(1, -1) if packed.shape[1] == WORD and aligned else words_of(packed)
