"""The state of a run whatever its record or its ``.failed`` holds: done, stale, failed or missing, and no traceback."""

import json

import numpy as np
import pytest

from adahlib.errors import AdahError
from adahlib.experiments import RunSpec, load_results, read_record
from adahlib.experiments.grids.estimate import typical_seconds
from adahlib.experiments.records.state import current_record, failure_path, run_state
from adahlib.experiments.records.store import write_record
from adahlib.files import write_sealed
from tests.damage import flipped
from tests.made_up import made_up_record

SPEC = RunSpec("mirflickr25k", "adah", 16)


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A record of a made-up run."""
    monkeypatch.setenv("ADAH_DATA", str(tmp_path / "no-data"))
    path = tmp_path / SPEC.record_path()
    write_record(made_up_record(SPEC, 0.7, 0.6), path)
    return path


def state(path):
    return run_state(SPEC, path.parents[3])


def test_a_digit_that_was_changed_is_noticed(path):
    assert state(path).name == "done"
    text = path.read_text()
    path.write_text(text.replace('"map_t2i": 0.7', '"map_t2i": 0.9'))
    assert path.read_text() != text
    assert state(path).name == "stale" and "has changed since it was written" in state(path).reason
    assert current_record(SPEC, path) is None
    with pytest.raises(AdahError, match=r"16-0\.json is not a readable record"):
        read_record(path)


def test_no_flipped_bit_leaves_a_record_done_with_other_numbers(path):
    whole, record = path.read_bytes(), read_record(path)
    found = set()
    for bit in np.random.default_rng(0).permutation(8 * len(whole))[:300]:
        path.write_bytes(flipped(whole, int(bit)))
        name = state(path).name
        assert name == "stale" or read_record(path) == record
        found.add(name)
    assert found <= {"done", "stale"} and "stale" in found


def without(record, name):
    """Return a record without one nested key, named with dots."""
    copy = part = json.loads(json.dumps(record))
    *way, last = name.split(".")
    for key in way:
        part = part[key]
    del part[last]
    return copy


@pytest.mark.parametrize(
    "name",
    [
        "metrics.map_i2t", "metrics.chance", "provenance", "provenance.device", "provenance.seconds.total",
        "spec.options", "spec.attention", "options", "data.image_size", "fingerprint.training", "convention", "schema",
    ],
)  # fmt: skip
def test_a_record_that_lacks_a_part_is_stale_with_one_sentence(path, name):
    """Such a record may even have the right digest, if another program wrote it."""
    write_sealed(without(read_record(path), name), path)
    found = state(path)
    assert found.name == "stale" and "\n" not in found.reason and "delete it and run it again" in found.reason
    assert typical_seconds(path.parents[3]) == {}
    with pytest.raises(AdahError):
        load_results(path.parents[3])


@pytest.mark.parametrize("metrics", [{}, {"map_i2t": None, "map_t2i": 0.5, "chance": 0.1}, [], "0.5"])
def test_metrics_that_are_none_are_neither_written_nor_read(path, metrics):
    record = read_record(path)
    with pytest.raises(AdahError, match="no record is written"):
        write_record(record | {"metrics": metrics}, path)
    assert read_record(path) == record
    write_sealed(record | {"metrics": metrics}, path)
    assert state(path).name == "stale"


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_are_none_are_not_written(path, number):
    record = made_up_record(SPEC, number, 0.6)
    with pytest.raises(AdahError, match=f"no record is written to .*: metrics.map_t2i is {number}"):
        write_record(record, path)


NO_RECORDS = [b"", b"{", b"\xff", b"[" * 100_000, b'{"a":' * 50_000, b"null", b"[]", b"NaN"]


@pytest.mark.parametrize("content", NO_RECORDS, ids=[repr(content[:6]) for content in NO_RECORDS])
def test_a_file_that_is_no_record_is_stale(path, content):
    path.write_bytes(content)
    found = state(path)
    assert found.name == "stale" and "\n" not in found.reason
    assert current_record(SPEC, path) is None


def test_a_folder_in_the_place_of_a_record_is_stale(path):
    path.unlink()
    path.mkdir()
    assert state(path).name == "stale"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"\n\n\n", b"why\n" * 3, b"x" * 100_000])
def test_a_reason_that_is_torn_is_no_reason(path, content):
    path.unlink()
    failure_path(path).write_bytes(content)
    assert state(path).name == "missing"
    failure_path(path).unlink()
    failure_path(path).mkdir()
    assert state(path).name == "missing"
