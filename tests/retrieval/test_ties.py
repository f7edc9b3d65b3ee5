"""Tie levels too large to enumerate: a recursion over ranks, and a single hit behind a large level."""

import numpy as np
import pytest

from adahlib.retrieval.ties import top_ranking, whole_ranking


def expectation_by_recursion(n, r, top, by_retrieved):
    """E[AP@R] of one level: follow the hits k and their gain rank by rank, drawing without replacement."""
    chance, gain = np.zeros(top + 2), np.zeros(top + 2)
    chance[0] = 1.0
    hits = np.arange(top + 2)
    for rank in range(1, top + 1):
        draw = np.clip((r - hits) / (n - rank + 1), 0, 1)
        gained = (gain + chance * (hits + 1) / rank) * draw
        gain, moved = gain * (1 - draw), chance * draw
        chance = chance * (1 - draw)
        gain[1:] += gained[:-1]
        chance[1:] += moved[:-1]
    divisor = np.maximum(hits, 1) if by_retrieved else min(top, r)
    return (gain / divisor).sum()


@pytest.mark.parametrize("by_retrieved", [True, False])
@pytest.mark.parametrize(("n", "r", "top"), [(400, 100, 50), (400, 3, 350), (2000, 1990, 300), (50, 20, 50)])
def test_expected_top_ranking_of_one_large_level(n, r, top, by_retrieved):
    found = top_ranking(np.array([[n, 0]]), np.array([[r, 0]]), top, by_retrieved, "expected")
    assert found == pytest.approx([expectation_by_recursion(n, r, top, by_retrieved)], abs=1e-11)


def test_late_hits_in_a_large_database_keep_their_precision():
    for ties in ("expected", "optimistic", "pessimistic"):
        found = whole_ranking(np.array([[190_000, 1]]), np.array([[0, 1]]), ties)
        assert found == pytest.approx([1 / 190_001], abs=1e-8)
