"""HammingIndex: codes with ids on FAISS, searched by k and by radius, with ties in the order of the ids."""

import functools
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from adahlib.errors import AdahError, check_whole, unknown_name
from adahlib.retrieval.codes import BinaryCodes, check_length
from adahlib.retrieval.faiss_kinds import KINDS, MOST, build, check_setting, stored_codes
from adahlib.retrieval.faiss_ties import resolve_ties
from adahlib.retrieval.ids import checked_ids, new_answers

Result = TypeVar("Result")
NOTHING = -1  # id and distance where fewer than k items were found


def one_at_a_time(method: Callable[..., Result]) -> Callable[..., Result]:
    """Return a method that waits until no other of the same index runs: an index changes in place while it grows."""

    @functools.wraps(method)
    def locked(self: "HammingIndex", *arguments: Any, **keywords: Any) -> Result:
        with self._lock:
            return method(self, *arguments, **keywords)

    return locked


class HammingIndex:
    """An index of binary codes with ids, which finds the nearest codes by Hamming distance.

    Several threads may use one index: its methods wait for each other, and FAISS searches on all cores by itself. A
    process that has searched must not be forked, since FAISS's threads are lost in the copy; start new ones by spawn.

    The exact kind, ``"flat"``, returns ties in ascending order of the ids. The approximate ones return what they find
    in that order, but which items they find, also among ties, is FAISS's choice; ``recall`` measures it.

    Args:
        bits: code length q, 1 to 1024.
        kind: ``"flat"``, exact; ``"ivf"``, inverted lists around centres; ``"hnsw"``, a graph; ``"multihash"``, tables
            of parts of the code.
        **settings: whole numbers of at least 1, in brackets FAISS's name. Of ivf ``lists`` (nlist; default √n) and
            ``probes`` (nprobe; 8); of hnsw ``links`` (M; 32, from 2 to 1024) and ``effort`` (efSearch; 64); of
            multihash ``tables`` (nhash; 4, at most 1024), ``table_bits`` (b; at most 32, by default by the number of
            codes) and ``flips`` (nflip; 2, at most 8).

    Attributes:
        ids: int64 (n,), ascending.

    Raises:
        AdahError: unknown kind or setting, or a value out of range.

    Example:
        >>> from adahlib.retrieval import BinaryCodes, HammingIndex
        >>> index = HammingIndex(4)
        >>> index.add(BinaryCodes.from_signs([[1, 1, 1, 1], [1, 1, 1, -1], [-1, -1, -1, -1]]), [10, 20, 30])
        array([10, 20, 30])
        >>> query = BinaryCodes.from_signs([[1, 1, -1, -1]])
        >>> distances, ids = index.search(query, 2)
        >>> distances.tolist(), ids.tolist()
        ([[1, 2]], [[20, 10]])
        >>> [ids.tolist() for distances, ids in index.search_radius(query, 1)]
        [[20]]
    """

    def __init__(self, bits: int, kind: str = "flat", **settings: int):
        if kind not in KINDS:
            raise unknown_name("kind of index", kind, KINDS)
        check_length(bits)
        self.bits, self.kind = int(bits), kind
        self.settings = {name: check_setting(kind, name, value) for name, value in settings.items()}
        self.mapped = False  # whether the codes lie in a file that is mapped, and nothing can be added in place
        self.ids = np.empty(0, np.int64)
        self._faiss: Any = None
        self._lock = threading.RLock()

    def __len__(self) -> int:
        return len(self.ids)

    @property
    @one_at_a_time
    def codes(self) -> BinaryCodes:
        """The codes, in the order of the ids."""
        empty = np.empty((0, -(-self.bits // 8)), np.uint8)
        return BinaryCodes(empty if self._faiss is None else stored_codes(self._faiss, self.kind), self.bits)

    @one_at_a_time
    def add(self, codes: BinaryCodes, ids: ArrayLike | None = None) -> np.ndarray:
        """Add n codes and return their ids, (n,).

        Ids above all held ones are added in place; others, and every kind but flat and hnsw, rebuild the index.

        Args:
            codes: n codes of the index's length.
            ids: n different whole numbers of at least 0 that the index does not hold; default: the next free ones.

        Raises:
            AdahError: codes of another length, or ids that are not whole numbers, not as many, or held already.
        """
        self._check(codes)
        first = int(self.ids[-1]) + 1 if len(self) else 0
        ids = checked_ids(range(first, first + len(codes)) if ids is None else ids, len(codes))
        if len(taken := ids[self._holds(ids)]):
            raise AdahError(f"id {taken[0]} is in the index already; remove it first, or give another one.")
        order = np.argsort(ids)
        in_place = len(self) and not self.mapped and self.kind in ("flat", "hnsw")
        if in_place and len(codes) and ids[order[0]] > self.ids[-1]:
            self._faiss.add(codes.packed[order])
            self.ids = np.concatenate([self.ids, ids[order]])
        elif len(codes):
            self._rebuild(np.concatenate([self.ids, ids]), np.concatenate([self.codes.packed, codes.packed]))
        return ids

    @one_at_a_time
    def remove(self, ids: ArrayLike) -> None:
        """Remove the items with these ids; the index is rebuilt without them.

        Raises:
            AdahError: the index does not hold an id.
        """
        ids = checked_ids(ids, np.size(ids))
        if len(unknown := ids[~self._holds(ids)]):
            raise AdahError(f"id {unknown[0]} is not in the index.")
        kept = ~np.isin(self.ids, ids)
        self._rebuild(self.ids[kept], self.codes.packed[kept])

    @one_at_a_time
    def search(self, query: BinaryCodes, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the k nearest items of each query: distances int32 and ids int64, both (n_query, k), nearest first.

        Where fewer than k are found, distance and id are -1.

        Raises:
            AdahError: codes of another length, or a k that is not a whole number of at least 1.
        """
        self._check(query)
        k = check_whole("k", k, 1, MOST)
        distances, ids = new_answers(len(query), k, NOTHING, NOTHING)
        if len(self) and len(query):
            found, places = self._faiss.search(query.packed, min(k, len(self)))
            if self.kind == "flat":
                resolve_ties(query.packed, stored_codes(self._faiss, self.kind), found, places)
            for row, (near, place) in enumerate(zip(found, places, strict=True)):
                near, place = near[place >= 0], place[place >= 0]
                order = np.lexsort((place, near))
                distances[row, : len(order)], ids[row, : len(order)] = near[order], self.ids[place[order]]
        return distances, ids

    @one_at_a_time
    def search_radius(self, query: BinaryCodes, radius: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return for each query the distances (int32) and ids (int64) of all items found within the radius.

        The nearest come first, ties in ascending order of the ids.

        Raises:
            AdahError: codes of another length, a negative radius, or an index of kind hnsw.
        """
        self._check(query)
        radius = min(check_whole("radius", radius, 0), self.bits)
        if self.kind == "hnsw":
            raise AdahError("an index of kind hnsw cannot be searched by radius; use flat, ivf or multihash.")
        if not len(self) or not len(query):
            return [(np.empty(0, np.int32), np.empty(0, np.int64)) for _ in range(len(query))]
        limits, found, places = self._faiss.range_search(query.packed, radius + 1)
        rows = []
        for start, stop in zip(limits[:-1].astype(int), limits[1:].astype(int), strict=True):
            near, place = found[start:stop].astype(np.int32), places[start:stop]
            order = np.lexsort((place, near))
            rows.append((near[order], self.ids[place[order]]))
        return rows

    @one_at_a_time
    def recall(self, query: BinaryCodes, k: int) -> float:
        """Return the share of the k nearest items that this index finds, in 0..1, ties counted by their distance.

        Raises:
            AdahError: the index or the queries are empty, or k is not a whole number of at least 1.
        """
        if not len(self) or not len(query):
            raise AdahError("recall needs at least one item and one query.")
        exact = HammingIndex(self.bits)
        exact.add(self.codes)
        k = min(check_whole("k", k, 1, MOST), len(self))
        farthest = exact.search(query, k)[0][:, -1]
        found = self.search(query, k)[0]
        return float(((found >= 0) & (found <= farthest[:, None])).mean())

    def _holds(self, ids: np.ndarray) -> np.ndarray:
        """Return for each of some ids whether the index holds it."""
        if not len(self):
            return np.zeros(len(ids), bool)
        places = np.minimum(np.searchsorted(self.ids, ids), len(self) - 1)
        return self.ids[places] == ids

    def _rebuild(self, ids: np.ndarray, packed: np.ndarray) -> None:
        order = np.argsort(ids)
        built = build(self.kind, np.ascontiguousarray(packed[order]), self.settings) if len(ids) else None
        self.ids, self._faiss, self.mapped = ids[order], built, False

    def _check(self, codes: BinaryCodes) -> None:
        if not isinstance(codes, BinaryCodes):
            raise AdahError(f"codes are a {type(codes).__name__}; use BinaryCodes.from_signs(real).")
        if codes.bits != self.bits:
            raise AdahError(f"codes have {codes.bits} bits and the index {self.bits}; both need one length.")
