"""Shards against the whole database in memory and against loops: the same counts to the last bit, the same metrics."""

import functools
import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adahlib.errors import AdahError
from adahlib.progress import progress, reporting
from adahlib.retrieval import (
    BinaryCodes,
    HammingRanking,
    distance_histograms,
    mean_average_precision,
    open_shards,
    precision_recall,
    rank_shards,
    shard_histograms,
    shard_ranking,
    write_shards,
)
from tests.toys import levels_of, random_sides

TIES = ("expected", "optimistic", "pessimistic")
CONVENTIONS = (("all", None), ("top-R-retrieved", 7), ("top-R-min", 30), ("first-k-relevant", 5), ("top-R-min", 10_000))


def as_shards(folder, sides, size):
    """Write a database in shards and open them."""
    database, labels = sides[1], np.asarray(sides[3])
    with write_shards(folder, database.bits, labels.shape[1], shard_size=size) as writer:
        writer.append(database, labels)
    return open_shards(folder)


def histograms_by_loop(sides):
    items, relevant = np.zeros((2, len(sides[0]), sides[0].bits + 1), int)
    for query, (distances, hits) in enumerate(levels_of(*sides)):
        for distance, hit in zip(distances, hits, strict=True):
            items[query, distance] += 1
            relevant[query, distance] += hit
    return items, relevant


SHAPES = [(1, 1), (12, 6), (48, 64), (64, 24), (100, 65), (130, 200)]


@pytest.mark.parametrize(("bits", "labels"), SHAPES)
def test_counts_are_those_of_a_loop_and_of_the_memory(tmp_path, bits, labels, monkeypatch):
    sides = random_sides(bits, n_query=4, n_database=57, n_labels=labels)
    monkeypatch.setattr("adahlib.retrieval.shards.CodeShards.blocks.__defaults__", (5,))  # items of a block
    found = shard_histograms(sides[0], as_shards(tmp_path / "shards", sides, 20), sides[2])
    for ours, looped, whole in zip(found, histograms_by_loop(sides), distance_histograms(*sides), strict=True):
        assert ours.dtype == np.int64
        np.testing.assert_array_equal(ours, looped)
        np.testing.assert_array_equal(ours, whole)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_split_gives_every_metric_of_the_whole(tmp_path_factory, data):
    bits, labels = data.draw(st.sampled_from(SHAPES))
    n_database, seed = data.draw(st.integers(1, 90)), data.draw(st.integers(0, 1000))
    sides = random_sides(bits, n_query=3, n_database=n_database, n_labels=labels, seed=seed)
    folder = tmp_path_factory.mktemp("split") / "shards"
    sharded = rank_shards(sides[0], as_shards(folder, sides, data.draw(st.integers(1, 91))), sides[2])
    check_metrics(sharded, sides)


def check_metrics(ranking, sides):
    """Compare every metric of a ranking with those of the whole database in memory: all equal, to the last bit."""
    whole = HammingRanking(*sides)
    for (convention, top), ties in itertools.product(CONVENTIONS, TIES):
        ours = ranking.average_precision(top, convention, ties)
        theirs = mean_average_precision(*sides, k=top, convention=convention, ties=ties, return_per_query=True)
        np.testing.assert_array_equal(ours, theirs)
        for name in ("precision_at", "recall_at", "ndcg_at"):
            np.testing.assert_array_equal(getattr(ranking, name)(9, ties), getattr(whole, name)(9, ties))
    for ours, theirs in zip(ranking.precision_recall_by_radius(), precision_recall(*sides), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert (ranking.size, ranking.chance) == (whole.size, whole.chance)
    assert ranking.queries_without_relevant == whole.queries_without_relevant


def test_pairs_of_keys_are_counted_in_long_blocks(tmp_path):
    """Blocks of ``count_pairs`` and a short last one of ``count_keys``."""
    sides = random_sides(bits=16, n_query=3, n_database=6001)
    check_metrics(rank_shards(sides[0], as_shards(tmp_path / "shards", sides, 3000), sides[2]), sides)


def test_folders_add_up(tmp_path):
    sides = random_sides(bits=12)
    parts = [(sides[0], sides[1][rows], sides[2], sides[3][rows]) for rows in (slice(0, 50), slice(50, None))]
    folders = [as_shards(tmp_path / str(number), part, 30) for number, part in enumerate(parts)]
    sums = np.sum([shard_histograms(sides[0], folder, sides[2]) for folder in folders], axis=0)
    check_metrics(HammingRanking.from_histograms(*sums), sides)


def test_stable_ties_are_refused(tmp_path):
    sides = random_sides(bits=12)
    ranking = rank_shards(sides[0], as_shards(tmp_path / "shards", sides, 30), sides[2])
    for name, arguments in {"average_precision": (), "ndcg_at": (3,), "recall_at": (3,)}.items():
        with pytest.raises(AdahError, match="ties='stable' needs the order of the items, which histograms do not hold"):
            getattr(ranking, name)(*arguments, ties="stable")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({0: [[1, -1]]}, "query is a list; use BinaryCodes.from_signs"),
        ({0: BinaryCodes.from_signs(-np.ones((9, 16)))}, "query codes have 16 bits and the shards 12; both need one"),
        ({1: "folder"}, "shards are a str; open their folder with open_shards"),
        ({2: np.ones((9, 5))}, r"query labels are \(9, 5\) for 9 codes; give one code or more and \(9, 6\)"),
        ({2: np.ones((8, 6))}, r"query labels are \(8, 6\) for 9 codes"),
        ({2: np.full((9, 6), 2)}, "query labels holds values other than 0 and 1"),
    ],
)
def test_what_does_not_fit_is_one_sentence(tmp_path, changed, sentence):
    sides = random_sides(bits=12)
    arguments = dict(enumerate((sides[0], as_shards(tmp_path / "shards", sides, 30), sides[2]))) | changed
    with pytest.raises(AdahError, match=sentence):
        rank_shards(*arguments.values())


def test_progress_is_told_and_an_interruption_ends_it(tmp_path, monkeypatch):
    sides = random_sides(bits=12)
    shards, told = as_shards(tmp_path / "shards", sides, 30), []
    at_once = functools.partial(progress, delay=0, mininterval=0, miniters=1)
    monkeypatch.setattr(shard_ranking, "progress", at_once)
    with reporting(lambda *event: told.append(event)):
        rank_shards(sides[0], shards, sides[2])
    assert [event for event in told if event[1]] == [("counting shards", done, 120) for done in (30, 60, 90, 120)]

    def interrupted(items):
        raise KeyboardInterrupt

    words = shard_ranking.query_words(sides[0], shards, sides[2])
    with pytest.raises(KeyboardInterrupt):
        shard_ranking.shard_counts(shards, 0, *words, interrupted)


def test_a_shard_that_was_damaged_meanwhile_is_named(tmp_path):
    sides = random_sides(bits=12)
    shards = as_shards(tmp_path / "shards", sides, 30)
    path = shards.path(2, "codes")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(AdahError, match=r"00002\.codes\.npy was cut off while it was read"):
        rank_shards(sides[0], shards, sides[2])
