"""The grid: runs a minute with one and two jobs, seconds a run beyond its training, and a finished grid asked again.

The grids are real commands in processes of their own, with a results folder and a cache of their own. Seconds beyond
training are those of the whole command, start of Python and workers included, less those of the trainings.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from adahlib.experiments import RunSpec, read_record
from adahlib.experiments.fingerprint import fingerprint
from adahlib.experiments.rundata import load_data
from adahlib.experiments.store import write_record
from adahlib.paths import cache_root
from benchmarks.store import save

SHARD = "1/6"
FINISHED = 200
COUNT_STATES = """
from adahlib.experiments import RunSpec
from adahlib.experiments.state import run_state
specs = [RunSpec("emoji-scenes", "adah", 16, seed, attention="none") for seed in range({count})]
assert all(run_state(spec).name == "done" for spec in specs)
"""


def timed(command: list[str], folder: Path) -> tuple[float, str]:
    """Return the seconds of a command and what it printed."""
    environment = os.environ | {
        "ADAH_RESULTS": str(folder / "results"), "ADAH_CACHE": str(folder / "cache"), "ADAH_PROGRESS": "0",
    }  # fmt: skip
    started = time.perf_counter()
    done = subprocess.run([sys.executable, *command], env=environment, capture_output=True, text=True, check=True)
    return time.perf_counter() - started, done.stdout


def prepared(folder: Path) -> Path:
    """Make a cache that has the scenes and their maps, since computing them is not what is measured."""
    (folder / "cache").mkdir(parents=True)
    for name in ("emoji-scenes", "maps"):
        (folder / "cache" / name).symlink_to(cache_root() / name)
    return folder


def throughput(folder: Path, jobs: int) -> dict:
    """Run a share of the smoke grid and return what it took."""
    command = ["-m", "adahlib", "grid", "smoke", "--shard", SHARD, "--jobs", str(jobs), "--results"]
    seconds, shown = timed([*command, str(folder / "results")], folder)
    runs = int(re.search(r"(\d+) to do", shown).group(1))
    records = [read_record(path) for path in (folder / "results").rglob("*.json")]
    assert len(records) == runs
    fit = [record["provenance"]["seconds"]["fit"] for record in records]
    total = [record["provenance"]["seconds"]["total"] for record in records]
    again, _ = timed([*command, str(folder / "results")], folder)
    return {
        "jobs": jobs, "runs": runs, "seconds": round(seconds, 1), "runs_a_minute": round(60 * runs / seconds, 1),
        "training_seconds_a_run": round(statistics.mean(fit), 2),
        "seconds_a_run_beyond_training": round((seconds * jobs - sum(fit)) / runs, 2),
        "seconds_a_run_of_the_engine": round((seconds * jobs - sum(total)) / runs, 2),
        "asked_again_seconds": round(again, 1),
    }  # fmt: skip


def finished(folder: Path) -> float:
    """Return the seconds of looking up the states of a finished grid of ``FINISHED`` runs, start of Python included."""
    options = ["--set", "epochs=1", "--set", "text_hidden=16", "--set", "text_features=16", "--set", "image_adapter=0"]
    timed(["-m", "adahlib", "run", "--dataset", "emoji-scenes", "--attention", "none", *options], folder)
    record = read_record(next((folder / "results").rglob("*.json")))
    for seed in range(FINISHED):
        spec = RunSpec("emoji-scenes", "adah", 16, seed, attention="none")
        own = record | {"fingerprint": fingerprint(spec, load_data(spec.dataset, 0, False).hash)}
        write_record(own, folder / "results" / spec.record_path())
    return timed(["-c", COUNT_STATES.format(count=FINISHED)], folder)[0]


def main() -> None:
    """Print and keep the measurements."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        for jobs in (1, 2):
            rows.append(throughput(prepared(Path(name) / str(jobs)), jobs))
            print(json.dumps(rows[-1]), flush=True)
        again = finished(prepared(Path(name) / "finished"))
    print(f"states of a finished grid of {FINISHED} runs: {again:.1f} s")
    save("grid", {"throughput": rows, "finished": {"runs": FINISHED, "seconds": round(again, 1)}})
