"""Fingerprints: what changes numbers makes records stale, what does not leaves them, and proofs keep them current."""

import dataclasses
import json

import pytest

from adahlib.experiments.records.fingerprint import (
    Comparison,
    compare,
    fingerprint,
    hash_of_spec,
    scored_sources,
    shortened,
    sources,
    training_key,
)
from adahlib.experiments.records.proofs import Proof
from adahlib.experiments.records.source import module_path
from adahlib.experiments.spec import RunSpec
from tests.source_texts import hash_of_text

SPEC = RunSpec("emoji-scenes", "adah", 16)


def record_of(spec, data=None, **parts):
    """Return as much of a record as is compared; ``parts`` replace parts of its fingerprint."""
    options = json.loads(json.dumps(spec.resolved_options()))
    made = {"spec": dataclasses.asdict(spec), "options": options, "provenance": {"device": "cpu"}}
    return made | {"fingerprint": fingerprint(spec, data) | parts}


def changed(part, name, digest="another"):
    """Return a part of the fingerprint in which a module had another hash."""
    return {part: fingerprint(SPEC)[part] | {name: digest}}


def test_the_modules_of_a_run():
    names = set(sources(SPEC))
    within = ("experiments.frames", "methods.deep.adah", "losses.triplet", "training", "features")
    assert {f"adahlib.{name}" for name in within} <= names
    outside = ("report", "cli", "datasets", "experiments.records", "experiments.running", "experiments.spec")
    assert not any(name.removeprefix("adahlib.").startswith(outside) for name in names)
    assert "adahlib.retrieval.ranking" not in names and "adahlib.retrieval.ranking" in fingerprint(SPEC)["evaluation"]
    best = RunSpec("emoji-scenes", "adah", 16, options={"epoch_choice": "best"})
    assert "adahlib.retrieval.ranking" in sources(best)
    assert fingerprint(SPEC)["training"].keys() & scored_sources(SPEC).keys()  # what both need counts as training


@pytest.mark.parametrize(
    ("module", "old", "new", "same"),
    [
        ("adahlib.losses.triplet", "import", "# another comment\nimport", True),
        ("adahlib.losses.triplet", '"""', '"""Another docstring. ', True),
        ("adahlib.losses.triplet", "margin: float,", "margin,", True),
        ("adahlib.losses.triplet", "margin: float,", "margin: float = 1,", False),
        ("adahlib.losses.adversarial", 'terms["T→Î"]', 'terms["T→I2"]', False),
        ("adahlib.retrieval.average_precision", "cumsum", "cumprod", False),
    ],
)
def test_a_change_to_the_source(module, old, new, same):
    text = module_path(module).read_text(encoding="utf-8")
    digest = ({**fingerprint(SPEC)["training"], **fingerprint(SPEC)["evaluation"]})[module]
    assert hash_of_text(text) == digest and old in text
    assert (hash_of_text(text.replace(old, new, 1)) == digest) == same


def test_spec_and_data():
    assert compare(SPEC, record_of(SPEC, "data"), "data") == Comparison((), True, ())
    assert compare(SPEC, record_of(SPEC, "data of another day"), "data").changes == ("the data changed",)
    assert not compare(SPEC, record_of(SPEC, "any data"), None).changes  # the data is not here: not compared
    other = RunSpec("emoji-scenes", "adah", 16, options={"margin": 2.0})
    assert compare(SPEC, record_of(other), None).changes == ("the spec's options changed",)
    for old in (None, {"spec": "1", "training": {}, "evaluation": {}}):
        assert compare(SPEC, record_of(SPEC) | {"fingerprint": old}, None).changes == (
            "the record is older than fingerprints",
        )


def test_an_option_that_came_later_does_not_count_and_one_that_went_does():
    record = record_of(SPEC)
    older = {name: value for name, value in record["options"].items() if name != "hash_init"}
    of_older = record["fingerprint"] | {"spec": hash_of_spec(record["spec"], older)}
    assert not compare(SPEC, record | {"options": older, "fingerprint": of_older}, None).changes
    more = record["options"] | {"gone": 1}
    of_more = record["fingerprint"] | {"spec": hash_of_spec(record["spec"], more)}
    assert compare(SPEC, record | {"options": more, "fingerprint": of_more}, None).changes


def test_modules_by_training_and_evaluation():
    trained = compare(SPEC, record_of(SPEC, **changed("training", "adahlib.losses.triplet")), None)
    assert trained == Comparison(("losses.triplet changed",), False, ())
    scored = compare(SPEC, record_of(SPEC, **changed("evaluation", "adahlib.retrieval.ranking")), None)
    assert scored == Comparison(("retrieval.ranking changed",), True, ())
    assert not compare(SPEC, record_of(SPEC, **changed("training", "adahlib.losses.gone")), None).changes


def test_a_proof_keeps_records_of_its_own_device_current():
    old = fingerprint(SPEC)["training"] | {"adahlib.losses.triplet": "another"}
    proof = Proof("2026-01-02-triplets", "training", "cpu", old, fingerprint(SPEC)["training"])
    record = record_of(SPEC, training=old)
    assert compare(SPEC, record, None, (proof,)) == Comparison((), True, ("2026-01-02-triplets",))
    assert compare(SPEC, record | {"provenance": {"device": "NVIDIA H100"}}, None, (proof,)).changes
    unfinished = dataclasses.replace(proof, new=old | {"adahlib.losses.triplet": "yet another"})
    assert compare(SPEC, record, None, (unfinished,)).changes == ("losses.triplet changed",)


def test_the_key_of_a_training_leaves_the_evaluation_out():
    record = record_of(SPEC, **changed("evaluation", "adahlib.retrieval.ranking"))
    assert training_key(record["fingerprint"]) == training_key(fingerprint(SPEC))
    other = record_of(SPEC, **changed("training", "adahlib.losses.triplet"))
    assert training_key(other["fingerprint"]) != training_key(fingerprint(SPEC))


def test_a_profile_counts_by_its_options_alone():
    quick = RunSpec("emoji-scenes", "adah", 16, profile="quick")
    own = quick.resolved_options()
    del own["attention"]
    spelled_out = RunSpec("emoji-scenes", "adah", 16, profile="paper", options=own, backbone=quick.backbone)
    assert fingerprint(spelled_out) == fingerprint(quick)


def test_more_than_three_modules_of_a_package_are_counted():
    few, many = ["losses.a", "losses.b", "losses.c"], ["methods.a", "methods.b", "methods.c", "methods.d"]
    assert shortened([]) == [] and shortened(few) == few
    assert shortened([*few, *many, "training"]) == [*few, "methods (4 modules)", "training"]
