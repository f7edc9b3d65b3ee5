"""What ``adahlib.datasets`` offers: every name is there, heavy libraries wait, and runs share what was read."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
from scipy.sparse import csr_matrix

import adahlib.datasets
from adahlib.datasets import ImageTextPairs, Split, load_dataset, load_with_split, write_pairs


def test_every_public_name_is_there_and_is_listed():
    assert len(set(adahlib.datasets.__all__)) == len(adahlib.datasets.__all__)
    assert set(adahlib.datasets.ON_USE) <= set(adahlib.datasets.__all__) <= set(dir(adahlib.datasets))
    assert all(getattr(adahlib.datasets, name) is not None for name in adahlib.datasets.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'read_everything'"):
        adahlib.datasets.read_everything  # noqa: B018


@pytest.mark.slow
def test_importing_loads_no_library_that_few_uses_need():
    heavy = "h5py PIL requests pooch resvg_py pandas sklearn torch"
    code = f"import adahlib.datasets, sys; print(*set({heavy!r}.split()) & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


@pytest.mark.slow
def test_a_data_set_and_its_split_are_read_once(tmp_path, monkeypatch):
    monkeypatch.setenv("ADAH_CACHE", str(tmp_path))
    scenes = dataclasses.replace(load_dataset("emoji-scenes", scenes=40), name="own")
    write_pairs(scenes, tmp_path / "own.h5")
    pairs, split = load_with_split(tmp_path / "own.h5", 1)
    assert split.counts() == {"query": 4, "database": 36, "train": 34, "validation": 2}
    again, other = load_with_split(tmp_path / "own.h5", 1), load_with_split(tmp_path / "own.h5", 2)
    assert again[0] is pairs and again[1] is split
    assert other[0].content_hash() == pairs.content_hash() and other[1].content_hash() != split.content_hash()


def test_pairs_print_as_one_line():
    size = {"name": "own", "ids": ("a", "b"), "images": [0, 0], "image_hash": ""}
    names = {"vocabulary": ("x", "y", "z"), "label_names": ("c",)}
    pairs = ImageTextPairs(tags=csr_matrix((2, 3)), labels=np.ones((2, 1)), **size, **names)
    assert repr(pairs) == str(pairs) == "<ImageTextPairs 'own': 2 pairs, 3 tags, 1 labels>"
    parts = Split(*(np.array(part) for part in ([0], [1], [1], [])))
    assert repr(dataclasses.replace(pairs, split=parts)).endswith("1 query, 1 database, 1 train, 0 validation>")
