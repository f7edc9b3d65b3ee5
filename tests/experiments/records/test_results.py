"""Records as a table: no two rows are of one run, and means over its groups are means of one setting."""

import json
import statistics
from collections import defaultdict

import pandas as pd
import pytest

from adahlib.experiments import RunSpec, load_results
from adahlib.experiments.grids.lists import grid
from adahlib.experiments.records.results import IDENTITY
from adahlib.experiments.records.state import run_state
from adahlib.experiments.records.store import write_record
from adahlib.paths import PROJECT
from tests.made_up import made_up_record

GROUP = ["dataset", "method", "attention", "bits"]
BACKBONES = {"mirflickr25k": "efficientnet_lite0_hypercolumns", "emoji-scenes": "efficientnet_lite0"}
SHALLOW = ("cca", "cmfh", "scm", "stmh", "seph", "label-scores")


@pytest.fixture(scope="module")
def committed():
    """Every committed record as a table."""
    return load_results(PROJECT / "results", variations=True)


def raw_records():
    """Return every committed record as its file has it."""
    files = (PROJECT / "results" / "runs").rglob("*.json")
    return [json.loads(path.read_text(encoding="utf-8")) for path in files]


def is_the_books_own(spec):
    """Return whether a run of the book differs from others in data set, method, attention, bits and seed alone."""
    usual = "efficientnet_lite0_pooled" if spec["method"] in SHALLOW else BACKBONES.get(spec["dataset"])
    fields = (spec["profile"], spec["options"], spec["backbone"], spec.get("protocol", "all"))
    return fields == ("cpu", {}, usual, "all") and spec["split_seed"] == spec["image_size"] == 0


def test_no_two_committed_records_are_of_one_run(committed):
    assert len(committed) == len(raw_records()) > 300
    assert set(IDENTITY) >= {"dataset", "bits", "seed", "protocol", "split_seed", "options", "backbone", "image_size"}
    assert not committed.duplicated(list(IDENTITY)).any()
    assert committed.duplicated([name for name in IDENTITY if name != "options"]).any()  # it is needed


def test_means_of_the_default_table_are_means_of_one_setting():
    found = load_results(PROJECT / "results", stale=False).dropna(subset="map_t2i").groupby(GROUP).map_t2i.mean()
    values = defaultdict(list)
    for record in raw_records():
        if is_the_books_own(record["spec"]) and "map_t2i" in record["metrics"]:
            values[tuple(record["spec"][name] for name in GROUP)].append(record["metrics"]["map_t2i"])
    assert found.to_dict() == pytest.approx({key: statistics.mean(of_key) for key, of_key in values.items()})
    assert {len(of_key) for of_key in values.values()} == {3}  # seeds
    scenes = found["emoji-scenes", "adah"]
    assert (round(scenes["both", 16], 2), round(scenes["none", 16], 2)) == (0.64, 0.61)


def test_the_runs_of_a_table_are_returned_in_their_order_whatever_they_vary(committed):
    specs = grid("table1")[::-1]
    found = load_results(PROJECT / "results", stale=False, specs=specs)
    assert found.path.tolist() == [str(spec.record_path()) for spec in specs] and len(found) > 100
    assert set(found[found.method == "seph"].options) == {(("database_codes", "per-modality"),)}
    assert set(found[found.method == "adah"].profile) == {"chosen"}
    assert set(found.path) <= set(committed.path) and not set(load_results(stale=False).path) >= set(found.path)


def test_a_run_without_a_record_is_left_out_and_one_named_twice_is_there_once(folder):
    spec, other = RunSpec("emoji-scenes", profile="quick"), RunSpec("emoji-scenes", seed=1)
    folder(spec, 0.7)
    assert load_results(specs=[other, spec, spec]).map_t2i.tolist() == [0.7]
    assert len(load_results(specs=[])) == len(load_results(specs=[other])) == 0


