"""Runs and records: one record, whole or absent, the same numbers twice, also after a real process was killed."""

import json
import os
import subprocess
import sys
import time

import pandas as pd
import pytest

from adahlib.cli import main
from adahlib.errors import AdahError
from adahlib.experiments import RunSpec, load_results, read_record, run
from adahlib.experiments.records.fingerprint import training_key
from adahlib.experiments.records.store import write_record
from adahlib.experiments.running import kept_codes_path, prepare
from adahlib.methods import Adah
from tests.toys import TINY_RUN, settings_of

OPTIONS = TINY_RUN | {"epochs": 3}


def spec(**changes):
    return RunSpec(**({"dataset": "emoji-scenes", "method": "adah", "bits": 8, "options": OPTIONS} | changes))


TRAINED = spec()


def numbers(record):
    return {key: record[key] for key in ("spec", "options", "metrics", "codes_hash", "history", "data")}


@pytest.mark.slow
def test_a_run_writes_one_whole_record_and_reads_it_back(made):
    path = made / spec().record_path()
    record = read_record(path)
    assert path.parent.parent == made / "runs" / "emoji-scenes" and path.name == "8-0.json"
    assert [p for p in made.rglob("*") if p.is_file()] == [path]
    assert record == json.loads(json.dumps(run(spec())))
    metrics = record["metrics"]
    assert 0 < metrics["chance"] < metrics["map_t2i"] < 1
    assert metrics["map_i2t_pessimistic"] <= metrics["map_i2t"] <= metrics["map_i2t_optimistic"]
    assert metrics["precision_recall"]["i2t"]["recall"][-1] == 1
    assert set(metrics["attention"]) >= {"iou", "attended_given_foreground", "attended_given_background"}
    assert record["data"]["counts"] == {
        "pairs": 10000, "tags": record["data"]["counts"]["tags"], "labels": 13,
        "query": 1000, "database": 9000, "train": 2000, "validation": 500,
    }  # fmt: skip
    assert path.stat().st_size < 20_000


@pytest.mark.slow
def test_same_seed_same_numbers(made):
    first = read_record(made / spec().record_path())
    assert numbers(first) == numbers(run(spec(), force=True))
    assert first["codes_hash"] != run(spec(seed=1))["codes_hash"]


@pytest.mark.slow
def test_a_killed_run_leaves_no_record_and_resumes_to_the_same_numbers(results, tmp_path, cache_without_codes):
    command = [sys.executable, "-m", "adahlib.cli", "run", "--dataset", "emoji-scenes", "--bits", "8"]
    command += settings_of(OPTIONS | {"epochs": 12})
    undisturbed = tmp_path / "undisturbed"
    elsewhere = os.environ | {"ADAH_CACHE": str(cache_without_codes(tmp_path / "second-cache"))}
    subprocess.run([*command, "--results", str(undisturbed)], check=True, stdout=subprocess.DEVNULL, env=elsewhere)
    changed = spec(options=OPTIONS | {"epochs": 12})
    checkpoint = prepare(changed).checkpoint
    victim = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ)
    while victim.poll() is None and not checkpoint.exists():
        time.sleep(0.005)
    victim.kill()
    victim.wait()
    assert checkpoint.exists() and not (results / changed.record_path()).exists()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    whole = read_record(undisturbed / changed.record_path())
    resumed = read_record(results / changed.record_path())["provenance"]["resumed"]
    assert (resumed, whole["provenance"]["resumed"]) == (True, False)
    assert numbers(read_record(results / changed.record_path())) == numbers(whole)
    assert not checkpoint.exists()


@pytest.mark.slow
def test_what_was_encoded_is_evaluated_again_without_training(made, monkeypatch):
    kept = made / spec().record_path()
    record = read_record(kept)
    kept.unlink()
    monkeypatch.setattr(Adah, "fit", refuse_to_train)
    again = run(spec())
    assert numbers(again) == numbers(record) and read_record(kept) == again
    assert again["provenance"]["date"] == record["provenance"]["date"] <= again["provenance"]["evaluated"]["date"]


@pytest.mark.slow
def test_codes_of_older_code_serve_where_newer_code_is_proved_to_give_the_same(made, monkeypatch):
    """The codes lie under the key of the record's own training; a proof leads from that training to today's."""
    path = made / spec().record_path()
    prepared, record = prepare(spec()), read_record(path)
    old = record["fingerprint"]["training"] | {"adahlib.training": "older"}
    record["fingerprint"] |= {"training": old, "evaluation": {}}  # stale in its evaluation, so that it is made again
    write_record(record, path)
    prepared.kept_codes.rename(kept_codes_path(training_key(record["fingerprint"])))
    monkeypatch.setattr(Adah, "fit", refuse_to_train)
    with pytest.raises(AssertionError, match="trained again"):
        run(spec())
    kind = {"part": "training", "old": old, "new": prepared.fingerprint["training"], "runs": []}
    proof = {"schema": 1, "device": record["provenance"]["device"], "kinds": [kind]}
    (made / "equivalences").mkdir()
    (made / "equivalences" / "2026-01-02-older.json").write_text(json.dumps(proof))
    again = run(spec())
    assert numbers(again) == numbers(record) and again["fingerprint"] == prepared.fingerprint


def refuse_to_train(method, *data, **options):
    raise AssertionError("trained again")


def test_no_results_are_an_empty_table(results):
    assert load_results(results).empty


@pytest.mark.slow
def test_results_are_a_table(made):
    run(spec(attention="none", bits=16))
    assert load_results(made).empty  # tiny runs are variations
    table = load_results(made, variations=True)
    assert isinstance(table, pd.DataFrame) and len(table) == 2
    columns = {"dataset", "method", "bits", "seed", "attention", "backbone", "map_i2t", "map_t2i", "chance", "seconds"}
    assert columns <= set(table.columns)
    assert table.set_index("bits").attention.to_dict() == {8: "both", 16: "none"}


def test_a_torn_record_is_named(results):
    path = results / "runs/emoji-scenes/adah-both/8-0.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"schema": 1, "spec"')
    with pytest.raises(AdahError, match=r"8-0\.json is not a readable record"):
        load_results(results)


def test_labels_name_what_differs_from_the_defaults():
    assert RunSpec("emoji-scenes", "adah", 16).label() == "adah-both"
    odd = RunSpec("emoji-scenes", "adah", 16, profile="quick", options={"margin": 2.0}, image_size=160)
    assert odd.label() == "adah-both~quick~image_size=160~margin=2.0"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--dataset", "emoji-scene"], "unknown data set 'emoji-scene'; did you mean 'emoji-scenes'?"),
        (["--method", "adha"], "unknown method 'adha'; did you mean 'adah'?"),
        (["--threads", "0"], "--threads=0 must be a whole number from 1 to 1024."),
        (["--bits", "0"], "bits=0 must be a whole number from 1 to 1024."),
        (["--set", "margn=1"], "unknown option 'margn'; did you mean 'margin'?"),
        (["--set", "margin"], "--set margin: give OPTION=VALUE"),
        (["--profile", "quik"], "unknown profile 'quik'; did you mean 'quick'?"),
        (["--backbone", "vgg16"], "unknown backbone 'vgg16'; did you mean 'vgg19'?"),
        pytest.param(["--backbone", "vgg19"], "vgg19", marks=pytest.mark.slow),  # loads the data set first
    ],
)
def test_bad_input_is_one_sentence_exit_2_and_nothing_written(arguments, message, results, capsys, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(results.parent / "torch"))
    assert main(["run", "--dataset", "emoji-scenes", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("adah: ") and message in error and error.count("\n") == 1
    assert not results.exists()
