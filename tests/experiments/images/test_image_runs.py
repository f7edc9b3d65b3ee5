"""Runs of images alone: which labels they see, both databases, records, and the split by class of another size."""

import dataclasses
import json

import numpy as np
import pytest

from adahlib.datasets.splits import class_split_of_size, make_class_split
from adahlib.errors import AdahError
from adahlib.experiments import RunSpec, read_record, run
from adahlib.experiments.images.encoded import EncodedImages
from adahlib.experiments.images.evaluation import evaluate
from adahlib.experiments.images.frames import encode, fit, known_labels
from adahlib.experiments.images.protocols import IMAGE_PROTOCOLS
from adahlib.experiments.rundata import RunData
from adahlib.experiments.running import PreparedRun, make_record, with_provenance
from adahlib.retrieval import BinaryCodes, mean_average_precision
from tests.methods.images.stripes import SIZES, pairs_of, stripes

SPEC = RunSpec("cifar10", "sdh", 8, backbone="gist", options={"anchors": 20})


def test_only_labels_of_the_training_part_are_seen(data):
    known = known_labels(data.pairs.labels, data.split)
    assert known.sum() == len(data.split.train) == 20
    assert (np.flatnonzero(known.any(axis=1)) == data.split.train).all()
    shuffled = data.pairs.labels.copy()
    others = np.setdiff1d(np.arange(len(shuffled)), data.split.train)
    shuffled[others] = shuffled[np.random.default_rng(3).permutation(others)]
    moved = RunData(dataclasses.replace(data.pairs, labels=shuffled), data.split, "toy")
    one, other = (encode(fit(SPEC, each)).codes_hash() for each in (data, moved))
    assert one == other


def test_both_databases_and_their_chance(data):
    encoded = encode(fit(SPEC, data))
    metrics, examples = evaluate(encoded, data)
    codes, labels, query = encoded.images, data.pairs.labels, data.split.query
    for name, database in (
        ("map", data.split.database),
        ("map_unlabelled", np.setdiff1d(data.split.database, data.split.train)),
    ):
        sides = codes[query], codes[database], labels[query], labels[database]
        assert metrics[name] == pytest.approx(mean_average_precision(*sides))
        for ties in ("optimistic", "pessimistic"):
            assert metrics[f"{name}_{ties}"] == pytest.approx(mean_average_precision(*sides, ties=ties))
        assert metrics[name.replace("map", "chance")] == pytest.approx(0.25, abs=0.01)
        assert metrics[name] > 0.5  # stripes of four directions
    rng = np.random.default_rng(0)  # codes that rank neither database well, so that the two differ
    poor, _ = evaluate(EncodedImages(BinaryCodes.from_signs(rng.normal(size=(120, 8))), {}), data)
    assert abs(poor["map"] - poor["map_unlabelled"]) > 1e-3
    assert examples == {} and metrics["queries_without_relevant"] == 0
    assert len(metrics["precision_recall"]["i2i"]["precision"]) == 9


def test_the_first_5000_ranks_by_a_loop():
    """Distances that all differ: AP inside the first ranks, over the relevant items among them."""
    rng = np.random.default_rng(1)
    protocol = dataclasses.replace(IMAGE_PROTOCOLS["top-5000"], k=20)
    relevant = rng.random(90) < 0.3
    items = np.ones((1, 90), dtype=np.int64)
    found = protocol.score((items, relevant[None].astype(np.int64)))
    hits = np.flatnonzero(relevant[:20])
    assert found == pytest.approx(np.mean([(i + 1) / (rank + 1) for i, rank in enumerate(hits)]))


def test_runs_of_one_seed_share_a_generator_and_baselines_need_none(data, tmp_path):
    tiny = {"epochs": 1, "batch_size": 10, "hidden": 8, "gan_epochs": 1, "generator_width": 8, "judge_width": 2}
    folder = tmp_path / "cache" / "gans"
    fields = {"image_size": 64, "seed": 1}

    def codes(bits, variant, **more):
        spec = RunSpec("cifar10", "ssgah", bits, **(fields | more), options=tiny | {"variant": variant})
        return encode(fit(spec, data))

    assert codes(4, "baseline").images.bits == 4 and not folder.exists()
    assert codes(4, "ssr").facts["options"]["variant"] == "ssr"
    (kept,) = folder.glob("*.pt")
    stamp = kept.stat().st_mtime_ns
    codes(8, "ssr"), codes(4, "full")
    assert [path.stat().st_mtime_ns for path in folder.glob("*.pt")] == [stamp]
    codes(4, "ssr", seed=2)
    assert len(list(folder.glob("*.pt"))) == 2


