"""The data of runs in one Python session: a file that is written anew is read anew, and no record is of other data."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from adahlib.datasets import ImageTextPairs, write_pairs
from adahlib.experiments import RunSpec, read_record, run
from adahlib.experiments.records.state import run_state
from adahlib.experiments.rundata import hash_of_data, load_data

COUNT = 60


def own_pairs(labels):
    """Return pairs of noise; each has one of three words, and one of three labels."""
    generator = np.random.default_rng(0)
    words = generator.integers(0, 3, COUNT)
    return ImageTextPairs(
        name="own",
        ids=tuple(f"{i:02d}.png" for i in range(COUNT)),
        images=generator.integers(0, 256, (COUNT, 32, 32, 3), dtype=np.uint8),
        tags=csr_matrix(np.eye(3, dtype=np.uint8)[words]),
        labels=np.eye(3, dtype=np.uint8)[words if labels == "right" else np.roll(words, 1)],
        vocabulary=("a", "b", "c"),
        label_names=("x", "y", "z"),
        image_hash="0" * 64,
    )


def test_the_number_of_training_pairs_is_part_of_the_data(file):
    hashes = {size: hash_of_data(str(file), 0, False, size) for size in (0, 10, 20, 51)}
    assert len(set(hashes.values())) == 3 and hashes[0] == hashes[51]  # the set's own number is 51
    assert len(load_data(str(file), 0, False, 10).split.train) == 10
    assert load_data(str(file), 0, False, 10).hash == hashes[10]


def numbers(record):
    """Return what two records of the same data have in common."""
    return {part: record[part] for part in ("spec", "metrics", "codes_hash", "fingerprint", "data")}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "own.h5"
    write_pairs(own_pairs("wrong"), path)
    return path


def test_a_file_is_read_once_while_it_stays_and_again_when_it_is_another(file):
    first = load_data(str(file), 0, False)
    assert load_data(str(file), 0, False).pairs is first.pairs
    write_pairs(own_pairs("right"), file)
    second = load_data(str(file), 0, False)
    assert (second.pairs.labels != first.pairs.labels).any()
    assert second.hash == hash_of_data(str(file), 0, False) != first.hash
    write_pairs(own_pairs("wrong"), file)
    assert hash_of_data(str(file), 0, False) == first.hash


@pytest.mark.slow
def test_a_record_is_of_the_data_that_it_says_after_the_file_was_corrected(file, results):
    spec = RunSpec(str(file), "cca", 8)
    wrong = run(spec)
    write_pairs(own_pairs("right"), file)
    assert run_state(spec).name == "stale"
    right = run(spec)
    assert run_state(spec).name == "done" and right == read_record(results / spec.record_path())
    assert right["data"]["hash"] != wrong["data"]["hash"] and right["metrics"] != wrong["metrics"]
    write_pairs(own_pairs("wrong"), file)
    again = run(spec)
    assert numbers(again) == numbers(wrong)


@pytest.mark.slow
def test_codes_that_are_torn_are_set_aside_and_made_again(file, results):
    spec = RunSpec(str(file), "cca", 8)
    first = run(spec)
    (kept,) = (results.parent / "cache" / "encoded").glob("*.npz")
    whole = kept.read_bytes()
    facts = {"images": np.zeros((COUNT, 1), np.uint8), "texts": np.zeros((COUNT, 1), np.uint8), "bits": 8}
    for content in (b"", whole[:50], whole[:-40], whole.replace(b"images", b"emojis"), b"\0" * len(whole), facts):
        (results / spec.record_path()).unlink()
        if isinstance(content, bytes):
            kept.write_bytes(content)
        else:
            np.savez(kept, facts='{"history": []}', **content)
        with pytest.warns(RuntimeWarning, match=rf"{kept.name} is damaged and is made again"):
            again = run(spec)
        assert numbers(again) == numbers(first)
        assert kept.exists() and kept.with_name(f"{kept.name}.broken").exists()
