"""Grids: the right runs, each once, with estimates, shards and states; what is not done says why."""

import contextlib
import io
import re

import pytest

from adahlib.cli import main
from adahlib.cli.runs import Running
from adahlib.errors import AdahError
from adahlib.experiments import RunSpec, read_record, run
from adahlib.experiments.grids import estimate
from adahlib.experiments.grids.alternatives import ALTERNATIVES
from adahlib.experiments.grids.devices import claimed_gpu, gpu_name
from adahlib.experiments.grids.engine import work
from adahlib.experiments.grids.lists import BOOK, default_root, grid, select, shard
from adahlib.experiments.grids.tasks import Outcome, RunTask, described, keep_reason
from adahlib.experiments.records.state import State, run_state
from adahlib.experiments.records.store import write_record
from adahlib.methods import METHODS
from adahlib.methods.deep.adah_options import AdahOptions
from adahlib.models.adah import ATTENTIONS
from adahlib.progress import Progress
from tests.toys import TINY_RUN

RUNS = [RunSpec("emoji-scenes", "adah", 8, seed, attention="none", options=TINY_RUN) for seed in (0, 1)]
TRAINED = RUNS[0]
RUNS_1_PATH = RUNS[1].record_path()


def test_table4_has_every_attention_bits_seed_and_data_set_once():
    runs = grid("table4")
    keys = {(run.dataset, run.attention, run.bits, run.seed) for run in runs}
    assert len(runs) == len(keys) == 2 * 3 * (2 * 5 + 2 * 3)
    full = {run.record_path() for run in grid("table1") if run.method == "adah"}
    assert len(full) == 2 * 3 * 5 and full <= {run.record_path() for run in runs}
    assert {run.record_path() for run in grid("all")} == {r.record_path() for name in BOOK for r in grid(name)}


def test_seph_has_one_modality_in_table1_and_every_convention_beside_it():
    (codes,) = {run.resolved_options()["database_codes"] for run in grid("table1") if run.method == "seph"}
    assert codes == "per-modality"
    runs = [run for run in grid("database") if (run.dataset, run.bits) == ("mirflickr25k", 16)]
    found = {(run.method, run.resolved_options()["database_codes"]) for run in runs}
    assert found == {("cmfh", "unified"), ("cmfh", "per-modality")} | {
        ("seph", codes) for codes in ("unified", "combined", "per-modality")
    }
    assert len(runs) == len(found)
    labels = {run.label() for run in runs}
    assert {"seph", "cmfh", "seph~database_codes=combined"} < labels  # names of records that there are already


@pytest.mark.parametrize("options", ALTERNATIVES, ids=str)
def test_every_alternative_differs_from_the_choice(options):
    chosen = RunSpec("emoji-scenes", "adah", 16, profile="quick").hyperparameters()
    assert all(chosen.get(name, getattr(AdahOptions, name)) != value for name, value in options.items())


def test_no_run_of_the_decisions_repeats_the_choice():
    seen = [(spec.dataset, spec.backbone, sorted(spec.hyperparameters().items())) for spec in grid("decisions")]
    assert len(seen) > 40 and all(seen.count(run) == 1 for run in seen)


def test_other_methods_are_measured_against_their_rows_of_table1():
    runs = [spec for spec in grid("decisions") if spec.method == "seph" and spec.dataset == "mirflickr25k"]
    assert {spec.resolved_options()["database_codes"] for spec in runs} == {"per-modality"}
    assert [spec.resolved_options()["penalty"] for spec in runs] == ["ridge", "kernel", "ridge", "kernel"]
    weights = [spec.options["decorrelation"] for spec in grid("decisions") if "decorrelation" in spec.options]
    assert weights == [0.01, 0.1, 1.0] * 2


def test_each_map_has_its_chance():
    record = {"metrics": {"map": 0.37, "map_unlabelled": 0.13, "chance": 0.26, "chance_unlabelled": 0.04}}
    record["provenance"] = {"seconds": {"total": 3.2}}
    said = "MAP 0.3700, without the labelled 0.1300 (chance 0.2600 and 0.0400; 3 s)"
    assert described(record) == (said, 3.2)


def test_selection():
    runs = select("table4", ["emoji-scenes"], bits=[16], seeds=[2])
    assert [(run.dataset, run.bits, run.seed) for run in runs] == [("emoji-scenes", 16, 2)] * 4
    with pytest.raises(AdahError, match="unknown grid 'tabel4'; did you mean 'table4'"):
        grid("tabel4")


