"""What ``adahlib.datasets`` offers: every name is there, heavy libraries wait, and runs share what was read."""

import ast
import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

import adahlib.datasets
from adahlib.datasets import ImageTextPairs, Split, load_dataset, load_with_split, write_pairs
from adahlib.errors import AdahError


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


def test_checkers_of_types_read_the_names_that_are_imported_on_use():
    tree = ast.parse(Path(adahlib.datasets.__file__).read_text(encoding="utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    found = {alias.name: node.module for node in block.body for alias in node.names}
    assert found == {name: f"adahlib.datasets.{module}" for name, module in adahlib.datasets.ON_USE.items()}


def test_a_name_may_be_a_path(monkeypatch, tmp_path):
    monkeypatch.setenv("ADAH_DATA", str(tmp_path))
    with pytest.raises(AdahError, match=r"mirflickr25k\.zip is missing"):
        load_dataset(Path("mirflickr25k"))
