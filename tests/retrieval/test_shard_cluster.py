"""Shards counted by real Dask workers, two of them, one killed in the middle: the same counts to the last bit."""

import contextlib
import functools
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from adahlib.errors import AdahError, UnavailableError
from adahlib.experiments.grids.engine import client
from adahlib.progress import progress, reporting
from adahlib.retrieval import BinaryCodes, open_shards, shard_cluster, shard_histograms, write_shards
from adahlib.retrieval.shard_cluster import count_on_worker
from adahlib.retrieval.shard_ranking import query_words
from tests.toys import random_sides

SHARDS, ITEMS, QUERIES = 12, 60_000, 1500  # a shard takes about a tenth of a second


@pytest.fixture(scope="module")
def sides(tmp_path_factory):
    """Random queries, a database in shards, and the labels of the queries."""
    draw, folder = np.random.default_rng(0), tmp_path_factory.mktemp("cluster") / "shards"
    with write_shards(folder, 48, 24, shard_size=ITEMS) as writer:
        for _ in range(SHARDS):
            codes = BinaryCodes(draw.integers(0, 256, (ITEMS, 6), dtype=np.uint8), 48)
            writer.append(codes, draw.random((ITEMS, 24), dtype=np.float32) < 0.1)
    query = BinaryCodes(draw.integers(0, 256, (QUERIES, 6), dtype=np.uint8), 48)
    return query, open_shards(folder), draw.random((QUERIES, 24)) < 0.1


@pytest.fixture(scope="module")
def expected(sides):
    """What this process counts."""
    return shard_histograms(*sides)


@pytest.fixture
def at_once(monkeypatch):
    """Progress is told from the first shard on."""
    monkeypatch.setattr(shard_cluster, "progress", functools.partial(progress, delay=0, mininterval=0, miniters=1))


@pytest.fixture(scope="module")
def workers():
    """A client of two workers."""
    with client(2) as connected:
        connected.wait_for_workers(2)
        yield connected


@pytest.mark.slow
def test_two_workers_count_what_this_process_counts(sides, expected, workers):
    np.testing.assert_array_equal(shard_histograms(*sides, client=workers), expected)
    pids = workers.run(os.getpid)
    assert len(set(pids.values())) == 2 and os.getpid() not in pids.values()


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_changes_nothing(sides, expected, workers, at_once):
    pids, told, killed = list(workers.run(os.getpid).values()), [], []

    def watch(description, done, total):
        told.append(done)
        if 0 < done < total and not killed:
            killed.append(pids[0])
            os.kill(killed[0], signal.SIGKILL)

    with reporting(watch):
        found = shard_histograms(*sides, client=workers)
    assert killed and max(told) == SHARDS * ITEMS
    np.testing.assert_array_equal(found, expected)
    workers.wait_for_workers(2)
    assert killed[0] not in workers.run(os.getpid).values()


@pytest.mark.slow
def test_an_interruption_ends_the_tasks(sides, expected, workers, at_once):
    def interrupt(description, done, total):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), reporting(interrupt):
        shard_histograms(*sides, client=workers)
    np.testing.assert_array_equal(shard_histograms(*sides, client=workers), expected)


@pytest.mark.slow
def test_a_damaged_shard_is_one_sentence_also_from_a_worker(tmp_path, workers):
    query, database, query_labels, labels = random_sides(bits=12)
    with write_shards(tmp_path / "shards", 12, 6, shard_size=30) as writer:
        writer.append(database, labels)
    shards = open_shards(tmp_path / "shards")
    path = shards.path(2, "codes")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(AdahError, match=r"00002\.codes\.npy was cut off"):
        shard_histograms(query, shards, query_labels, workers)


def test_what_is_no_client_is_refused(sides):
    with pytest.raises(AdahError, match=r"client is a str; give a distributed\.Client, or None for this machine"):
        shard_histograms(*sides, client="tcp://127.0.0.1:8786")


def test_a_worker_that_sees_other_shards_says_so(sides):
    words = query_words(*sides)
    with pytest.raises(AdahError, match="holds other shards for the worker; give it the same folder"):
        count_on_worker(str(sides[1].folder), "another digest", 0, *words)
    with pytest.raises(AdahError, match="nowhere holds no shards"):
        count_on_worker("/nowhere", sides[1].digest, 0, *words)


@pytest.mark.slow
def test_dask_is_imported_only_for_a_cluster():
    code = "import sys, adahlib.retrieval.shard_cluster as c; assert not {'dask', 'distributed'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def dask(*arguments):
    command = [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *map(str, arguments[1:])]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.slow
def test_a_scheduler_that_is_not_there_or_dies_is_one_sentence(sides, at_once):
    port = 19786 + os.getpid() % 1000
    address = f"tcp://127.0.0.1:{port}"
    with pytest.raises(AdahError, match=f"no Dask scheduler answers at {address}"), client(scheduler=address):
        pass
    with contextlib.ExitStack() as running:
        scheduler = dask("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")
        worker = dask("worker", address, "--nthreads", 1, "--no-dashboard", "--death-timeout", 20)
        for process in (scheduler, worker):
            running.callback(process.wait)
            running.callback(process.kill)

        def kill(description, done, total):
            if done:
                scheduler.kill()

        connected = running.enter_context(client(scheduler=address))
        with pytest.raises(UnavailableError, match="connection to the Dask scheduler was lost"), reporting(kill):
            shard_histograms(*sides, client=connected)