def test_dry_run_lists_with_an_estimate_and_makes_nothing(results, capsys):
    chosen = ["--dataset", "emoji-scenes", "--bits", "16", "--seeds", "0", "2"]
    assert main(["grid", "table1", "--method", "adah", *chosen, "--dry-run"]) == 0
    head, place, *lines = capsys.readouterr().out.splitlines()
    assert head == "table1: 2 runs: 2 missing; 2 to do, time unknown: no record of such a run yet"
    assert place == f"results folder: {results}"
    assert lines == [f"runs/emoji-scenes/adah-both~chosen/16-{seed}.json  ?" for seed in (0, 2)]
    assert not results.exists()


@pytest.mark.slow
def test_estimates_come_from_records_of_such_runs(made):
    known = estimate.typical_seconds(made)
    record = read_record(made / RUNS[0].record_path())
    assert estimate.expected_seconds(RUNS[1], known) == record["provenance"]["seconds"]["total"]
    assert estimate.expected_seconds(RunSpec("emoji-scenes", "adah", 8), known) is None
    record["provenance"]["resumed"] = True  # its seconds are not those of the whole run
    write_record(record, made / RUNS[0].record_path())
    assert estimate.typical_seconds(made) == {}


def test_times_in_words():
    assert estimate.in_words([60.0, 60.0, None], jobs=2) == "about 60 s without 1 whose time is unknown"
    assert [estimate.duration(value) for value in (12.4, 600, 7200)] == ["12 s", "10 min", "2.0 h"]


def test_shards_are_a_partition():
    runs = grid("table4")
    parts = [shard(runs, f"{number}/5") for number in range(1, 6)]
    assert sorted(str(run.record_path()) for part in parts for run in part) == sorted(
        str(run.record_path()) for run in runs
    )
    for bad in ("0/5", "6/5", "2", "a/b", "1/0", "-1/3", "1/²"):
        with pytest.raises(AdahError, match="give i/n with 1 <= i <= n"):
            shard(runs, bad)


def test_smoke_has_every_kind_of_run_and_a_folder_of_its_own(monkeypatch):
    monkeypatch.delenv("ADAH_RESULTS", raising=False)
    runs = grid("smoke")
    assert {run.attention for run in runs if run.method == "adah"} == set(ATTENTIONS)
    assert {run.method for run in runs} == set(METHODS) and len(runs) > len(ALTERNATIVES)
    assert default_root("smoke") != default_root("table4") is None
    assert not {run.record_path() for run in runs} & {run.record_path() for run in grid("all")}


