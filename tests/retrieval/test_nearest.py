"""Search over parts against a sort of everything: however items are split, ordered and left out, and in what memory."""

import doctest
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adahlib.errors import AdahError
from adahlib.retrieval import (
    BinaryCodes,
    CodeShards,
    HammingIndex,
    nearest,
    open_shards,
    top_k,
    within_radius,
    write_shards,
)
from tests.toys import random_codes


def by_sorting(query, codes, ids):
    """Yield each query's distances and ids, all of them, sorted by distance and then by id."""
    for signs in query.signs():
        distances = (codes.signs() != signs).sum(axis=1)
        order = np.lexsort((ids, distances))
        yield distances[order].tolist(), ids[order].tolist()


def once(parts):
    """Return parts as an iterator, which can be read only once; opened shards as they are."""
    return parts if isinstance(parts, CodeShards) else iter(parts)


def check(query, codes, ids, parts, k, radius):
    """Compare both searches of some parts with a sort of the items that these hold."""
    distances, found = top_k(query, once(parts), k)
    assert distances.dtype == np.int32 and found.dtype == np.int64 and distances.shape == (len(query), k)
    inside = within_radius(query, once(parts), radius)
    for row, (near, names) in enumerate(by_sorting(query, codes, ids)):
        missing = [-1] * (k - len(near))
        assert distances[row].tolist() == near[:k] + missing and found[row].tolist() == names[:k] + missing
        count = sum(distance <= radius for distance in near)
        assert inside[row][0].tolist() == near[:count] and inside[row][1].tolist() == names[:count]


def test_the_examples_run():
    failed, attempted = doctest.testmod(nearest)
    assert attempted and not failed


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_split_into_parts_equals_sorting_everything(data):
    bits, n = data.draw(st.sampled_from([1, 3, 8, 20, 64, 70])), data.draw(st.integers(0, 60))
    seed, k, radius = (data.draw(st.integers(low, high)) for low, high in ((0, 999), (1, 70), (0, 12)))
    draw = np.random.default_rng(seed)
    codes, query = (BinaryCodes(np.packbits(draw.random((m, bits)) < 0.4, axis=1), bits) for m in (n, 3))
    ids = draw.choice(10**6, n, replace=False)
    cuts = sorted(data.draw(st.lists(st.integers(0, n), max_size=5)))
    out = draw.random(n) < data.draw(st.sampled_from([0, 0.3, 1]))
    pieces = np.split(np.arange(n), cuts)
    parts = [(codes.packed[piece], ids[piece], np.flatnonzero(out[piece])) for piece in pieces]
    check(query, codes[~out], ids[~out], parts, k, radius)


