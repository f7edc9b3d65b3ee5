"""Records behind a page: found in the order asked for, or named together with the command that makes them."""


import pytest

from adahlib.errors import AdahError
from adahlib.experiments import RunSpec, profiles
from adahlib.experiments.records.results import stale_reason
from adahlib.report.records import find_records, page_records

SPECS = [RunSpec("emoji-scenes", "adah", 16, seed) for seed in (2, 0, 1)]


def test_records_come_in_the_order_of_the_runs(results):
    for spec in SPECS:
        results(spec, t2i=0.5 + spec.seed / 10)
    found = find_records(SPECS)
    assert list(found["seed"]) == [2, 0, 1]
    assert [record["metrics"]["map_t2i"] for record in found["record"]] == list(found["map_t2i"])


def test_a_missing_record_is_one_sentence_with_its_command(results):
    results(SPECS[1])
    with pytest.raises(AdahError) as error:
        find_records(SPECS, "error")
    assert "runs/emoji-scenes/adah-both/16-2.json (and 1 more) is missing" in str(error.value)
    assert "adah run --dataset emoji-scenes --method adah --bits 16 --seed 2 --attention both" in str(error.value)


def test_a_page_shows_what_is_there_but_not_nothing(results):
    with pytest.raises(AdahError, match="compute_missing=True"):
        page_records(SPECS)
    results(SPECS[1])
    assert list(page_records(SPECS)["seed"]) == [0]
    assert find_records(SPECS[:1]).empty


def test_every_record_that_is_there(results):
    for spec in (SPECS[1], RunSpec("mirflickr25k", "cca", 8)):
        results(spec)
    found = find_records()
    assert sorted(found["method"]) == ["adah", "cca"] and set(found["stale"]) == {""}
    assert [record["spec"]["method"] for record in found["record"]] == list(found["method"])


def test_missing_records_are_skipped_named_or_trained_and_nothing_else():
    with pytest.raises(AdahError, match="unknown value of missing: 'skipped'; did you mean 'skip'"):
        find_records(SPECS, "skipped")


def test_stale_and_missing_runs_are_trained_and_current_ones_are_not(results, tmp_path, monkeypatch):
    """``run`` is watched, not carried out: which runs it is given is what is tested."""
    monkeypatch.setenv("ADAH_DATA", str(tmp_path / "nowhere"))  # the data of made-up records is not compared
    photos = [RunSpec("mirflickr25k", "adah", 16, seed) for seed in (2, 0, 1)]
    results(photos[0])
    results(photos[1], changed="adahlib.training")
    given = []
    monkeypatch.setattr("adahlib.report.records.run", lambda spec, root: given.append(spec))
    assert list(page_records(photos, compute_missing=True)["seed"]) == [2, 0] and given == photos[1:]


def test_a_profile_that_changed_makes_its_records_stale(results, monkeypatch):
    results(RunSpec("mirflickr25k", "adah", 16))
    monkeypatch.setitem(profiles.CPU, "margin", 3.0)
    assert find_records([RunSpec("mirflickr25k", "adah", 16)])["stale"].tolist() == ["the spec's options changed"]
    assert find_records()["stale"].tolist() == ["the spec's options changed"]


def test_a_record_that_is_of_another_run_than_its_place_says_is_stale(results):
    folder = results(SPECS[0])
    results(SPECS[1])
    (folder / SPECS[0].record_path()).write_bytes((folder / SPECS[1].record_path()).read_bytes())
    assert find_records([SPECS[0]])["stale"].tolist() == ["the spec's options changed"]


def test_a_record_of_an_option_that_is_gone_says_so(results):
    results(RunSpec("mirflickr25k", "adah", 16))
    record = find_records()["record"][0]
    record["spec"]["options"] = {"colour": "red"}
    assert "colour" in stale_reason(record)
