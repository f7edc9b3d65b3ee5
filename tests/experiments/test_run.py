"""Runs and records with real processes: one record, whole or absent, the same numbers twice, also after a kill."""

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
from tests.toys import TINY_RUN, settings_of

OPTIONS = TINY_RUN | {"epochs": 3}


def spec(**changes):
    return RunSpec(**({"dataset": "emoji-scenes", "method": "adah", "bits": 8, "options": OPTIONS} | changes))


def numbers(record):
    return {key: record[key] for key in ("spec", "options", "metrics", "codes_hash", "history", "data")}


def test_a_run_writes_one_whole_record_and_reads_it_back(results):
    record = run(spec())
    path = results / spec().record_path()
    assert path.parent.parent == results / "runs" / "emoji-scenes" and path.name == "8-0.json"
    assert [p for p in results.rglob("*") if p.is_file()] == [path]
    assert read_record(path) == json.loads(json.dumps(record)) == json.loads(json.dumps(run(spec())))
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


def test_same_seed_same_numbers(results):
    assert numbers(run(spec())) == numbers(run(spec(), force=True))
    assert run(spec(seed=1))["codes_hash"] != run(spec())["codes_hash"]


def test_a_killed_run_leaves_no_record_and_resumes_to_the_same_numbers(results, tmp_path, second_cache):
    command = [sys.executable, "-m", "adahlib.cli", "run", "--dataset", "emoji-scenes", "--bits", "8"]
    command += settings_of(OPTIONS | {"epochs": 12})
    undisturbed = tmp_path / "undisturbed"
    elsewhere = os.environ | {"ADAH_CACHE": second_cache}
    subprocess.run([*command, "--results", str(undisturbed)], check=True, stdout=subprocess.DEVNULL, env=elsewhere)
    changed = spec(options=OPTIONS | {"epochs": 12})
    from adahlib.experiments.train import checkpoint_path

    victim = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ)
    while victim.poll() is None and not checkpoint_path(changed).exists():
        time.sleep(0.005)
    victim.kill()
    victim.wait()
    assert checkpoint_path(changed).exists() and not (results / changed.record_path()).exists()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    whole = read_record(undisturbed / changed.record_path())
    resumed = read_record(results / changed.record_path())["provenance"]["resumed"]
    assert (resumed, whole["provenance"]["resumed"]) == (True, False)
    assert numbers(read_record(results / changed.record_path())) == numbers(whole)
    assert not checkpoint_path(changed).exists()


def test_what_was_encoded_is_evaluated_again_without_training(results):
    record = run(spec())
    kept = results / spec().record_path()
    kept.unlink()
    started = time.perf_counter()
    assert numbers(run(spec())) == numbers(record)
    assert time.perf_counter() - started < record["provenance"]["seconds"]["total"]


def test_results_are_a_table(results):
    assert load_results(results).empty
    run(spec())
    run(spec(attention="none", bits=16))
    table = load_results(results)
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
        (["--threads", "0"], "--threads=0 must be a whole number, at least 1."),
        (["--bits", "0"], "bits=0 must be a whole number from 1 to 1024."),
        (["--set", "margn=1"], "unknown option 'margn'; did you mean 'margin'?"),
        (["--set", "margin"], "--set margin: give OPTION=VALUE"),
        (["--profile", "quik"], "unknown profile 'quik'; did you mean 'quick'?"),
        (["--backbone", "vgg16"], "unknown backbone 'vgg16'; did you mean 'vgg19'?"),
        (["--backbone", "vgg19"], "vgg19"),
    ],
)
def test_bad_input_is_one_sentence_exit_2_and_nothing_written(arguments, message, results, capsys, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(results.parent / "torch"))
    assert main(["run", "--dataset", "emoji-scenes", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("adah: ") and message in error and error.count("\n") == 1
    assert not results.exists()