@pytest.mark.parametrize("bits", [3, 64, 70])
def test_shards_are_searched_as_they_are_opened(tmp_path, monkeypatch, bits):
    monkeypatch.setattr(nearest, "ROWS", 70)  # several chunks a shard
    draw = np.random.default_rng(bits)
    codes, query, ids = random_codes(500, bits), random_codes(4, bits, 1), draw.permutation(10**6)[:500]
    with write_shards(tmp_path / "shards", bits, 1, shard_size=200) as writer:
        writer.append(codes, np.ones((500, 1), bool), ids)
    shards = open_shards(tmp_path / "shards")
    check(query, codes, ids, shards, 30, bits // 2)
    loose = [shards[2], (codes.packed[200:400], ids[200:400]), shards[0]]
    check(query, codes, ids, loose, 30, bits // 2)
    with pytest.raises(AdahError, match=f"query codes have 12 bits and the shards {bits}"):
        top_k(random_codes(1, 12), shards, 1)


@pytest.mark.parametrize("order", ["random", "rising", "falling"])
@pytest.mark.parametrize("bits", [4, 64, 130])
def test_many_items_over_several_tiles_and_chunks_equal_sorting(tmp_path, monkeypatch, order, bits):
    monkeypatch.setattr(nearest, "ROWS", 3000)
    n = 10_000
    codes, query, ids = random_codes(n, bits, centres=5), random_codes(9, bits, seed=1, centres=5), np.arange(n)
    codes = codes[np.lexsort((ids, (codes.signs() != query.signs()[0]).sum(axis=1)))] if order != "random" else codes
    ids = ids[::-1].copy() if order == "falling" else ids
    codes = codes[::-1] if order == "falling" else codes
    paths = tmp_path / "codes.npy", tmp_path / "ids.npy"
    for path, values in zip(paths, (codes.packed, ids), strict=True):
        np.save(path, values)
    mapped = tuple(np.load(path, mmap_mode="r") for path in paths)
    out = np.random.default_rng(1).random(n) < 0.2
    left_out = [np.flatnonzero(out[start::step]) for start, step in ((0, 1), (0, 2), (1, 2))]
    halves = [tuple(side[start::2] for side in mapped) for start in (0, 1)]
    for parts in ([(*mapped, left_out[0])], [(*halves[0], left_out[1]), (*halves[1], left_out[2])]):
        check(query, codes[~out], ids[~out], parts, 50, 3)
    check(query, codes, ids, [mapped], 50, 3)


def test_all_items_alike_come_by_id_in_any_order():
    codes, ids = BinaryCodes(np.zeros((5000, 8), np.uint8), 64), np.random.default_rng(0).permutation(5000)
    parts = [(codes.packed[:2000], ids[:2000]), (codes.packed[2000:], ids[2000:])]
    distances, found = top_k(codes[:2], parts, 4000)
    assert not distances.any() and (found == np.arange(4000)).all()


def test_more_queries_than_a_block_on_several_threads(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    codes, query, ids = random_codes(500, 16), random_codes(200, 16, seed=1), np.arange(500)
    check(query, codes, ids, [(codes.packed[:200], ids[:200]), (codes.packed[200:], ids[200:])], 7, 4)


def test_nothing_to_search_and_nothing_asked():
    query, parts = random_codes(2, 16), [(random_codes(3, 16).packed, np.arange(3))]
    assert (top_k(query, [], 3)[1] == -1).all() and [len(ids) for _, ids in within_radius(query, [], 3)] == [0, 0]
    assert top_k(query[:0], parts, 3)[0].shape == (0, 3) and within_radius(query[:0], parts, 3) == []


@pytest.mark.parametrize("search", [top_k, within_radius])
def test_memory_does_not_grow_with_the_parts(tmp_path, search):
    n = 3_000_000
    files = [(np.uint8, (n, 3)), (np.int64, (n,))]
    part = tuple(np.memmap(tmp_path / f"{i}", kind, "w+", shape=shape) for i, (kind, shape) in enumerate(files))
    part[0][:] = np.random.default_rng(0).integers(0, 256, (n, 3), np.uint8)
    part[1][:] = np.arange(n)
    query = random_codes(4, 24)
    search(query, [tuple(side[:9] for side in part)], 1)  # compiled before
    tracemalloc.start()
    search(query, [part], 1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * 2**20  # the words of a chunk, and its places within a radius; words of all codes are 24 MB


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda codes: top_k(codes.packed, [], 3), "queries are a ndarray; use BinaryCodes"),
        (lambda codes: top_k(codes, [], 0), "k=0 must be a whole number"),
        (lambda codes: within_radius(codes, [], -1), "radius=-1 must be"),
        (lambda codes: top_k(codes, [codes], 1), r"part 0 is no tuple of arrays; give \(codes, ids\)"),
        (lambda codes: top_k(codes, [(codes.packed, np.arange(5)), (codes.packed, np.arange(4))], 1), "part 1 has 5"),
        (lambda codes: top_k(codes, [(codes.packed, np.arange(5.0))], 1), r"ids float64 \(5,\); give one id a code"),
        (lambda codes: top_k(codes, [(codes.packed[:, :1], np.arange(5))], 1), r"12 bits need uint8 \(n, 2\)"),
        (lambda codes: top_k(codes, [(codes.packed | 1, np.arange(5))], 1), "ones in the last 4 bits"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(AdahError, match=message):
        call(random_codes(5, 12))


@pytest.mark.parametrize("places", [[5, 3], [2, 2], [-1], [20], [0.5], [[1]], [True, False]], ids=str)
def test_positions_to_leave_out_are_ascending_positions_of_the_part(places):
    codes = random_codes(20, 16)
    part = (codes.packed, np.arange(20), np.array(places))
    with pytest.raises(AdahError, match="ascending numbers below 20"):
        top_k(codes[:2], [part], 3)


def test_ids_that_are_too_large_and_answers_that_are_too_many_are_refused():
    codes = random_codes(4, 16)
    with pytest.raises(AdahError, match="below 2⁶³"):
        top_k(codes, [(codes.packed, np.array([1, 2, 3, 2**63], np.uint64))], 3)
    many = random_codes(5000, 16)
    for search in (lambda k: top_k(many, [], k), lambda k: HammingIndex(16).search(many, k)):
        with pytest.raises(AdahError, match="do not fit in memory"):
            search(2**31 - 1)