@pytest.mark.slow
def test_a_run_trains_the_late_blocks_and_shares_its_generator_with_runs_of_the_head(data, tmp_path):
    """From block 12 on: the maps before it are of the pictures and their mirror images, 112 × 4 × 4 at 64 px."""
    gan = {"gan_epochs": 1, "generator_width": 8, "judge_width": 2, "variant": "full"}
    tiny = {"epochs": 1, "batch_size": 10, "hidden": 8} | gan
    tail = tiny | {"fine_tune": True, "fine_tune_from": 12}
    found = [encode(fit(RunSpec("cifar10", "ssgah", 8, image_size=64, options=o), data)) for o in (tiny, tail)]
    assert [each.facts["maps"] for each in found] == [[1280], [112, 4, 4]]
    assert found[0].codes_hash() != found[1].codes_hash() and len(list((tmp_path / "cache" / "gans").glob("*.pt"))) == 1


@pytest.mark.slow
@pytest.mark.parametrize(("method", "block", "form"), [("ssdh", 17, [320, 2, 2]), ("cnnh", 0, [3, 64, 64])])
def test_a_run_trains_one_block_or_all(data, method, block, form):
    options = {"epochs": 1, "batch_size": 10, "fine_tune": True, "fine_tune_from": block}
    trained = fit(RunSpec("cifar10", method, 8, image_size=64, options=options), data)
    assert encode(trained).facts["maps"] == form and trained.inputs.dtype == (np.float16 if block else np.uint8)


def test_codes_are_read_back_as_they_were(data, tmp_path):
    encoded = encode(fit(SPEC, data))
    encoded.save(tmp_path / "codes.npz")
    again = EncodedImages.load(tmp_path / "codes.npz")
    assert again.codes_hash() == encoded.codes_hash() and again.facts == json.loads(json.dumps(encoded.facts))
    assert isinstance(again.images, BinaryCodes)


def test_a_record_names_its_conventions(data):
    prepared = PreparedRun(SPEC, data, {})
    record = make_record(prepared, with_provenance(prepared, fit(SPEC, data)))
    assert record["data"]["counts"]["train"] == 20 and record["data"]["maps"] == [512]
    assert record["convention"]["database"].startswith("map: all but the queries")
    assert record["options"]["anchors"] == 20 and record["provenance"]["weights"] == "none"
    assert [set(step) for step in record["history"]] == [{"objective"}] * 5


@pytest.mark.slow
def test_a_data_set_of_pairs_gives_its_images(results):
    spec = RunSpec("emoji-scenes", "itq", 16)
    record = run(spec)
    assert read_record(results / spec.record_path()) == record
    assert record["metrics"]["chance"] < record["metrics"]["map"] < 1


def test_fewer_and_more_labels_have_the_same_queries_and_lie_in_each_other():
    pairs = pairs_of(*stripes())
    usual = make_class_split(pairs, **SIZES, seed=4)
    few, same, more = (class_split_of_size(pairs, SIZES, count, seed=4) for count in (8, 20, 40))
    assert (few.query == usual.query).all() and (more.query == usual.query).all()
    assert (same.train == usual.train).all()
    assert set(few.train) < set(usual.train) < set(more.train)
    assert (pairs.labels[few.train].sum(axis=0) == 2).all()
    with pytest.raises(AdahError, match="train_size=7: cifar10 is split by class, and has 4 classes; give a multiple"):
        class_split_of_size(pairs, SIZES, 7)
    with pytest.raises(AdahError, match="3 queries and 30 labelled images a class"):
        class_split_of_size(pairs, SIZES, 120)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"protocol": "top-500"}, "unknown protocol 'top-500'; did you mean 'top-5000'"),
        ({"attention": "both"}, "attention='both' is for adah"),
        ({"method": "itk"}, "unknown method 'itk'; did you mean 'itq'"),
        ({"options": {"iterations": 0}}, "must be at least 1"),
    ],
)
def test_a_wrong_run_is_one_sentence(fields, sentence):
    with pytest.raises(AdahError, match=sentence):
        RunSpec(**({"dataset": "cifar10", "method": "sdh", "bits": 8} | fields))
