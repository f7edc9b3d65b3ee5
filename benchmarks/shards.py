"""Exact evaluation from the disk: 10⁸ codes in shards, counted block by block, beside the same loops in memory.

``python -m benchmarks shards`` takes 2.4 GB in the temporary folder and some minutes. Each way is measured in a process
of its own, so that peaks do not mix. The page cache is emptied of the shards before the first, cold, pass over them.
What a thousand million codes and more cost is computed from the measured rates, and says so.
"""

import dataclasses
import functools
import json
import os
import tempfile
import time
from pathlib import Path

import numpy as np

from adahlib.errors import AdahError
from adahlib.retrieval import BinaryCodes, distance_histograms, open_shards, shard_histograms, write_shards
from adahlib.retrieval.shards import BLOCK, CodeShards
from adahlib.retrieval.threads import threads
from benchmarks.own_process import in_own_process, peak_mb
from benchmarks.retrieval import memory_bandwidth
from benchmarks.store import save

ITEMS, QUERIES, BITS, LABELS = 10**8, 100, 64, 24
IN_MEMORY = 10**7  # items; as many as a machine of a few GB holds with their labels, a byte each
ROUNDS = 3
ON_PAPER = (10**8, 10**9, 10**10)
PIECE = 2**22  # bytes read at a time
ROW_BYTES = 16  # of a code and its labels; the id's 8 are not read


def random_block(count: int, seed: int) -> tuple[BinaryCodes, np.ndarray]:
    """Return random codes and labels, about one label in ten."""
    draw = np.random.default_rng(seed)
    codes = BinaryCodes(draw.integers(0, 256, (count, BITS // 8), dtype=np.uint8), BITS)
    return codes, draw.integers(0, 256, (count, LABELS), dtype=np.uint8) < 26


def write_random(folder: Path, items: int) -> float:
    """Write shards of random codes and return the seconds that it took."""
    started = time.perf_counter()
    with write_shards(folder, BITS, LABELS, shard_size=max(1, min(2**24, items // 8))) as writer:
        for start in range(0, items, BLOCK):
            writer.append(*random_block(min(BLOCK, items - start), seed=start + 1))
    return time.perf_counter() - started


def forget(shards: CodeShards) -> None:
    """Ask the system to drop the shards from its cache, so that the next pass reads them from the disk."""
    for path in files_of(shards):
        number = os.open(path, os.O_RDONLY)
        os.posix_fadvise(number, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(number)


def files_of(shards: CodeShards) -> list[Path]:
    """Return the files that a count reads."""
    return [shards.path(number, part) for number in range(len(shards)) for part in ("codes", "labels")]


def read_speed(shards: CodeShards) -> float:
    """Return the GB/s at which one thread reads the shards' files."""
    buffer, started, total = bytearray(PIECE), time.perf_counter(), 0
    for path in files_of(shards):
        with path.open("rb", buffering=0) as file:
            while size := file.readinto(buffer):
                total += size
    return total / (time.perf_counter() - started) / 1e9


def measured(pairs: int, count, rounds: int = ROUNDS) -> dict:
    """Return the pairs a second of the best of some rounds, the process' peak memory, and the sum of the counts."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        items, relevant = count()
        times.append(time.perf_counter() - started)
    same = [int(items @ np.arange(BITS + 1) @ np.ones(len(items), int)), int(relevant.sum())]
    return {"seconds": min(times), "pairs_a_second": pairs / min(times), "peak_mb": round(peak_mb()), "sums": same}


def streamed(folder: str, cold: bool) -> dict:
    """Return the figures of a count from shards, from the disk (once) or from the system's cache."""
    shards, (query, labels) = open_shards(folder), random_block(QUERIES, seed=0)
    few = dataclasses.replace(shards, counts=(min(shards.counts[0], 2**17),))
    shard_histograms(query[:1], few, labels[:1])  # compiled, imported
    if cold:
        forget(shards)
    return measured(QUERIES * shards.size, lambda: shard_histograms(query, shards, labels), 1 if cold else ROUNDS)


def in_memory(items: int) -> dict:
    """Return the figures of ``distance_histograms`` on codes and labels in memory."""
    (query, labels), (database, tags) = random_block(QUERIES, seed=0), random_block(items, seed=1)
    distance_histograms(query[:2], database[: 2**17], labels[:2], tags[: 2**17])
    return measured(QUERIES * items, lambda: distance_histograms(query, database, labels, tags))


def on_workers(folder: str, workers: int) -> dict:
    """Return the figures of a count by workers of one thread on this machine, without their start."""
    from adahlib.experiments.grids.engine import client

    shards, (query, labels) = open_shards(folder), random_block(QUERIES, seed=0)
    with client(workers) as connected:
        connected.wait_for_workers(workers)
        count = functools.partial(shard_histograms, query, shards, labels, connected)
        count()  # the workers import and compile
        return measured(QUERIES * shards.size, count)


def on_paper(pairs_a_second: float, disk: float) -> list[dict]:
    """Return what larger databases cost by the measured rates: bytes, seconds to count and to read, and what bounds."""
    rows = []
    for items in ON_PAPER:
        counting, reading = QUERIES * items / pairs_a_second, ROW_BYTES * items / disk / 1e9
        rows.append({
            "items": items, "gb_read": ROW_BYTES * items / 1e9, "gb_with_ids": (ROW_BYTES + 8) * items / 1e9,
            "counting_seconds": counting, "reading_seconds": reading,
            "bound": "counting" if counting > reading else "the disk",
            "queries_where_both_take_as_long": pairs_a_second * ROW_BYTES / disk / 1e9,
        })  # fmt: skip
    return rows


def main(items: int = ITEMS) -> None:
    """Print and keep the figures."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "shards"
        figures = {"write_seconds": write_random(folder, items)}
        shards = open_shards(folder)
        forget(shards)
        figures["disk_gb_a_second"], figures["cache_gb_a_second"] = read_speed(shards), read_speed(shards)
        ways = {
            "in memory": (in_memory, min(items, IN_MEMORY)),
            "shards, from the disk": (streamed, str(folder), True),
            "shards, from the cache": (streamed, str(folder), False),
            "1 Dask worker": (on_workers, str(folder), 1),
            "2 Dask workers": (on_workers, str(folder), 2),
        }
        rows = []
        for way, call in ways.items():
            rows.append({"way": way, "items": call[1] if way == "in memory" else items, **in_own_process(*call)})
            print(json.dumps(rows[-1]), flush=True)
    if len({tuple(row["sums"]) for row in rows if row["items"] == items and row["way"] != "in memory"}) != 1:
        raise AdahError("shards have other counts from one way than from another.")
    paper = on_paper(rows[2]["pairs_a_second"], figures["disk_gb_a_second"])
    about = {"items": items, "queries": QUERIES, "bits": BITS, "labels": LABELS, "block": BLOCK}
    about |= figures | {"memory_gb_a_second": memory_bandwidth(), "threads": threads()}
    for row in paper:
        print(json.dumps(row))
    save("shards", about | {"rows": rows, "on_paper": paper})
