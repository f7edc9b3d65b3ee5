"""The compiled loops that find the nearest items: distances of a tile, then a heap of the k best, or all in a radius.

A tile of the database stays in the cache while a block of queries passes over it. Nearly all items are farther than the
k best so far, so a block's smallest distance, found by wide instructions, decides whether its items are looked at.
"""

import numpy as np
from numba import njit

from adahlib.retrieval.kernels import popcount

TILE = 2048  # items: 16 KiB of codes of 64 bits, and 4 KiB of distances
BLOCK = 256  # items that one smallest distance speaks for

Number = int | np.integer


@njit(nogil=True, cache=True)
def fill_distances(queries: np.ndarray, i: int, codes: np.ndarray, start: int, near: np.ndarray) -> int:
    """Write the distances of query i to the items of the tile at ``start``; return how many these are.

    Args:
        queries: uint64 (words, b).
        codes: uint64 (words, n).
        near: uint16 (TILE,).
    """
    items = min(TILE, codes.shape[1] - start)
    word, column = queries[0, i], codes[0, start : start + items]
    for j in range(items):
        near[j] = np.uint16(popcount(word ^ column[j]))
    for w in range(1, len(queries)):
        word, column = queries[w, i], codes[w, start : start + items]
        for j in range(items):
            near[j] += np.uint16(popcount(word ^ column[j]))
    return items


@njit(nogil=True, cache=True)
def smallest_of(near: np.ndarray, begin: int, stop: int) -> Number:
    """Return the smallest of some distances."""
    smallest = np.uint16(65535)
    for j in range(begin, stop):
        smallest = min(smallest, near[j])
    return smallest


@njit(nogil=True, cache=True)
def comes_after(distance: Number, name: Number, other_distance: Number, other_name: Number) -> bool | np.bool:
    """Return whether an item comes after another by distance, then id."""
    return distance > other_distance or (distance == other_distance and name > other_name)


@njit(nogil=True, cache=True)
def replace_root(distances: np.ndarray, found: np.ndarray, distance: Number, name: Number) -> None:
    """Put an item in the place of the heap's root and let it sink: the root is the last by distance, then id.

    Args:
        distances: int32 (k,), and found: int64 (k,), the ids; changed in place.
    """
    place, k = 0, len(distances)
    while 2 * place + 1 < k:
        child = 2 * place + 1
        other = child + 1
        if other < k and comes_after(distances[other], found[other], distances[child], found[child]):
            child = other
        if comes_after(distance, name, distances[child], found[child]):
            break
        distances[place], found[place] = distances[child], found[child]
        place = child
    distances[place], found[place] = distance, name


@njit(nogil=True, cache=True)
def keep_nearest(
    queries: np.ndarray, codes: np.ndarray, ids: np.ndarray, kept: np.ndarray, distances: np.ndarray, found: np.ndarray
) -> None:
    """Let the items of a part into each query's heap of the k nearest.

    Args:
        queries: uint64 (words, b).
        codes: uint64 (words, n).
        ids: int64 (n,).
        kept: bool (n,), False for items to leave out; of length 0 where none are.
        distances: int32 (b, k), and found: int64 (b, k), the heaps; changed in place.
    """
    near = np.empty(TILE, np.uint16)
    for start in range(0, codes.shape[1], TILE):
        for i in range(queries.shape[1]):
            items = fill_distances(queries, i, codes, start, near)
            heap, names = distances[i], found[i]
            for begin in range(0, items, BLOCK):
                stop = min(begin + BLOCK, items)
                smallest = smallest_of(near, begin, stop)
                # an item as far as the root is let in only by a smaller id; of most blocks no id is read
                if smallest > heap[0] or (smallest == heap[0] and ids[start + begin : start + stop].min() > names[0]):
                    continue
                for j in range(begin, stop):
                    distance, name = np.int32(near[j]), ids[start + j]
                    nearer = comes_after(heap[0], names[0], distance, name)
                    if nearer and (len(kept) == 0 or kept[start + j]):
                        replace_root(heap, names, distance, name)


@njit(nogil=True, cache=True)
def find_within(
    queries: np.ndarray,
    i: int,
    codes: np.ndarray,
    kept: np.ndarray,
    radius: int,
    distances: np.ndarray,
    places: np.ndarray,
) -> int:
    """Write distance and place of each item of a part within the radius of query i; return how many these are.

    Args:
        queries, codes, kept: as in ``keep_nearest``.
        radius: the largest distance that counts.
        distances: int32 (n,), and places: int64 (n,).
    """
    near, number = np.empty(TILE, np.uint16), 0
    for start in range(0, codes.shape[1], TILE):
        items = fill_distances(queries, i, codes, start, near)
        for begin in range(0, items, BLOCK):
            stop = min(begin + BLOCK, items)
            if smallest_of(near, begin, stop) > radius:
                continue
            for j in range(begin, stop):
                if near[j] <= radius and (len(kept) == 0 or kept[start + j]):
                    distances[number], places[number] = near[j], start + j
                    number += 1
    return number
