"""RunSpec: one declaration of the fields, from which flags, commands, names and columns follow; one form of a run."""

import argparse
import dataclasses
import json
import shlex
from pathlib import Path

import numpy as np
import pytest

from adahlib import cli
from adahlib.cli.runs import add_run_arguments, spec_of
from adahlib.errors import AdahError, check_whole
from adahlib.experiments import RunSpec
from adahlib.experiments.grids.lists import grid
from adahlib.experiments.records.fingerprint import NEWER_FIELDS, hash_of_spec, same_known_options, spec_hash
from adahlib.experiments.records.results import record_row
from adahlib.experiments.records.state import record_changes
from adahlib.experiments.spec import ALWAYS_NAMED, LONGEST_LABEL, flag
from adahlib.methods import make_method
from adahlib.methods.options import option
from adahlib.paths import PROJECT

RECORDS = sorted((PROJECT / "results").glob("runs/*/*/*.json"))
# a value of every field that is not its default
OTHER = {
    "dataset": "mirflickr25k",
    "method": "dcmh",
    "bits": 24,
    "seed": 3,
    "attention": "visual",
    "profile": "quick",
    "backbone": "vgg19",
    "image_size": 160,
    "split_seed": 5,
    "train_size": 500,
    "protocol": "top-500",
    "options": {"batch_size": 48},
}
FIELDS = [field.name for field in dataclasses.fields(RunSpec)]


def changed(name):
    """Return the default run on the scenes with one field changed."""
    return RunSpec(**{"dataset": "emoji-scenes", name: OTHER[name]})


def parsed_back(command):
    """Return the run that a command line describes, as ``adah`` reads it."""
    return spec_of(cli.parser().parse_args(shlex.split(command)[1:]))


def test_every_field_has_a_line_of_help_and_another_value_here():
    assert list(OTHER) == FIELDS
    assert all(len(field.metadata["help"]) > 15 for field in dataclasses.fields(RunSpec))


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_is_a_flag_and_stands_in_command_name_and_column(name):
    spec, plain = changed(name), RunSpec("emoji-scenes")
    parser = argparse.ArgumentParser()
    add_run_arguments(parser)
    (action,) = [action for action in parser._actions if flag(name) in action.option_strings]
    (field,) = [field for field in dataclasses.fields(RunSpec) if field.name == name]
    assert action.help.startswith(field.metadata["help"])
    assert flag(name) in shlex.split(spec.command()) and parsed_back(spec.command()) == spec
    assert spec.record_path() != plain.record_path()
    assert bool(spec.variations()) == (name not in ALWAYS_NAMED)
    assert row_of(spec)[name] != row_of(plain)[name]


def row_of(spec):
    """Return the row of a record that holds nothing but what a row must have."""
    size = spec.image_size or 128
    record = {"spec": json.loads(json.dumps(dataclasses.asdict(spec))), "metrics": {}, "data": {"image_size": size}}
    return record_row(record | {"provenance": {"seconds": {"total": 1.0}, "commit": "c"}}, Path(spec.record_path()))


@dataclasses.dataclass(frozen=True)
class WithTemperature(RunSpec):
    temperature: float = option(1.0, "a field that RunSpec does not have")


def test_a_new_field_is_not_forgotten_by_names_commands_and_hash():
    plain, warm = WithTemperature("emoji-scenes"), WithTemperature("emoji-scenes", temperature=2.5)
    assert plain.label() == "adah-both" and warm.label() == "adah-both~temperature=2.5"
    assert warm.command() == f"{plain.command()} --temperature 2.5"
    assert spec_hash(plain) != spec_hash(warm) and plain != warm


def test_the_command_names_what_differs_and_quotes_it_for_a_shell():
    assert RunSpec("emoji-scenes").command() == (
        "adah run --dataset emoji-scenes --method adah --bits 16 --seed 0 --attention both"
    )
    spec = RunSpec("emoji-scenes", options={"image_hidden": (64, 32), "margin": 2, "head": "pool"})
    assert "--set head=pool --set 'image_hidden=(64, 32)' --set margin=2.0" in spec.command()
    assert parsed_back(spec.command()) == spec
    spaced = RunSpec("my photos/a b.h5", "cca")
    assert parsed_back(spaced.command()) == spaced


@pytest.mark.parametrize("name", ["table1", "table2", "table3", "decisions", "smoke"])
def test_the_command_of_every_run_of_a_grid_makes_that_run(name):
    for spec in grid(name)[:: 1 if name in ("decisions", "smoke") else 17]:
        assert parsed_back(spec.command()) == spec


