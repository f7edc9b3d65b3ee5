"""Grids with real processes: killed workers, commands and schedulers, a full disk, two commands, a torn record.

After each of them the same command finishes the table, with the numbers of an undisturbed run and no run done twice.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import psutil
import pytest
import requests

from adahlib.cli import main
from adahlib.experiments import load_results, read_record
from adahlib.experiments.grids.engine import client

pytestmark = pytest.mark.slow
GRID = ["grid", "smoke", "--shard", "12/20", "--results"]  # two short runs
TOTAL = 2
PATIENCE = 900  # seconds until a process is taken to hang: a busy machine is ten times slower than an idle one
NUMBERS = ("spec", "options", "metrics", "codes_hash", "history", "data", "fingerprint")


def adah(*arguments, check=0, **environment):
    """Run the command to its end, check its exit code and return what it printed."""
    command = [sys.executable, "-m", "adahlib.cli", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | environment, timeout=PATIENCE)
    assert done.returncode == check, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def started():
    """The function that starts the command and returns its process; a test that fails leaves none behind."""
    with contextlib.ExitStack() as running:

        def start(*arguments):
            command = [sys.executable, "-m", "adahlib.cli", *map(str, arguments)]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            running.callback(process.kill)
            return process

        yield start


def records(folder):
    return {str(p.relative_to(folder)): read_record(p) for p in sorted(folder.rglob("*.json"))}


def numbers(folder):
    return {name: {key: record[key] for key in NUMBERS} for name, record in records(folder).items()}


def dates(folder):
    return {name: record["provenance"]["date"] for name, record in records(folder).items()}


def wait_until(condition, process):
    """Wait for a condition while a process runs."""
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert process.poll() is None and time.monotonic() < end, process.stdout.read()
        time.sleep(0.02)
    return found


def workers_of(process):
    """Return the worker processes of a command, without multiprocessing's tracker."""
    with contextlib.suppress(psutil.NoSuchProcess):
        children = psutil.Process(process.pid).children(recursive=True)
        return [child for child in children if "spawn_main" in " ".join(child.cmdline())]
    return []


def training():
    """Return whether a run is between its first epoch and its record."""
    folder = os.path.join(os.environ["ADAH_CACHE"], "checkpoints")
    return os.path.isdir(folder) and any(name.endswith(".pt") for name in os.listdir(folder))


@pytest.fixture(scope="module")
def whole(tmp_path_factory, cache_without_codes):
    """The results folder of the grid when nothing goes wrong."""
    folder = tmp_path_factory.mktemp("undisturbed")
    text = adah(*GRID, folder / "results", ADAH_CACHE=str(cache_without_codes(folder / "cache")))
    assert f"{TOTAL} runs: {TOTAL} missing; {TOTAL} to do" in text
    return folder / "results"


@pytest.fixture
def undisturbed(whole):
    """The numbers of that grid."""
    return numbers(whole)


def test_a_killed_worker_costs_nothing(undisturbed, results, started):
    grid = started(*GRID, results, "--jobs", 1)
    wait_until(training, grid)
    for worker in workers_of(grid):
        worker.send_signal(signal.SIGKILL)
    text = grid.communicate(timeout=PATIENCE)[0]
    assert grid.returncode == 0, text
    assert numbers(results) == undisturbed


def test_a_killed_command_takes_its_workers_along_and_the_next_one_goes_on(undisturbed, results, started):
    grid = started(*GRID, results, "--jobs", 1)
    wait_until(lambda: list(results.rglob("*.json")), grid)
    orphans = workers_of(grid)
    assert orphans
    grid.kill()
    grid.wait()
    done = dates(results)
    assert not psutil.wait_procs(orphans, timeout=20)[1]
    text = adah(*GRID, results)
    assert f"{len(done)} done" in text
    assert numbers(results) == undisturbed
    assert {name: date for name, date in dates(results).items() if name in done} == done


def dask(*arguments):
    command = [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *map(str, arguments[1:])]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextlib.contextmanager
def cluster(port):
    """A scheduler and a worker as one starts them on a cluster."""
    scheduler = dask("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")
    worker = dask("worker", f"tcp://127.0.0.1:{port}", "--nthreads", 1, "--no-dashboard", "--death-timeout", 20)
    try:
        yield scheduler, worker
    finally:
        for process in (worker, scheduler):
            process.kill()
            process.wait()