@pytest.mark.slow
def test_status_says_what_is_not_done_and_why(made, capsys):
    record = read_record(made / RUNS[0].record_path())
    assert run_state(RUNS[0]) == State("done") and run_state(RUNS[1]) == State("missing")
    record["fingerprint"]["training"]["adahlib.losses.triplet"] = "another"
    write_record(record, made / RUNS[0].record_path())
    assert run_state(RUNS[0]) == State("stale", "losses.triplet changed")
    keep_reason(RunTask(RUNS[1]), made, "it broke")
    assert run_state(RUNS[1]) == State("failed", "it broke")
    run(RUNS[0])  # makes the stale record again
    assert run_state(RUNS[0]).name == "done"
    assert main(["status", "fig6", "--dataset", "emoji-scenes"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "fig6: 1 runs: 1 missing",
        f"results folder: {made}",
        "missing runs/emoji-scenes/adah-both~chosen/16-0.json",
    ]


def test_a_dry_run_says_once_which_data_is_not_here(results, monkeypatch, capsys):
    monkeypatch.setenv("ADAH_DATA", str(results.parent / "nowhere"))
    assert main(["grid", "table1", "--method", "cca", "--bits", "16", "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert shown.count("mirflickr25k.zip is missing") == 1 and "3 of these runs would fail: " in shown
    assert "emoji" not in shown.splitlines()[-1]  # made here


@pytest.mark.slow
def test_a_failed_run_keeps_its_reason_and_waits_for_retry(results, monkeypatch, capsys):
    monkeypatch.setenv("ADAH_DATA", str(results.parent / "nowhere"))
    command = ["grid", "fig6", "--dataset", "mirflickr25k"]
    assert main(command) == 1
    assert "FAILED: " in capsys.readouterr().out and main(["status", "fig6"]) == 0
    shown = capsys.readouterr().out
    assert "failed  runs/mirflickr25k/adah-both~chosen/16-0.json: " in shown and "mirflickr25k.zip is missing" in shown
    assert main(command) == 1
    assert re.search(r"1 failed; 0 to do\nresults folder: .*\n1 failed before", capsys.readouterr().out)
    assert main([*command, "--retry-failed"]) == 1
    assert "1 failed; 1 to do" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["tabel4"], "unknown grid 'tabel4'; did you mean 'table4'?"),
        (["table4", "--dataset", "mirflikr25k"], "unknown data set 'mirflikr25k'; did you mean 'mirflickr25k'?"),
        (["table4", "--method", "scm"], "grid table4 has no run of scm; it has adah."),
        (["table4", "--bits", "17"], "grid table4 has no run of 17 bits; it has 16, 32, 64."),
        (["table4", "--seeds", "9"], "grid table4 has no run of seed 9; it has 0, 1, 2, 3, 4."),
        (["table4", "--shard", "3/2"], "--shard 3/2: give i/n"),
        (["pages", "--bits", "16"], "grid pages has no --method, --bits and --seeds"),
        (["table4", "--scheduler", "tcp://x:1", "--jobs", "2"], "--scheduler has its own workers"),
        (["table4", "--jobs", "-1"], "--jobs=-1 must be a whole number, at least 1."),
    ],
)
def test_bad_input_is_one_sentence(arguments, message, results, capsys):
    assert main(["grid", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("adah: ") and message in error and error.count("\n") == 1
    assert not results.exists()


def test_one_gpu_per_worker():
    with claimed_gpu(2) as first, claimed_gpu(2) as second:
        assert {first, second} == {0, 1}
    with claimed_gpu(2) as again, claimed_gpu(0) as none:
        assert again == 0 and none is None


def test_several_runs_share_a_gpu_where_that_is_stated(monkeypatch):
    monkeypatch.setenv("ADAH_RUNS_PER_GPU", "2")
    with contextlib.ExitStack() as stack:
        assert [stack.enter_context(claimed_gpu(2)) for _ in range(4)] == [0, 1, 0, 1]
        monkeypatch.setenv("ADAH_RUNS_PER_GPU", "3")
        assert stack.enter_context(claimed_gpu(2)) == 0
    monkeypatch.setenv("ADAH_RUNS_PER_GPU", "0")
    with pytest.raises(AdahError, match="ADAH_RUNS_PER_GPU='0' must be a whole number from 1 to 64"):
        claimed_gpu(1).__enter__()
    assert main(["grid", "table4", "--dry-run"]) == 2


def test_a_gpu_is_known_by_its_own_name(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "GPU-aa, GPU-bb")
    assert [gpu_name(0), gpu_name(1), gpu_name(2)] == ["GPU-aa", "GPU-bb", "2"]


def test_a_worker_with_other_code_refuses(results):
    outcome = work(RunTask(RUNS[0]), results, False, 1, "another code")
    assert outcome == Outcome("failed", "this worker runs other code than the command; restart the worker")
    assert not results.exists()


def test_a_reason_holds_for_the_code_that_failed(results, monkeypatch):
    keep_reason(RunTask(RUNS[1]), results, "it broke")
    assert run_state(RUNS[1]).name == "failed"
    changed = RunSpec(RUNS[1].dataset, "adah", 8, 1, attention="none", options=TINY_RUN | {"epochs": 2})
    monkeypatch.setattr(RunSpec, "record_path", lambda spec: RUNS_1_PATH)
    assert run_state(changed).name == "missing"


@pytest.fixture
def running():
    """What a grid's bar says of its runs, with a real bar that is drawn into a text."""
    with Progress(total=3, file=io.StringIO(), miniters=0) as bar:
        yield Running(bar)


def test_a_run_that_converged_early_is_not_shown_any_more(running, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    running.watch("seph 16 bits, seed 0", 96, 100)
    running.watch("cca 16 bits, seed 0", 1, 2)
    assert running.bar.postfix == "seph 16 bits, seed 0: 96%; cca 16 bits, seed 0: 50%"
    running.forget(RunTask(RunSpec("emoji-scenes", "seph", 16)))
    running.watch("cca 16 bits, seed 0", 2, 4)
    assert running.bar.postfix == "cca 16 bits, seed 0: 50%"


def test_names_of_runs_give_way_where_the_line_is_short(running, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    for number in range(3):
        running.watch(f"adah-both 16 bits, seed {number}", number, 4)
    assert running.bar.postfix == "0%, 25%, 50%"
