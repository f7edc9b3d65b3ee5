"""Analyses as files: what they were made from, and what makes them stale."""

import json

import numpy as np
import pytest

from adahlib.errors import AdahError
from adahlib.experiments.analyses import ANALYSES, analysis_module, kept
from adahlib.experiments.analyses.kept import Inputs, analysis_path, analysis_sources, read_analysis, write_analysis
from adahlib.experiments.analyses.masks import AdahWithStart, agreement, image_codes, start_masks, text_codes
from adahlib.experiments.analyses.shares import runs as shares_runs
from adahlib.experiments.analyses.true_masks import true_masks
from adahlib.experiments.profiles import EPOCHS
from adahlib.experiments.records.store import write_record
from adahlib.experiments.spec import RunSpec
from adahlib.files import write_sealed
from tests.made_up import made_up_record
from tests.toys import TINY_ADAH, toy_pairs

SPEC = RunSpec("emoji-scenes", "adah", 32)


@pytest.fixture
def record(results):
    """A record whose codes an analysis read."""
    made = made_up_record(SPEC, 0.6, 0.5) | {"codes_hash": "c0de"}
    write_record(made, results / SPEC.record_path())
    return made


def written(results, **changes):
    """Return an analysis of that record as it is read back, after its file was changed."""
    write_analysis("unseen", {"rows": []}, SPEC, Inputs({str(SPEC.record_path()): "c0de"}))
    path = analysis_path("unseen")
    write_sealed(json.loads(path.read_text()) | changes, path)
    return read_analysis("unseen")


def test_an_analysis_is_current_as_long_as_its_inputs_and_source_are(results, record):
    found = written(results)
    assert found["stale"] == "" and found["measured"] == {"rows": []}
    assert found["provenance"]["device"] and list(found["inputs"].values()) == ["c0de"]


def test_codes_that_were_made_again_make_it_stale(results, record):
    written(results)
    write_record(record | {"codes_hash": "other"}, results / SPEC.record_path())
    assert read_analysis("unseen")["stale"] == f"{SPEC.record_path()} has other codes now"
    (results / SPEC.record_path()).unlink()
    assert read_analysis("unseen")["stale"] == f"{SPEC.record_path()} has other codes now"


@pytest.mark.parametrize(
    ("part", "module"),
    [
        ("own", "adahlib.experiments.analyses.unseen"),
        ("evaluation", "adahlib.retrieval.ranking"),
    ],
)
def test_source_that_changed_makes_it_stale(results, record, part, module):
    sources = analysis_sources("unseen", SPEC, trains=False)
    sources[part] |= {module: "older"}
    assert written(results, sources=sources)["stale"] == f"{module.removeprefix('adahlib.')} changed"


def test_an_analysis_that_trains_depends_on_the_training(results):
    write_analysis("true_masks", {"rows": []}, SPEC)
    path = analysis_path("true_masks")
    record = json.loads(path.read_text())
    assert read_analysis("true_masks")["stale"] == "" and "adahlib.losses.triplet" in record["sources"]["training"]
    record["sources"]["training"]["adahlib.losses.triplet"] = "older"
    write_sealed(record, path)
    assert read_analysis("true_masks")["stale"] == "losses.triplet changed"


def test_what_keeps_the_numbers_is_none_of_what_they_depend_on():
    own = analysis_sources("shares", SPEC, trains=False)["own"]
    assert set(own) == {f"adahlib.experiments.analyses.{name}" for name in ("shares", "unseen")}


def test_an_analysis_that_trains_depends_on_its_run_s_options(results, monkeypatch):
    monkeypatch.setattr(kept, "known_data", lambda spec: "data of then")
    record = json.loads(write_analysis("true_masks", {"rows": []}, SPEC).read_text())
    assert record["fingerprint"]["data"] == "data of then" and read_analysis("true_masks")["stale"] == ""
    monkeypatch.setattr(kept, "known_data", lambda spec: 1 / 0)  # a page that reads it reads no data
    monkeypatch.setitem(EPOCHS[SPEC.dataset], SPEC.profile, 7)
    assert read_analysis("true_masks")["stale"] == "the spec's options changed"


def test_an_older_file_without_options_and_data_stays_as_it_is(results):
    write_analysis("true_masks", {"rows": []}, SPEC)
    path = analysis_path("true_masks")
    record = json.loads(path.read_text())
    del record["options"], record["fingerprint"]
    write_sealed(record, path)
    assert read_analysis("true_masks")["stale"] == ""


def test_missing_and_torn_analyses_name_their_command(results):
    with pytest.raises(AdahError, match="make it with `adah analyse unseen`"):
        read_analysis("unseen")
    write_analysis("unseen", {"rows": []}, SPEC, Inputs())
    analysis_path("unseen").write_text('{"schema": 1')
    with pytest.raises(AdahError, match="make it with `adah analyse unseen`"):
        read_analysis("unseen")


def test_names():
    assert all(callable(analysis_module(name).main) for name in ANALYSES)
    with pytest.raises(AdahError, match="unknown analysis 'unsen'; did you mean 'unseen'"):
        analysis_module("unsen")


def test_cells_of_true_masks_are_those_with_enough_foreground():
    masks = np.zeros((1, 8, 8), bool)
    masks[0, :2, :2] = True  # all of the first cell of 4 × 4
    masks[0, 2, 2] = True  # a quarter of a cell, below the share
    found = true_masks(type("Pairs", (), {"masks": masks}), side=4)
    assert found.shape == (1, 4, 4) and found[0, 0, 0] and found.sum() == 1


@pytest.fixture(scope="module")
def with_start():
    """A tiny ADAH that kept its untrained attention, with the maps, texts and labels that it learned from."""
    maps, texts, labels = toy_pairs()
    method = AdahWithStart(16, 0, **TINY_ADAH, attention="both")
    method.fit(maps, texts, labels)
    return method, maps, texts


def test_codes_with_given_masks_are_the_methods_own_where_the_masks_are(with_start):
    method, maps, texts = with_start
    own = method.image_masks(maps), method.text_masks(texts)
    assert (image_codes(method, maps, own[0]).packed == method.encode_images(maps).packed).all()
    assert (text_codes(method, texts, own[1]).packed == method.encode_texts(texts).packed).all()
    assert (image_codes(method, maps, ~own[0]).packed != method.encode_images(maps).packed).any()


def test_the_untrained_attention_is_kept_as_it_was(with_start):
    method, maps, texts = with_start
    images, words = start_masks(method, maps, texts)
    assert images.shape == method.image_masks(maps).shape and words.shape == method.text_masks(texts).shape
    before, after = (module.state_dict() for module in (method.start["G_I"], method.network_.G_I))
    assert before.keys() == after.keys() and any((before[name] != after[name]).any() for name in before)
    assert 0.3 < agreement(images, method.image_masks(maps))["agreement"] <= 1


def test_agreement_beside_chance():
    one, other = np.array([1, 1, 0, 0], bool), np.array([1, 0, 0, 0], bool)
    assert agreement(one, other) == {"agreement": 0.75, "chance": 0.5}
    assert agreement(one, one)["agreement"] == 1.0


def test_shares_are_of_the_grid_and_of_the_tables():
    runs = shares_runs()
    assert len({spec.record_path() for spec in runs}) == len(runs)
    assert {(spec.dataset, spec.train_size) for spec in runs} >= {("mirflickr25k", 0), ("mirflickr25k", 500)}