def test_a_killed_scheduler_is_one_sentence_and_nothing_is_lost(undisturbed, results, started):
    port = 18786 + os.getpid() % 1000
    address = f"tcp://127.0.0.1:{port}"
    assert "no Dask scheduler answers" in adah(*GRID, results, "--scheduler", address, check=2)
    with cluster(port) as (scheduler, _):
        grid = started(*GRID, results, "--scheduler", address)
        wait_until(lambda: list(results.rglob("*.json")), grid)
        scheduler.kill()
        text = grid.communicate(timeout=PATIENCE)[0]
        assert grid.returncode == 2 and "connection to the Dask scheduler was lost" in text, text
    done = dates(results)
    with cluster(port):
        adah(*GRID, results, "--scheduler", address)
    assert numbers(results) == undisturbed
    assert {name: date for name, date in dates(results).items() if name in done} == done


def test_nobody_else_can_speak_to_a_grid_on_this_machine():
    """Whoever reaches a scheduler runs code as its user: other users of the machine are kept out by a certificate."""
    with client(1) as connected:
        address = connected.scheduler.address
        assert connected.submit(os.getpid).result() != os.getpid()
        for stranger in (address, address.replace("tls://", "tcp://")):
            assert refused(stranger, "None")
        assert refused(address, "Security.temporary()")  # a certificate of one's own
        here = psutil.Process()
        sockets = [socket for each in (here, *here.children(recursive=True)) for socket in each.net_connections()]
        listening = {socket.laddr.ip for socket in sockets if socket.status == psutil.CONN_LISTEN}
        assert listening == {"127.0.0.1"}
        pages = {socket.laddr.port for socket in sockets if socket.status == psutil.CONN_LISTEN}
        assert not any(answers(port, page) for port in pages for page in ("/", "/health", "/info/main/workers.html"))


def refused(address, security):
    """Return whether a process that is none of the grid's cannot join it."""
    code = f"from distributed import Client, Security\nClient({address!r}, security={security}, timeout=2)"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60).returncode != 0


def answers(port, page):
    """Return whether something on this machine answers with a page."""
    try:
        return requests.get(f"http://127.0.0.1:{port}{page}", timeout=2).ok
    except requests.RequestException:
        return False


def slurm_is_here():
    return shutil.which("sinfo") and not subprocess.run(["sinfo"], capture_output=True).returncode


@pytest.mark.skipif(not slurm_is_here(), reason="no SLURM on this machine")
def test_a_grid_under_slurm(undisturbed, results, monkeypatch):
    for name, value in {"MEMORY": "2GB", "WALLTIME": "00:10:00", "INTERFACE": "lo"}.items():
        monkeypatch.setenv(f"DASK_JOBQUEUE__SLURM__{name}", value)
    adah(*GRID, results, "--slurm", "--jobs", 2)
    assert numbers(results) == undisturbed


def test_what_a_killed_process_left_half_written_is_no_record(whole, results, capsys):
    shutil.copytree(whole, results)
    record = sorted(results.rglob("*.json"))[0]
    (record.parent / f".{record.name}.abc.json").write_text(record.read_text()[:500])
    assert len(load_results(results, variations=True)) == TOTAL
    assert main([*GRID, str(results)]) == 0
    assert f"{TOTAL} done; 0 to do" in capsys.readouterr().out


def test_two_commands_at_once_share_the_runs(undisturbed, results, started):
    both = [started(*GRID, results, "--jobs", 1) for _ in range(2)]
    texts = [grid.communicate(timeout=PATIENCE)[0] for grid in both]
    assert [grid.returncode for grid in both] == [0, 0], texts
    lines = [line for text in texts for line in text.splitlines() if "MAP I→T" in line]
    assert sum("made by another command" not in line for line in lines) == TOTAL, texts
    assert numbers(results) == undisturbed


def test_a_torn_record_is_named_and_made_again_alone(whole, undisturbed, results, capsys):
    shutil.copytree(whole, results)
    before = dates(results)
    torn = sorted(results.rglob("*.json"))[1]
    torn.write_bytes(torn.read_bytes()[:900])
    assert main(["status", *GRID[1:], str(results)]) == 0
    assert f"{torn.relative_to(results)}: {torn} is not a readable record" in capsys.readouterr().out
    assert f"{TOTAL - 1} done, 1 stale; 1 to do" in adah(*GRID, results)
    assert numbers(results) == undisturbed
    name = str(torn.relative_to(results))
    assert {n: d for n, d in dates(results).items() if n != name} == {n: d for n, d in before.items() if n != name}


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of 12 KiB that can be made larger."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12k", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("a small tmpfs cannot be mounted here (not root)")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_loses_nothing(undisturbed, results, small_disk):
    text = adah(*GRID, small_disk, check=1)
    assert "FAILED: OSError: [Errno 28] No space left on device" in text
    assert len(records(small_disk)) < TOTAL  # and each of them can be read
    subprocess.run(["mount", "-o", "remount,size=4m", str(small_disk)], check=True)
    adah(*GRID, small_disk)
    assert json.dumps(numbers(small_disk)) == json.dumps(undisturbed)
