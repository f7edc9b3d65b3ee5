"""Distance histograms, relevance counts and the precision–recall curve against loops over pairs."""

import numpy as np
import pytest
import torch

from adahlib.errors import AdahError
from adahlib.retrieval import (
    BinaryCodes,
    chance_level,
    distance_histograms,
    precision_recall,
    queries_without_relevant,
    ranking,
)
from tests.toys import random_sides


def few_sides(bits, n_query=7, n_database=23, n_labels=5, seed=0):
    """Return sides with few enough queries and items to loop over all pairs."""
    return random_sides(bits, n_query, n_database, n_labels, seed)


def pairs_by_loop(query, database, query_labels, database_labels):
    """Yield (query, distance, relevant) of every pair."""
    for i, (code, wanted) in enumerate(zip(query.signs(), query_labels, strict=True)):
        for other, offered in zip(database.signs(), database_labels, strict=True):
            yield i, int((code != other).sum()), any(a and b for a, b in zip(wanted, offered, strict=True))


@pytest.mark.parametrize("block", [1, 3, 64])
@pytest.mark.parametrize(
    ("bits", "n_labels"), [(1, 1), (5, 9), (11, 24), (32, 40), (64, 64), (70, 81), (300, 255)]
)
def test_histograms_equal_a_loop_over_pairs(bits, n_labels, block, monkeypatch):
    monkeypatch.setattr(ranking, "QUERIES", block)
    sides = few_sides(bits, n_labels=n_labels)
    items, relevant = np.zeros((2, 7, bits + 1), dtype=np.int64)
    for i, distance, shared in pairs_by_loop(*sides):
        items[i, distance] += 1
        relevant[i, distance] += shared
    assert 0 < relevant.sum() < items.sum()
    np.testing.assert_array_equal(distance_histograms(*sides, device="cpu"), (items, relevant))
    found = distance_histograms(*sides)
    assert [part.dtype for part in found] == [np.int64, np.int64]
    np.testing.assert_array_equal(found, (items, relevant))


@pytest.mark.parametrize("n_database", [80, 81, 70_001])
@pytest.mark.parametrize("bits", [1, 2, 16])
def test_counting_in_pairs_equals_counting_one_by_one(bits, n_database, monkeypatch):
    sides = few_sides(bits, n_query=3, n_database=n_database)
    monkeypatch.setattr(ranking, "pairs_pay", lambda *_: False)
    one_by_one = distance_histograms(*sides)
    monkeypatch.setattr(ranking, "pairs_pay", lambda *_: True)
    np.testing.assert_array_equal(distance_histograms(*sides), one_by_one)
    assert one_by_one[0].sum() == 3 * n_database


def test_labels_may_be_tensors_booleans_or_floats():
    query, database, *labels = few_sides(8)
    expected = distance_histograms(query, database, *labels)
    for kind in (torch.tensor, lambda side: side.astype(bool), lambda side: side.astype(np.float32)):
        np.testing.assert_array_equal(distance_histograms(query, database, *map(kind, labels)), expected)


def test_longest_codes_reach_the_largest_distance():
    codes = [BinaryCodes.from_signs(np.full((1, 1024), sign)) for sign in (-1.0, 1.0)]
    items, relevant = distance_histograms(*codes, [[1]], [[1]])
    assert items[0, 1024] == relevant[0, 1024] == items.sum() == 1


def test_precision_recall_equals_a_loop_over_radii():
    sides = few_sides(11, seed=3)
    pairs = list(pairs_by_loop(*sides))
    total = sum(shared for _, _, shared in pairs)
    precision, recall = precision_recall(*sides)
    assert precision.shape == recall.shape == (12,)
    for radius in range(12):
        inside = [shared for _, distance, shared in pairs if distance <= radius]
        expected = sum(inside) / len(inside) if inside else np.nan
        np.testing.assert_allclose(precision[radius], expected)
        np.testing.assert_allclose(recall[radius], sum(inside) / total)
    assert np.isnan(precision[0])
    assert precision[-1] == pytest.approx(chance_level(*sides[2:]))


def test_recall_is_nan_when_nothing_is_relevant():
    codes = BinaryCodes.from_signs([[1.0, -1.0]])
    precision, recall = precision_recall(codes, codes, [[1, 0]], [[0, 1]])
    np.testing.assert_array_equal(precision, [0, 0, 0])
    assert np.isnan(recall).all()


def test_chance_and_queries_without_relevant_equal_a_loop():
    sides = few_sides(1, n_query=30, n_database=4, n_labels=6, seed=1)
    shared = np.zeros(30)
    for i, _, relevant in pairs_by_loop(*sides):
        shared[i] += relevant
    assert 0 < (shared == 0).sum() < 30
    assert chance_level(*sides[2:]) == pytest.approx(shared.sum() / 120)
    assert queries_without_relevant(*sides[2:]) == (shared == 0).sum()


CODES = BinaryCodes.from_signs(np.ones((3, 8)))
LABELS = np.eye(3)


@pytest.mark.parametrize(
    ("sides", "message"),
    [
        ((CODES, BinaryCodes.from_signs(np.ones((3, 9))), LABELS, LABELS), "8 bits and database codes 9"),
        ((CODES, CODES.signs(), LABELS, LABELS), "database is a ndarray"),
        ((CODES, CODES[:0], LABELS, LABELS[:0]), "database holds no codes"),
        ((CODES[:0], CODES, LABELS[:0], LABELS), "query holds no codes"),
        ((CODES, CODES, LABELS[:2], LABELS), "query has 3 codes and 2 rows"),
        ((CODES, CODES, LABELS, LABELS[:2]), "database has 3 codes and 2 rows"),
        ((CODES, CODES, LABELS[:, :2], LABELS), "2 columns and database labels 3"),
        ((CODES, CODES, LABELS[:, :0], LABELS[:, :0]), "at least one"),
        ((CODES, CODES, LABELS[0], LABELS), "2 dimensions"),
        ((CODES, CODES, 2 * LABELS, LABELS), "other than 0 and 1"),
        ((CODES, CODES, LABELS, np.full((3, 3), np.nan)), "database labels holds values other"),
        ((CODES, CODES, LABELS, None), "real numbers"),
    ],
)
def test_bad_input_is_refused(sides, message):
    for function in (distance_histograms, precision_recall):
        with pytest.raises(AdahError, match=message):
            function(*sides)


def test_chance_of_nothing_is_refused():
    with pytest.raises(AdahError, match="at least one"):
        chance_level(LABELS, LABELS[:0])
