"""The analysis ``intervals``: which runs are compared, over which seeds, and what a row holds."""

import numpy as np
import pytest

from adahlib.errors import AdahError
from adahlib.experiments.analyses.intervals import (
    Compared,
    best_other,
    comparisons,
    differences,
    query_precisions,
    rows,
    runs,
)
from adahlib.experiments.records.store import write_record
from adahlib.experiments.spec import RunSpec
from adahlib.retrieval import BinaryCodes, mean_average_precision, paired_bootstrap
from tests.made_up import made_up_record

PHOTOS = "mirflickr25k"


@pytest.fixture
def add(results):
    """A function that adds a made-up record with these MAPs."""
    return lambda spec, t2i=0.6, i2t=0.5: write_record(made_up_record(spec, t2i, i2t), results / spec.record_path())


def test_runs_are_those_of_the_tables_that_have_a_record(add):
    for seed in (0, 2):
        add(RunSpec(PHOTOS, "adah", 16, seed, attention="visual", profile="chosen"))
    own = RunSpec(PHOTOS, "seph", 16, options={"database_codes": "per-modality"})
    add(own)
    add(RunSpec(PHOTOS, "seph", 16, 1))  # another convention than Table 1's
    assert list(runs(PHOTOS, 16, "adah-visual")) == [0, 2]
    assert runs(PHOTOS, 16, "seph") == {0: own}
    assert runs(PHOTOS, 32, "adah-visual") == runs(PHOTOS, 16, "adah-both") == {}


def test_the_best_other_method_is_that_of_the_highest_mean_of_both_directions(add):
    for method, t2i, i2t in (("dcmh", 0.9, 0.5), ("prdh", 0.7, 0.8), ("cca", 0.6, 0.6), ("label-scores", 0.9, 0.9)):
        add(RunSpec(PHOTOS, method, 16, profile="chosen"), t2i, i2t)
    assert best_other(PHOTOS, 16) == "prdh"
    with pytest.raises(AdahError, match="no other method has a record on mirflickr25k at 32 bits; run `adah grid"):
        best_other(PHOTOS, 32)


def test_every_length_and_attention_is_compared(add):
    for dataset in (PHOTOS, "emoji-scenes"):
        for bits in (16, 32, 64):
            add(RunSpec(dataset, "dcmh", bits, profile="chosen"))
    found = list(comparisons())
    assert len(found) == len(set(found)) == 2 * 3 * 4
    assert found[0] == Compared(PHOTOS, 16, "adah-both", "dcmh", True)
    assert {one.first for one in found if one.second == "adah-none"} == {"adah-visual", "adah-textual", "adah-both"}


def test_differences_are_of_the_same_seed(add):
    for seed, attention in ((0, "none"), (1, "none"), (2, "none"), (1, "both"), (2, "both")):
        add(RunSpec(PHOTOS, "adah", 16, seed, attention=attention, profile="chosen"))

    def precisions(spec):
        level = 0.1 * spec.seed + (0.05 if spec.attention == "both" else 0)
        return {"t2i": np.array([level, 0.5]), "i2t": np.array([0.5, 0.5])}

    compared = Compared(PHOTOS, 16, "adah-both", "adah-none", False)
    found = differences(compared, precisions)
    np.testing.assert_allclose(found["t2i"], [[0.05, 0], [0.05, 0]])
    assert not found["i2t"].any()
    with pytest.raises(AdahError, match="adah-both and adah-none have records of 0 common seeds on mirflickr25k at 32"):
        differences(Compared(PHOTOS, 32, "adah-both", "adah-none", False), precisions)


def test_a_row_has_the_interval_of_the_queries_and_wider_ones_of_seeds_and_queries():
    rng = np.random.default_rng(0)
    tables = [
        {task: 0.02 * rng.normal(size=(3, 1)) + 0.1 * rng.normal(size=(1, 200)) for task in ("t2i", "i2t")}
        for _ in range(4)
    ]
    compared = [Compared(PHOTOS, bits, "adah-both", "adah-none", False) for bits in (8, 16, 32, 64)]
    found = rows(compared, tables)
    assert [(row["bits"], row["task"]) for row in found[:3]] == [(8, "t2i"), (8, "i2t"), (16, "t2i")]
    for row, values in zip(found, (table[task] for table in tables for task in ("t2i", "i2t")), strict=True):
        expected = paired_bootstrap(values.mean(0), np.zeros(200))
        assert (row["difference"], row["queries_low"], row["queries_high"]) == pytest.approx(expected)
        assert row["family_low"] < row["seeds_low"] < row["queries_low"]
        assert row["queries_high"] < row["seeds_high"] < row["family_high"]
        assert (row["n"], row["queries"]) == (3, 200)


def test_the_precisions_of_the_queries_have_the_map_of_the_codes_as_their_mean():
    rng = np.random.default_rng(1)
    images, texts = (BinaryCodes.from_signs(rng.normal(size=(60, 8))) for _ in range(2))
    labels = (rng.random((60, 4)) < 0.4).astype(np.uint8)
    query, database = np.arange(20), np.arange(20, 60)

    class Given:
        """A run's data and codes, as ``Inputs`` gives them."""

        def encoded(self, spec):
            split = type("Split", (), {"query": query, "database": database})
            data = type("Data", (), {"pairs": type("Pairs", (), {"labels": labels}), "split": split})
            return type("Run", (), {"data": data}), type("Codes", (), {"images": images, "texts": texts})

    found = query_precisions(RunSpec(PHOTOS, "adah", 8), Given())
    for task, asked, ranked in (("t2i", texts, images), ("i2t", images, texts)):
        expected = mean_average_precision(asked[query], ranked[database], labels[query], labels[database])
        assert found[task].shape == (20,) and found[task].mean() == pytest.approx(expected)