def test_the_docstrings_selections_select(committed):
    quick = committed.query("variation == 'quick' and dataset == 'emoji-scenes'")
    assert set(quick.profile) == {"quick"} and set(quick.options) == {()}
    top = committed.query("protocol == 'top-500' and profile == 'cpu'")
    assert set(top.variation) == {"protocol=top-500"} and len(top) > 10
    whole = committed[(committed.dataset == "emoji-scenes") & (committed.protocol == "all")]
    chance = top[top.dataset == "emoji-scenes"].chance
    assert chance.min() > whole.chance.max()  # which is why the two are not to be compared


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A results folder of the test's own; called with a run and its MAP it writes a record."""
    monkeypatch.setenv("ADAH_RESULTS", str(tmp_path))

    def add(run, t2i=0.5, **changes):
        write_record(made_up_record(run, t2i, 0.4) | changes, tmp_path / run.record_path())
        return tmp_path

    return add


VARIED = {
    "profile": "quick",
    "backbone": "vgg19",
    "image_size": 160,
    "split_seed": 1,
    "protocol": "top-500",
    "options": {"margin": 2.0, "image_hidden": (8, 4)},
}


@pytest.mark.parametrize("field", VARIED)
def test_a_run_that_varies_something_is_in_the_table_only_if_asked_for(folder, field):
    folder(RunSpec("emoji-scenes", seed=1), 0.6)
    varied = RunSpec("emoji-scenes", **{field: VARIED[field]})
    folder(varied, 0.1)
    assert load_results().map_t2i.tolist() == [0.6] and load_results().variation.tolist() == [""]
    every = load_results(variations=True).set_index("map_t2i")
    assert len(every) == 2 and every.variation[0.1] == ", ".join(varied.variations()) != ""
    expected = tuple(sorted(VARIED[field].items())) if field == "options" else VARIED[field]
    if field != "image_size":  # the column is what the images were, in pixels, as the record says
        assert every[field][0.1] == expected != every[field][0.6]


def test_the_table_says_which_records_are_stale_and_why(folder):
    spec, other = RunSpec("emoji-scenes"), RunSpec("emoji-scenes", seed=1)
    changed = made_up_record(other, 0.5, 0.4)["fingerprint"]
    changed["training"]["adahlib.losses.triplet"] = "of another day"
    folder(spec)
    folder(other, fingerprint=changed)
    assert load_results().set_index("seed").stale.to_dict() == {0: "", 1: "losses.triplet changed"}
    assert run_state(other, with_data=False).reason == "losses.triplet changed"
    assert "stale" not in load_results(stale=False)


def test_a_record_whose_run_is_no_run_any_more_is_a_row_that_says_so(folder):
    spec = RunSpec("emoji-scenes", options={"margin": 2.0})
    record = made_up_record(spec, 0.5, 0.4)
    record["spec"]["options"] = {"margin_of_old": 2.0}
    folder(spec, spec=record["spec"])
    row = load_results(variations=True).iloc[0]
    assert row.variation == "margin=2.0" and "unknown option 'margin_of_old'" in row.stale
    assert row.options == (("margin_of_old", 2.0),) and load_results().empty


def test_a_record_older_than_a_field_has_its_default(folder):
    spec = RunSpec("emoji-scenes")
    old = {name: value for name, value in made_up_record(spec, 0.5, 0.4)["spec"].items() if name != "protocol"}
    folder(spec, spec=old)
    assert load_results().protocol.tolist() == ["all"]


def test_an_empty_table_has_the_columns_of_a_full_one(folder, tmp_path):
    empty = load_results(tmp_path / "nowhere")
    assert isinstance(empty, pd.DataFrame) and empty.empty
    folder(RunSpec("emoji-scenes"))
    full = load_results()
    assert set(empty.columns) <= set(full.columns) and {*IDENTITY, "path", "map_t2i", "stale"} <= set(empty.columns)