def test_committed_records_keep_their_names_and_hashes():
    moved, restated = [], []
    for path in RECORDS:
        record = json.loads(path.read_text(encoding="utf-8"))
        spec = RunSpec(**record["spec"])
        recorded = record.get("fingerprint")
        moved += [path] if PROJECT / "results" / spec.record_path() != path else []
        same = recorded and (recorded["spec"] == spec_hash(spec) or same_known_options(spec, record))
        restated += [path] if recorded and not same else []
        assert json.loads(json.dumps(dataclasses.asdict(spec))) == {"protocol": "all", "train_size": 0} | record["spec"]
        if path in moved:  # made before the profile's backbone was another one, and stale for it
            assert record_changes(spec, record, with_data=False)
    assert len(RECORDS) > 300 and not restated and len(moved) <= 2


def test_a_field_that_is_newer_than_the_records_counts_where_it_is_set():
    plain, fewer = RunSpec("emoji-scenes"), RunSpec("emoji-scenes", train_size=500)
    fields = {name: value for name, value in dataclasses.asdict(plain).items() if name not in NEWER_FIELDS}
    assert spec_hash(plain) == hash_of_spec(fields, plain.resolved_options()) != spec_hash(fewer)
    record = json.loads((PROJECT / "results" / plain.record_path()).read_text(encoding="utf-8"))
    assert "train_size" not in record["spec"]
    assert "the spec's options changed" not in record_changes(plain, record, with_data=False)
    assert "the spec's options changed" in record_changes(fewer, record, with_data=False)


def test_numpys_whole_numbers_are_whole_numbers():
    spec = RunSpec("emoji-scenes", "adah", np.int64(16), np.uint8(1), image_size=np.int32(160), split_seed=np.int16(2))
    assert spec == RunSpec("emoji-scenes", "adah", 16, 1, image_size=160, split_seed=2)
    assert {type(value) for value in (spec.bits, spec.seed, spec.image_size, spec.split_seed)} == {int}
    assert make_method("adah", np.int64(16), np.int64(1)).bits == 16
    assert type(check_whole("k", np.int64(3), 1)) is int
    for wrong in (np.float64(16), 16.0, True, np.True_, "16", None):
        with pytest.raises(AdahError, match="bits=.* must be a whole number from 1 to 1024"):
            RunSpec("emoji-scenes", "adah", wrong)
    with pytest.raises(AdahError, match="bits=1025 must"):
        RunSpec("emoji-scenes", "adah", np.int64(1025))


@pytest.mark.parametrize(
    ("written", "usual"),
    [
        ({"margin": 1}, {"margin": 1.0}),
        ({"margin": np.float64(0.5)}, {"margin": 0.5}),
        ({"margin": np.float32(0.5)}, {"margin": 0.5}),
        ({"epochs": np.int64(3)}, {"epochs": 3}),
        ({"standardise": np.True_}, {"standardise": True}),
        ({"head": np.str_("pool")}, {"head": "pool"}),
        ({"image_hidden": [64, 32]}, {"image_hidden": (64, 32)}),
        ({"image_hidden": np.array([64, 32])}, {"image_hidden": (64, 32)}),
        ({"image_hidden": [np.int64(64)]}, {"image_hidden": (64,)}),
        ({"margin": 1, "epochs": 3}, {"epochs": 3, "margin": 1.0}),
    ],
)
def test_one_run_is_one_run_however_its_options_are_written(written, usual):
    one, other = (RunSpec("emoji-scenes", options=options) for options in (written, usual))
    assert one == other and hash(one) == hash(other) and one.record_path() == other.record_path()
    assert json.dumps(dataclasses.asdict(one)) == json.dumps(dataclasses.asdict(other))
    assert {name: type(value) for name, value in one.options.items()} == {n: type(v) for n, v in usual.items()}


def test_the_backbones_own_image_size_is_the_default():
    assert RunSpec("emoji-scenes", image_size=128) == RunSpec("emoji-scenes")
    assert RunSpec("emoji-scenes", backbone="vgg19", image_size=224).image_size == 0
    assert RunSpec("emoji-scenes", backbone="vgg19", image_size=128).image_size == 128


def test_the_options_given_stay_as_they_are():
    given = {"margin": 1}
    spec = RunSpec("emoji-scenes", options=given)
    given["margin"] = 3
    assert spec.options == {"margin": 1.0}


