"""Captions reach a method that reads words in their order: as numbers, and through a run on one's own data."""

import dataclasses

import numpy as np
import pytest
from PIL import Image

from adahlib.datasets import convert_own, read_own
from adahlib.datasets.pairs import TAGS_IN_ORDER
from adahlib.experiments import RunSpec, run
from adahlib.experiments.encoded import Encoded
from adahlib.experiments.running import prepare
from adahlib.experiments.sentences import only_tags, sentences

OPTIONS = {"sentence_width": 16, "image_hidden": (8,), "epochs": 12, "batch_size": 8}
OPTIONS |= {"hashing_weight": 0.1, "learning_rate": 1e-2}


def own_folder(tmp_path, texts):
    """Write one picture a text, red or blue as its first word says, which is its label too."""
    folder = tmp_path / "own"
    folder.mkdir()
    rows = ["image,text,labels"]
    for number, text in enumerate(texts):
        first = text.split()[0]
        Image.new("RGB", (64, 64), first).save(folder / f"{number:02d}.png")
        rows.append(f"{number:02d}.png,{text},{first}")
    (folder / "texts.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def test_captions_as_numbers_of_the_vocabulary_in_their_order(tmp_path):
    pairs = read_own(own_folder(tmp_path, ["red then blue", "blue then red red", "red but"]))
    assert pairs.vocabulary == ("blue", "but", "red", "then")
    assert sentences(pairs).tolist() == [[3, 4, 1, 0], [1, 4, 3, 3], [3, 2, 0, 0]]
    fewer = dataclasses.replace(pairs, vocabulary=("blue", "then"), tags=pairs.tags[:, [0, 3]])
    assert sentences(fewer).tolist() == [[2, 1], [1, 2], [0, 0]]  # a word outside the vocabulary is left out
    assert sentences(dataclasses.replace(pairs, captions=None)) is None


@pytest.mark.slow
@pytest.mark.usefixtures("results")
def test_a_run_reads_the_order_of_words(tmp_path):
    texts = ["red then blue", "blue then red"] * 40
    file = tmp_path / "own.h5"
    convert_own(own_folder(tmp_path, texts), file, split=split_files(tmp_path / "split", len(texts)))
    spec = RunSpec(str(file), "dvsh", 8, options=OPTIONS)
    run(spec)
    codes = Encoded.load(prepare(spec).kept_codes).texts.signs()
    assert (codes[::2] == codes[0]).all() and (codes[1::2] == codes[1]).all()
    assert (codes[0] != codes[1]).any()  # the bags of words are equal
    assert prepare(spec).data.hash != prepare(RunSpec(str(file), "adah", 8)).data.hash


def split_files(folder, n):
    """Write a split by ids: 20 queries, the rest the database, 40 of which train."""
    folder.mkdir()
    names = np.array([f"{i:02d}.png" for i in range(n)])
    parts = {"query": names[:20], "database": names[20:], "train": names[20:60], "validation": names[60:]}
    for part, ids in parts.items():
        (folder / f"{part}.txt").write_text("\n".join(ids) + "\n", encoding="utf-8")
    return folder


def test_tags_are_read_in_the_order_of_the_release(tmp_path):
    pairs = read_own(own_folder(tmp_path, ["red blue-green", "blue red", "red"]))
    ordered = dataclasses.replace(
        pairs,
        vocabulary=("blue", "green", "red"),
        captions=("red\nblue-green\nblue", "red\nblue", "unknown"),
        provenance=pairs.provenance | {"captions": TAGS_IN_ORDER},
    )
    assert sentences(ordered).tolist() == [[3, 1], [3, 1], [0, 0]]  # a tag is a line, whatever it holds
    assert only_tags(ordered) and not only_tags(pairs)
