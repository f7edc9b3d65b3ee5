"""Search in files beside search in memory: LastingIndex, HammingIndex and FAISS's flat index, in turn, in one process.

``python -m benchmarks lasting`` prints seconds for 100 queries of 64 bits with 100 answers each, and what
opening, adding, removing and compacting take. Codes are random, and the files in the system's cache.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from adahlib.retrieval import BinaryCodes, HammingIndex, LastingIndex
from adahlib.retrieval.threads import threads

QUERIES, K, BITS, SEGMENTS, ROUNDS = 100, 100, 64, 10, 5


def random_codes(n: int, seed: int) -> BinaryCodes:
    """Return random codes."""
    return BinaryCodes(np.random.default_rng(seed).integers(0, 256, (n, BITS // 8), dtype=np.uint8), BITS)


def seconds(work: Callable[[], object]) -> float:
    """Return how long some work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure(n: int, folder: Path) -> dict[str, list[float]]:
    """Return seconds of each round of each way to search n codes, and of the changes to the index in files."""
    codes, query, ids = random_codes(n, 0), random_codes(QUERIES, 1), np.arange(n)
    memory, lasting = HammingIndex(BITS), LastingIndex.create(folder, BITS)
    memory.add(codes, ids)
    blocks = np.array_split(ids, SEGMENTS)
    found = {"append a tenth": [seconds(lambda b=block: lasting.append(codes[b], b)) for block in blocks]}
    lasting.search(query[:2], K)  # compiled before the clock starts
    for _ in range(ROUNDS):
        for name, search in (
            (f"LastingIndex, {SEGMENTS} segments", lambda: lasting.search(query, K)),
            ("HammingIndex, ties by id", lambda: memory.search(query, K)),
            ("FAISS flat alone, ties as they come", lambda: memory._faiss.search(query.packed, K)),
            ("LastingIndex, one query", lambda: lasting.search(query[:1], K)),
            ("FAISS flat alone, one query", lambda: memory._faiss.search(query.packed[:1], K)),
            ("open", lambda: LastingIndex(folder)),
        ):
            found.setdefault(name, []).append(seconds(search))
    for one, other in zip(lasting.search(query, K), memory.search(query, K), strict=True):
        np.testing.assert_array_equal(one, other)
    found["remove a hundredth"] = [seconds(lambda: lasting.remove(ids[::100]))]
    found["compact"] = [seconds(lasting.compact)]
    return found


def main(n: int = 1_000_000) -> None:
    """Measure and print the median and the range of each."""
    with tempfile.TemporaryDirectory() as folder:
        print(f"{n:,} codes of {BITS} bits, {QUERIES} queries, k={K}, {threads()} threads")
        for name, each in measure(n, Path(folder)).items():
            print(f"{name:38}{np.median(each):10.4f} s  ({min(each):.4f} to {max(each):.4f})", flush=True)

