"""Average precisions query by query: those of the record's MAP, kept, and read while they belong to its codes."""

import dataclasses
import shutil

import numpy as np
import pytest

from adahlib.datasets import miniature_pairs, write_pairs
from adahlib.experiments import RunSpec, read_record, run
from adahlib.experiments.analyses.kept import Inputs
from adahlib.experiments.analyses.precisions import precisions_path, query_precisions
from adahlib.experiments.records.store import write_record
from adahlib.files import write_sealed


@pytest.fixture
def spec(results, tmp_path):
    """A run of LSH that has a record."""
    write_pairs(miniature_pairs(), tmp_path / "pictures.h5")
    made = RunSpec(str(tmp_path / "pictures.h5"), "lsh", 8, backbone="gist")
    run(made)
    return made


def forgotten_codes(results):
    """Remove the cache of codes; return its folder, which a run would make again."""
    folder = results.parent / "cache" / "encoded"
    shutil.rmtree(folder)
    return folder


def test_kept_precisions_are_the_records_and_need_no_training(spec, results):
    first = Inputs()
    found = query_precisions(spec, first)
    record = read_record(results / spec.record_path())
    assert found.mean() == pytest.approx(record["metrics"]["map"])
    folder, second = forgotten_codes(results), Inputs()
    assert query_precisions(spec, second).tolist() == found.tolist() and not folder.exists()
    assert first.used == second.used == {str(spec.record_path()): record["codes_hash"]}


def test_labels_that_changed_under_the_same_codes_are_seen(spec, results, tmp_path):
    """LSH reads no label, so that its codes stay as they are."""
    before = query_precisions(spec, Inputs())
    pairs = miniature_pairs()
    other = dataclasses.replace(pairs, labels=pairs.labels[np.random.default_rng(0).permutation(len(pairs))])
    write_pairs(other, tmp_path / "pictures.h5")
    record = run(spec, force=True)
    found = query_precisions(spec, Inputs())
    assert found.mean() == pytest.approx(record["metrics"]["map"]) != before.mean()


@pytest.mark.parametrize("changed", ["codes", "evaluation", "file", "form"])
def test_precisions_of_other_codes_or_of_another_evaluation_are_made_anew(spec, results, changed):
    found = query_precisions(spec, Inputs())
    path = precisions_path(spec)
    record = read_record(results / spec.record_path())
    about = {"codes_hash": record["codes_hash"], "data": record["fingerprint"]["data"], "device": "cpu"}
    about |= {"evaluation": {}, "average_precision": [0.5]}
    if changed == "codes":
        write_record(record | {"codes_hash": "other"}, results / spec.record_path())
    elif changed == "evaluation":
        write_sealed(about, path)
    elif changed == "form":
        write_sealed({"codes_hash": record["codes_hash"]}, path)
    else:
        path.write_text(path.read_text()[:-20])
    folder = forgotten_codes(results)
    assert query_precisions(spec, Inputs()).tolist() == found.tolist() and folder.exists()
