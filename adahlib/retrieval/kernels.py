"""The compiled loops over query–database pairs: one pass over packed words, no distance matrix, no sort.

A tile of the database stays in the cache while a block of queries passes over it. For each query the tile's keys,
2 · distance + relevance, are computed by wide popcounts and then counted, which takes the longer part. ``count_keys``
counts into several histograms in turn, since counting one key right after an equal one would wait for it.
``count_pairs`` counts pairs of keys into a table, half as many counts, and adds up the table's rows and columns; that
pays where the table is small against the database.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

TILE = 2048  # database items: 16 KiB of codes and as much of labels, and 4 KiB of keys
UNROLLED = 8  # histograms that are counted in turn
WIDE_TILE, CHUNK = 65536, 512  # of count_pairs: items, 1 MiB in all, and pairs of keys computed at a time


@intrinsic
def popcount(typing_context: Any, word: Any) -> Any:
    """Return the number of ones in a 64-bit word: one instruction, which the compiler makes a wide one in loops."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.call(builder.module.declare_intrinsic("llvm.ctpop", [ir.IntType(64)]), arguments)

    return types.uint64(types.uint64), generate


@njit(nogil=True, cache=True)
def fill_keys(
    queries: np.ndarray,
    query_labels: np.ndarray,
    i: int,
    codes: np.ndarray,
    labels: np.ndarray,
    start: int,
    keys: np.ndarray,
) -> int:
    """Write 2 · distance + relevance of query i and each item of the tile at ``start``; return the tile's size.

    Args:
        queries: uint64 (words, b), and query_labels (label words, b).
        codes: uint64 (words, n), and labels (label words, n), of the database.
        keys: uint16 (TILE,).
    """
    items = min(TILE, codes.shape[1] - start)
    if len(queries) == 1 and len(query_labels) == 1:
        word, column = queries[0, i], codes[0, start : start + items]
        own, tags = query_labels[0, i], labels[0, start : start + items]
        for j in range(items):
            keys[j] = np.uint16(2 * popcount(word ^ column[j]) + ((own & tags[j]) != 0))
        return items
    keys[:items] = 0
    for w in range(len(query_labels)):
        own, tags = query_labels[w, i], labels[w, start : start + items]
        for j in range(items):
            keys[j] |= np.uint16((own & tags[j]) != 0)
    for w in range(len(queries)):
        word, column = queries[w, i], codes[w, start : start + items]
        for j in range(items):
            keys[j] += np.uint16(2 * popcount(word ^ column[j]))
    return items


@njit(nogil=True, cache=True)
def count_keys(
    queries: np.ndarray, query_labels: np.ndarray, codes: np.ndarray, labels: np.ndarray, counts: np.ndarray
) -> None:
    """Add to ``counts`` how many items have each key, 2 · distance + relevance, for each query.

    Args:
        queries, query_labels, codes, labels: as in ``fill_keys``.
        counts: int64 (b, 2 · (q + 1)).
    """
    kinds = counts.shape[1]
    keys = np.empty(TILE, np.uint16)
    lanes = np.empty((UNROLLED, kinds), np.int32)
    for start in range(0, codes.shape[1], TILE):
        for i in range(queries.shape[1]):
            items = fill_keys(queries, query_labels, i, codes, labels, start, keys)
            whole = items - items % UNROLLED
            lanes[:] = 0
            for j in range(0, whole, UNROLLED):
                lanes[0, keys[j]] += 1
                lanes[1, keys[j + 1]] += 1
                lanes[2, keys[j + 2]] += 1
                lanes[3, keys[j + 3]] += 1
                lanes[4, keys[j + 4]] += 1
                lanes[5, keys[j + 5]] += 1
                lanes[6, keys[j + 6]] += 1
                lanes[7, keys[j + 7]] += 1
            for j in range(whole, items):
                lanes[0, keys[j]] += 1
            for lane in range(UNROLLED):
                for key in range(kinds):
                    counts[i, key] += lanes[lane, key]


@njit(nogil=True, cache=True)
def count_pairs(
    queries: np.ndarray, query_labels: np.ndarray, codes: np.ndarray, labels: np.ndarray, counts: np.ndarray
) -> None:
    """Do what ``count_keys`` does for codes and labels of one word each and at most 255 kinds of keys."""
    kinds = counts.shape[1]
    stride = np.uint32(kinds)
    keys = np.empty(CHUNK, np.uint16)
    table = np.empty(kinds * kinds, np.uint16)  # a tile has fewer pairs than 2¹⁶
    columns = np.empty(kinds, np.int32)
    for start in range(0, codes.shape[1], WIDE_TILE):
        items = min(WIDE_TILE, codes.shape[1] - start)
        half = items // 2
        first, second = codes[0, start : start + half], codes[0, start + half : start + 2 * half]
        first_tags, second_tags = labels[0, start : start + half], labels[0, start + half : start + 2 * half]
        for i in range(queries.shape[1]):
            word, own = queries[0, i], query_labels[0, i]
            table[:] = 0
            for begin in range(0, half, CHUNK):
                size = min(CHUNK, half - begin)
                a, b = first[begin : begin + size], second[begin : begin + size]
                a_tags, b_tags = first_tags[begin : begin + size], second_tags[begin : begin + size]
                for j in range(size):
                    key = np.uint32(2 * popcount(word ^ a[j]) + ((own & a_tags[j]) != 0))
                    other = np.uint32(2 * popcount(word ^ b[j]) + ((own & b_tags[j]) != 0))
                    keys[j] = np.uint16(key * stride + other)
                for j in range(size):
                    table[keys[j]] += 1
            columns[:] = 0
            for row in range(kinds):
                cells = table[row * kinds : (row + 1) * kinds]
                total = np.int32(0)
                for column in range(kinds):
                    total += cells[column]
                    columns[column] += cells[column]
                counts[i, row] += total
            for column in range(kinds):
                counts[i, column] += columns[column]
            if items % 2:
                last = start + items - 1
                counts[i, 2 * popcount(word ^ codes[0, last]) + ((own & labels[0, last]) != 0)] += 1  # type: ignore[index]


@njit(nogil=True, cache=True)
def rank_stably(
    queries: np.ndarray,
    query_labels: np.ndarray,
    codes: np.ndarray,
    labels: np.ndarray,
    counts: np.ndarray,
    ranked: np.ndarray,
) -> None:
    """Write the relevance of each item in the order of a stable sort by distance: ties in database order.

    Args:
        queries, query_labels, codes, labels, counts: as in ``count_keys``, with the counts filled.
        ranked: uint8 (b, n).
    """
    keys = np.empty(TILE, np.uint16)
    place = np.empty(counts.shape[1] // 2, np.int64)
    for i in range(queries.shape[1]):
        place[0] = 0
        for distance in range(1, len(place)):
            place[distance] = place[distance - 1] + counts[i, 2 * distance - 2] + counts[i, 2 * distance - 1]
        for start in range(0, codes.shape[1], TILE):
            items = fill_keys(queries, query_labels, i, codes, labels, start, keys)
            for j in range(items):
                distance = keys[j] >> 1
                ranked[i, place[distance]] = keys[j] & 1
                place[distance] += 1
