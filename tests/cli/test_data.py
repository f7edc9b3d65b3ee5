"""``adah data check`` and ``adah data convert`` as a user runs them, from a folder to a trained model."""

import json

import pytest
from PIL import Image

from adahlib.cli import main
from adahlib.datasets import dataset_split, load_dataset, read_own, write_folder
from adahlib.experiments import RunSpec

TINY = {"epochs": 1, "text_hidden": 8}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of scenes with a CSV, as one's own might be."""
    photos = tmp_path_factory.mktemp("own") / "photos"
    write_folder(load_dataset("emoji-scenes", scenes=80), range(80), photos)
    return photos


@pytest.fixture(scope="module")
def file(folder):
    """The clean file of that folder, made by the command."""
    assert main(["data", "convert", str(folder), str(folder.with_suffix(".h5"))]) == 0
    return folder.with_suffix(".h5")


def test_a_converted_folder_is_what_was_in_it(folder, file):
    kept, own = load_dataset(file), read_own(folder)
    assert kept.content_hash() == own.content_hash() and kept.provenance == own.provenance
    assert all((one == other).all() for one, other in zip(kept.images, own.images, strict=True))


def test_checking_a_converted_folder_counts_and_finds_no_leak(file, capsys):
    assert main(["data", "check", str(file)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("pairs: 80\n") and "leakage of the split: none" in shown


def test_a_picture_under_two_names_is_a_leak(folder, tmp_path, capsys):
    copies, lines = tmp_path / "copies", ["image,text,labels"]
    copies.mkdir()
    for number in range(20):
        (copies / f"{number}.png").write_bytes((folder / "00000.png").read_bytes())
        lines.append(f"{number},cat,animal")
    (copies / "table.csv").write_text("\n".join(lines))
    assert main(["data", "convert", str(copies), str(tmp_path / "copies.h5")]) == 0
    assert main(["data", "check", str(tmp_path / "copies.h5")]) == 1
    assert "2  queries whose photo is in the database under another id" in capsys.readouterr().out


ODD = """image,text,labels
a.png,a red cat,animal;Sky;all
a.png,again,animal;all
b.png,"cafÃ©
and sea","sky;car, red;all"
c.png,the sea,all
"""
TOLD = """pairs: 3
tags: 8
labels: 5
pictures without a row: 1 ('d.png')
rows merged: 1
pairs without words: 0
pairs without labels: 0
words: Unicode NFC, lower case; a word is a longest run of letters, digits and the marks on them; no stemming, no stop words
minimum count: 1
pairs by label: 'all' 3, 'Sky' 1, 'animal' 1, 'car, red' 1, 'sky' 1
some texts:
  'a.png': 'a red cat again'
  'b.png': 'cafÃ©\\nand sea'
  'c.png': 'the sea'
look at:
  labels that differ only by case from another: 2 ('Sky', 'sky')
  labels with a comma, though ';' stands between labels: 1 ('car, red')
  labels of all pairs, which make everything similar: 1 ('all')
  labels of one pair only: 4 ('Sky', 'animal', 'car, red', 'sky')
  texts of several lines: 1 ('b.png')
  texts saved in a wrong encoding: 1 ('b.png')
"""  # noqa: E501


def test_convert_tells_what_it_understood_so_that_an_error_is_seen(tmp_path, capsys):
    (tmp_path / "odd").mkdir()
    for number, name in enumerate("abcd"):
        Image.new("RGB", (4, 4), (60 * number, 9, 9)).save(tmp_path / "odd" / f"{name}.png")
    (tmp_path / "odd" / "t.csv").write_text(ODD, encoding="utf-8")
    assert main(["data", "convert", str(tmp_path / "odd"), str(tmp_path / "odd.h5")]) == 0
    assert capsys.readouterr().out == f"file: {tmp_path / 'odd.h5'}\n{TOLD}"


def test_a_table_in_doubt_writes_nothing(tmp_path, capsys):
    (tmp_path / "odd").mkdir()
    Image.new("RGB", (4, 4)).save(tmp_path / "odd" / "a.png")
    (tmp_path / "odd" / "t.csv").write_text('image,text,labels\na.png,"a cat,x\n')
    assert main(["data", "convert", str(tmp_path / "odd"), str(tmp_path / "odd.h5")]) == 2
    assert "t.csv, line 2: a quote opens a cell and is never closed" in capsys.readouterr().err
    assert not (tmp_path / "odd.h5").exists()


@pytest.mark.slow
def test_checking_the_embedded_set(capsys):
    assert main(["data", "check", "emoji-scenes"]) == 0
    assert "pairs: 10,000, published 10,000" in capsys.readouterr().out


def test_checking_names_files_that_are_not_the_releases(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ADAH_DATA", str(tmp_path))
    (tmp_path / "mirflickr25k.zip").write_bytes(b"no zip")
    assert main(["data", "check", "mirflickr25k"]) == 2
    told = capsys.readouterr()
    assert "mirflickr25k.zip (6 bytes) is not the release's file (3,069,184,257 bytes, md5 a23d0a85" in told.out
    assert "mirflickr25k_annotations_v080.zip: not there" in told.out and told.err.count("\n") == 1


@pytest.mark.slow
def test_somebody_elses_split_goes_with_the_converted_file(folder, file, tmp_path, capsys):
    ids = tmp_path / "ids"
    assert main(["data", "split", str(file), str(ids), "--split-seed", "3"]) == 0
    assert "query: 8" in capsys.readouterr().out and (ids / "split.sha256").is_file()
    for source, target in ((folder, "own.h5"), ("emoji-scenes", "scenes.h5")):
        if source != folder:
            assert main(["data", "split", source, str(ids)]) == 0
        assert main(["data", "convert", str(source), str(tmp_path / target), "--split", str(ids)]) == 0
        assert "leakage: none" in capsys.readouterr().out
        kept = load_dataset(tmp_path / target)
        assert [kept.ids[i] for i in dataset_split(kept).query] == (ids / "query.txt").read_text().split()


@pytest.mark.slow
def test_a_run_takes_the_file_of_a_converted_set(file, results):
    options = ["--profile", "quick", "--bits", "8"]
    options += [part for name, value in TINY.items() for part in ("--set", f"{name}={value}")]
    assert main(["run", "--dataset", str(file), *options]) == 0
    (record,) = results.rglob("*.json")
    assert record == results / RunSpec(file, "adah", 8, profile="quick", options=TINY).record_path()
    counts = json.loads(record.read_text())["data"]["counts"]
    assert (counts["pairs"], counts["query"], counts["validation"], counts["train"]) == (80, 8, 4, 68)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["convert", "{folder}", "photos.txt"], "photos.txt: a clean file is HDF5 and its name ends in .h5"),
        (["convert", "{folder}", "p.h5", "--minimum-count", "0"], "minimum_count=0 must be a whole number"),
        (["convert", "{folder}", "p.h5", "--texts", "none.csv"], "none.csv cannot be read as a UTF-8 CSV file"),
        (["convert", "{folder}", "p.h5", "--axes", "NCWH"], "photos, which is a folder of your own; leave it out"),
        (["convert", "{folder}", "p.h5", "--photos", "."], "--photos says nothing of"),
        (["convert", "x.mat", "p.h5", "--minimum-count", "2"], "--minimum-count says nothing of x.mat, which is no"),
        (["convert", "x.mat", "p.h5", "--texts", "t.csv"], "--texts says nothing of x.mat, which is no folder"),
        (["convert", "emoji-scenes", "p.h5", "--axes", "NCWH"], "--axes says nothing of emoji-scenes, which is a"),
        (["convert", "emoji-scenes", "p.h5", "--texts", "t"], "--texts says nothing of emoji-scenes, which is a"),
        (["convert", "phots", "p.h5", "--texts", "t.csv"], "phots is missing; give a folder of pictures, a .mat"),
        (["convert", "{folder}", "p.h5", "--split", "."], "query.txt"),
        (["check", "none.h5"], "none.h5 is missing"),
        (["convert", "{folder}", "{folder}/nowhere/p.h5"], "there is no folder {folder}/nowhere; make it first"),
        (["describe", "cifar"], "did you mean 'cifar10'"),
        (["describe", "emoji"], "did you mean 'emoji-scenes'"),
        (["describe", "MIRFlickr25k"], "did you mean 'mirflickr25k'"),
        (["check", "{folder}"], "is a folder; convert it first: adah data convert"),
        (["get", "flickr"], "unknown release 'flickr'"),
        (["get", "nus-wide", "--mirror", "ftp://x"], "mirror 'ftp://x' is no address"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_2(folder, arguments, words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["data", *(argument.format(folder=folder) for argument in arguments)]) == 2
    error = capsys.readouterr().err
    assert words.format(folder=folder) in error and error.count("\n") == 1
    assert not list(tmp_path.iterdir())