def test_runs_are_keys():
    values = [(bits, margin) for bits in (8, 16) for margin in (0.5, 1.0)]
    runs = {RunSpec("emoji-scenes", bits=value[0], options={"margin": value[1]}): value for value in values}
    assert len(runs) == 4 and runs[RunSpec("emoji-scenes", bits=np.int64(8), options={"margin": 1})] == (8, 1.0)
    assert len({RunSpec("emoji-scenes"), RunSpec("emoji-scenes", attention="both")}) == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"options": {"attention": "none"}}, "attention is a field of the run and no option: give attention='none'"),
        ({"options": {"bits": 8}}, "bits is a field of the run and no option"),
        ({"options": {"device": "cpu"}}, "unknown option 'device'"),
        ({"options": [("margin", 1.0)]}, "options=.* must be a dictionary"),
        ({"options": {"margin": "1"}}, "option margin='1' is of the wrong type"),
        ({"options": {"image_hidden": 16}}, r"like its default \(.*\), as in 'image_hidden=\(16,\)'"),
        ({"method": "cca", "attention": "none"}, "attention='none' is for adah: cca has none, leave it out"),
        ({"method": 3}, "method=3 must be a name"),
        ({"seed": 2**70}, "seed=1180591620717411303424 must be a whole number from 0 to 2147483647"),
        ({"split_seed": 2**31}, "split_seed=2147483648 must be a whole number"),
        ({"image_size": 10**6}, "image_size=1000000 must be a whole number from 0 to 16384"),
        ({"options": {"image_hidden": (-1,)}}, r"a width in option image_hidden=\(-1,\): width=-1 must be a whole"),
        ({"options": {"image_hidden": [2.5]}}, "width=2.5 must be a whole number from 1"),
        ({"options": {"epochs": 2**70}}, "option epochs=1180591620717411303424 must be a number of at most"),
        ({"options": {"margin": float("inf")}}, "option margin=inf must be a finite number"),
        ({"options": {"learning_rate": float("nan")}}, "option learning_rate=nan must be a finite number"),
        ({"image_size": -1}, "image_size=-1 must be a whole number from 0 to 16384"),
        ({"protocol": "top-50"}, "did you mean 'top-500'"),
    ],
)
def test_what_is_no_run_is_one_sentence(fields, words):
    with pytest.raises(AdahError, match=words) as error:
        RunSpec("emoji-scenes", **fields)
    assert "\n" not in str(error.value)


def test_a_folder_is_to_be_converted(tmp_path):
    (tmp_path / "photos").mkdir()
    with pytest.raises(AdahError, match=r"photos is a folder; convert it first: adah data convert \S+photos photos.h5"):
        RunSpec(tmp_path / "photos")


def test_two_files_of_one_name_have_records_of_their_own(tmp_path, monkeypatch):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    one, other = (RunSpec(str(tmp_path / folder / "photos.h5")) for folder in ("a", "b"))
    folders = [spec.record_path().parts[1] for spec in (one, other)]
    assert folders[0] != folders[1]
    assert all(folder.startswith("photos.h5-") for folder in folders)
    monkeypatch.chdir(tmp_path / "a")
    for same in ("photos.h5", "./photos.h5", "../a/photos.h5", Path("photos.h5")):
        assert RunSpec(same) == one and RunSpec(same).record_path() == one.record_path()
    assert RunSpec(**json.loads(json.dumps(dataclasses.asdict(one)))).record_path() == one.record_path()


def test_many_options_are_a_hash_in_the_name_of_a_folder():
    options = {name: 0.125 for name in ("image_dropout", "text_dropout", "word_dropout", "margin", "learning_rate")}
    options |= {name: 0.125 for name in ("attention_learning_rate", "text_attention_learning_rate", "beta1")}
    one = RunSpec("emoji-scenes", "adah", 16, profile="quick", options=options)
    two = RunSpec("emoji-scenes", "adah", 16, profile="quick", options=options | {"beta1": 0.25})
    other = RunSpec("emoji-scenes", "adah", 16, options=options)
    short = "adah-both~quick~options="
    assert one.label().startswith(short) and len(one.label()) == len(short) + 8
    assert len({one.label(), two.label(), other.label()}) == 3
    again = dict(reversed(options.items()))
    assert one.label() == RunSpec("emoji-scenes", "adah", 16, profile="quick", options=again).label()
    assert all(f"--set {name}=" in one.command() for name in options)
    assert max(len(spec.label()) for spec in grid("all")) <= LONGEST_LABEL


@pytest.mark.parametrize("backbone", ["vgg19_fc7", "cnn_f_fc7"])
def test_a_full_layer_is_made_for_images_of_one_size(backbone):
    with pytest.raises(AdahError, match=f"image_size=256: {backbone} sees 224 px alone; leave it out"):
        RunSpec("emoji-scenes", "adah", 16, backbone=backbone, image_size=256)
    assert RunSpec("emoji-scenes", "adah", 16, backbone=backbone, image_size=224).image_size == 0
