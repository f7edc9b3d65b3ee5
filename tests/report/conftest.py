"""Small records in the schema of ``experiments.run``, made up, in a folder of the test's own."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from adahlib.datasets.pairs import ImageTextPairs
from adahlib.experiments import RunSpec
from adahlib.experiments.records.store import write_record
from adahlib.report.records import find_records
from tests.made_up import made_up_record


@pytest.fixture
def results(tmp_path, monkeypatch):
    """A results folder of the test's own; ``results(spec, t2i, i2t, gap)`` adds a record and returns the folder.

    With ``changed``, a module of adahlib, the record is stale: that module has changed since.
    """
    monkeypatch.setenv("ADAH_RESULTS", str(tmp_path / "results"))

    def add(spec, t2i=0.6, i2t=0.5, gap=None, changed=None):
        record = made_up_record(spec, t2i, i2t, gap)
        if changed:
            record["fingerprint"]["training"][changed] = "of another day"
        write_record(record, tmp_path / "results" / spec.record_path())
        return tmp_path / "results"

    return add


@pytest.fixture
def ablation(results):
    """Records of none and both on MIRFlickr-25K at 16 bits, two seeds each."""
    for seed, shift in ((0, -0.01), (1, 0.01)):
        for attention, t2i, i2t in (("none", 0.70, 0.71), ("both", 0.80, 0.75)):
            results(RunSpec("mirflickr25k", "adah", 16, seed, attention=attention), t2i + shift, i2t)
    return results


@pytest.fixture
def one_stale(results):
    """Four records, of which one, with both attentions, was made before the triplet loss was changed."""
    specs = [RunSpec("mirflickr25k", "adah", 16, seed, attention=a) for a in ("none", "both") for seed in (0, 1)]
    for spec in specs:
        old = (spec.attention, spec.seed) == ("both", 1)
        results(spec, 0.7, 0.6, 0.4, changed="adahlib.losses.triplet" if old else None)
    return find_records(specs)


@pytest.fixture
def pairs():
    """Four pairs of 6 × 6 pixels, a word each, two labels."""
    rng = np.random.default_rng(0)
    return ImageTextPairs(
        name="made-up",
        ids=("a", "b", "c", "d"),
        images=rng.integers(0, 255, (4, 6, 6, 3), np.uint8),
        tags=csr_matrix(np.eye(4, dtype=np.uint8)),
        labels=np.array([[1, 0], [0, 1], [1, 1], [1, 0]], np.uint8),
        vocabulary=("w0", "w1", "w2", "w3"),
        label_names=("x", "y"),
        image_hash="0",
        masks=rng.random((4, 6, 6)) > 0.5,
    )


@pytest.fixture
def texts_of():
    """A function: titles and axis labels of a figure's axes."""

    def texts(figure):
        return [text.get_text() for axis in figure.axes for text in (axis.title, axis.xaxis.label, axis.yaxis.label)]

    return texts
