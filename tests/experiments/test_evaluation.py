"""The metrics of a record: against the public functions, and the top-500 protocol against a loop over ranks."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from adahlib.datasets.splits import Split
from adahlib.errors import AdahError
from adahlib.experiments import RunSpec, run
from adahlib.experiments.encoded import Encoded
from adahlib.experiments.evaluation import PROTOCOLS, evaluate
from adahlib.experiments.running import prepare
from adahlib.retrieval import BinaryCodes, mean_average_precision, precision_recall
from tests.toys import TINY_RUN

TOP = 500


def measured(images, texts, labels, split, protocol):
    """Return metrics and examples; labels are all that an evaluation without masks reads of the pairs."""
    data = SimpleNamespace(pairs=SimpleNamespace(labels=labels), split=split)
    return evaluate(Encoded(images, texts, None, None, {}), data, protocol)


def test_each_number_is_of_its_own_direction_and_part():
    rng = np.random.default_rng(0)
    images, texts = (BinaryCodes.from_signs(rng.standard_normal((60, 7))) for _ in range(2))
    labels = rng.integers(0, 2, (60, 3))
    order = rng.permutation(60)
    split = Split(*(np.sort(part) for part in (order[:15], order[15:], order[25:50], order[15:25])))
    metrics, examples = measured(images, texts, labels, split, "all")
    assert examples == {}
    for name, asked, stored in (("i2t", images, texts), ("t2i", texts, images)):
        test, held = (
            (asked[query], stored[database], labels[query], labels[database])
            for query, database in ((split.query, split.database), (split.validation, split.validation_database))
        )
        assert metrics[f"map_{name}"] == mean_average_precision(*test)
        for ties in ("optimistic", "pessimistic"):
            assert metrics[f"map_{name}_{ties}"] == mean_average_precision(*test, ties=ties)
        assert metrics["validation"][f"map_{name}"] == mean_average_precision(*held)
        precision, recall = precision_recall(*test)
        curve = metrics["precision_recall"][name]
        np.testing.assert_allclose(np.array(curve["precision"], float), precision, atol=1e-6)
        np.testing.assert_allclose(curve["recall"], recall, atol=1e-6)


def loop(distances, relevant):
    """Return AP inside the first 500 ranks ÷ relevant items among them, for distances that all differ."""
    hits, total = 0, 0.0
    for rank, item in enumerate(np.argsort(distances)[:TOP], start=1):
        if relevant[item]:
            hits += 1
            total += hits / rank
    return total / hits if hits else 0.0


def test_both_directions_against_a_loop():
    rng = np.random.default_rng(0)
    n, bits = 700, 1024  # items have 0 to n - 1 bits set, others in each modality; queries have none or most: no ties
    ladder = np.arange(bits) < np.arange(n)[:, None]
    labels = (rng.random((n, 2)) < 0.3).astype(np.uint8)
    order = np.concatenate([[0], 1 + rng.permutation(n - 2), [n - 1]])
    images, texts = (BinaryCodes.from_signs(2.0 * part - 1) for part in (ladder, ladder[order]))
    query, database = np.array([0, n - 1]), np.arange(1, n - 1)
    split = Split(query, database, database[:300], database[300:])
    metrics, examples = measured(images, texts, labels, split, "top-500")
    assert examples == {}
    for name, asked, stored in (("i2t", images, texts), ("t2i", texts, images)):
        found = [
            loop(
                (asked.signs()[q] != stored.signs()[database]).sum(1),
                (labels[q] & labels[database]).any(1),
            )
            for q in query
        ]
        assert metrics[f"map_{name}"] == pytest.approx(np.mean(found), abs=1e-12)
        assert metrics[f"map_{name}_pessimistic"] == pytest.approx(metrics[f"map_{name}_optimistic"], abs=1e-12)
    assert abs(metrics["map_i2t"] - metrics["map_t2i"]) > 1e-3
    asked, stored = split.validation, split.validation_database
    held = images[asked], texts[stored], labels[asked], labels[stored]
    assert metrics["validation"]["map_i2t"] == mean_average_precision(*held, k=TOP, convention="top-R-retrieved")


def test_chance_is_the_mean_over_random_orders():
    rng = np.random.default_rng(1)
    labels = (rng.random((1300, 3)) < 0.2).astype(np.uint8)
    codes = BinaryCodes.from_signs(rng.standard_normal((1300, 8)))
    split = Split(np.arange(4), np.arange(4, 1300), np.arange(4, 1300), np.arange(0))
    metrics, _ = measured(codes, codes, labels, split, "top-500")
    drawn = [
        loop(rng.random(1296), (labels[q] & labels[4:]).any(1)) for q in range(4) for _ in range(300)
    ]
    assert metrics["chance"] == pytest.approx(np.mean(drawn), abs=3 * np.std(drawn) / np.sqrt(len(drawn)))
    assert "validation" not in metrics


@pytest.mark.slow
def test_a_run_is_trained_once_for_both_protocols(results):
    whole, top = (RunSpec("emoji-scenes", "adah", 8, options=TINY_RUN, protocol=name) for name in ("all", "top-500"))
    assert str(top.record_path()) == str(whole.record_path()).replace("adah-both", "adah-both~protocol=top-500")
    kept = prepare(whole).kept_codes
    assert kept == prepare(top).kept_codes
    first = run(whole)
    made = kept.stat().st_mtime_ns
    second = run(top)
    assert kept.stat().st_mtime_ns == made and first["codes_hash"] == second["codes_hash"]
    assert second["metrics"]["map_t2i"] != first["metrics"]["map_t2i"]
    assert second["convention"]["map"].startswith("top-500") and first["convention"]["map"].startswith("all")


def test_an_unknown_protocol():
    with pytest.raises(AdahError, match="unknown protocol 'top-50'; did you mean 'top-500'"):
        RunSpec("emoji-scenes", "adah", 8, protocol="top-50")


def test_protocols_say_what_their_numbers_mean():
    texts = [protocol.convention() for protocol in PROTOCOLS.values()]
    assert len({text["map"] for text in texts}) == len(texts) == len({text["no_relevant"] for text in texts})
    assert all(set(text) == {"relevant", "map", "ties", "no_relevant"} for text in texts)
    with pytest.raises(dataclasses.FrozenInstanceError):
        PROTOCOLS["all"].top = 10
