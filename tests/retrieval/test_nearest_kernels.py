"""The heap of the k nearest against a sort, and distances against a sum over bits."""

import numpy as np
import pytest

from adahlib.retrieval.inputs import words_of
from adahlib.retrieval.nearest_kernels import TILE, fill_distances, replace_root, smallest_of
from tests.toys import random_codes


@pytest.mark.parametrize("k", [1, 2, 3, 10, 63])
def test_a_heap_keeps_the_first_by_distance_then_id(k):
    draw = np.random.default_rng(k)
    for order in ("random", "falling"):
        distances, ids = draw.integers(0, 6, 300).astype(np.int32), draw.permutation(300)
        if order == "falling":
            distances, ids = np.sort(distances)[::-1].copy(), np.sort(ids)[::-1].copy()
        heap, names = np.full(k, 2**30, np.int32), np.full(k, 2**63 - 1, np.int64)
        for distance, name in zip(distances, ids, strict=True):
            if (distance, name) < (heap[0], names[0]):
                replace_root(heap, names, distance, name)
        found = sorted(zip(heap.tolist(), names.tolist(), strict=True))
        assert found == sorted(zip(distances.tolist(), ids.tolist(), strict=True))[:k]


@pytest.mark.parametrize("bits", [1, 24, 64, 65, 200, 1024])
def test_distances_of_a_tile_are_sums_over_bits(bits):
    query, codes = random_codes(3, bits), random_codes(TILE + 40, bits, seed=1)
    near = np.empty(TILE, np.uint16)
    for start, count in ((0, TILE), (TILE, 40)):
        assert fill_distances(words_of(query.packed), 2, words_of(codes.packed), start, near) == count
        expected = (codes.signs()[start : start + count] != query.signs()[2]).sum(axis=1)
        assert near[:count].tolist() == expected.tolist()
    assert smallest_of(near, 5, 40) == expected[5:40].min()
