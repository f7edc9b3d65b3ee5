"""What the database holds: each item's own code, or one of both sides of a pair, by the method's convention."""

from types import SimpleNamespace

import numpy as np
import pytest

from adahlib.datasets.splits import Split
from adahlib.experiments.frames import Trained, encode
from adahlib.methods import make_method

QUERY, DATABASE, TRAIN = np.arange(20), np.arange(20, 120), np.arange(50, 110)


def trained(method, **options):
    """A shallow method that learned from some of the database, with all pairs as a run holds them."""
    rng = np.random.default_rng(0)
    labels = np.eye(3, dtype=np.uint8)[rng.integers(0, 3, 120)]
    noise = [3 * rng.normal(size=(120, width)) for width in (12, 9)]  # so that codes of sides differ
    images, texts = (labels @ rng.normal(size=(3, part.shape[1])) + part for part in noise)
    made = make_method(method, 8, **options).fit(images[TRAIN], texts[TRAIN], labels[TRAIN])
    nothing = np.arange(0)
    split = Split(query=QUERY, database=DATABASE, train=TRAIN, validation=nothing)
    return Trained(made, SimpleNamespace(tags=texts, labels=labels), split, images, None, {})


def equal(one, other):
    return np.array_equal(one.packed, other.packed)


@pytest.mark.parametrize("codes", ["unified", "combined", "per-modality"])
def test_the_database_of_seph(codes):
    run = trained("seph", database_codes=codes, anchor_count=20, max_train=40)
    method, encoded = run.method, encode(run)
    own = method.encode_images(run.inputs), method.encode_texts(run.pairs.tags)
    pairs = method.encode_pairs(run.inputs, run.pairs.tags)
    rest = np.setdiff1d(DATABASE, TRAIN)
    for found, side in zip((encoded.images, encoded.texts), own, strict=True):
        assert equal(found[QUERY], side[QUERY])  # a query has one side
        assert equal(found[rest], (side if codes == "per-modality" else pairs)[rest])
        assert equal(found[TRAIN], side[TRAIN]) is (codes == "per-modality")
        assert equal(found[TRAIN], pairs[TRAIN]) is (codes == "combined")
        assert equal(found[TRAIN], method.training_codes_) is (codes != "per-modality")
    assert encoded.facts["database_codes"] == encoded.facts["options"]["database_codes"] == codes
    assert encoded.facts["validated"] is (codes == "per-modality")  # else a validation pair would be its own answer


@pytest.mark.parametrize("codes", ["unified", "per-modality"])
def test_the_database_of_cmfh_has_no_codes_of_pairs_that_did_not_train(codes):
    run = trained("cmfh", database_codes=codes)
    encoded, own = encode(run), run.method.encode_images(run.inputs)
    others = np.setdiff1d(np.arange(120), TRAIN)
    assert equal(encoded.images[others], own[others]) and encoded.facts["validated"]
    assert equal(encoded.images[TRAIN], encoded.texts[TRAIN]) is (codes == "unified")
