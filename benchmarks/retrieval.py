"""MAP over a whole database, side by side on the same random codes: ours and what people use.

(a) is the loop that public repositories share: for each query all distances by a matrix product, a full argsort, and
the ranks of the relevant items. (b) counts distances with NumPy, (c) lets FAISS rank everything, (d) is torchmetrics.
Slow ones get fewer queries; every figure is per query. Times are the best of a few, peaks are of a process of its own.
"""

import time
from collections.abc import Callable

import numpy as np

from adahlib.retrieval import BinaryCodes, HammingIndex, mean_average_precision
from adahlib.retrieval.faiss_kinds import KINDS
from adahlib.retrieval.ranking import QUERIES
from adahlib.retrieval.threads import threads
from benchmarks.own_process import in_own_process, peak_mb
from benchmarks.store import save

SIZES = ((2_000, 18_015, 24), (2_100, 193_734, 21))
BITS = (16, 32, 64)
REPETITIONS = 5
FEW = {
    "(a) loop with argsort": 60,
    "(a) stable": 60,
    "(b) NumPy histogram": 60,
    "(c) FAISS, full ranking": 200,
    "(d) torchmetrics": 20,
}


def random_sides(n_query: int, n_database: int, labels: int, bits: int) -> tuple:
    """Return random codes, of whole bytes, and labels, about one label in ten."""
    generator, counts = np.random.default_rng(0), (n_query, n_database)
    codes = [BinaryCodes(generator.integers(0, 256, (n, bits // 8), dtype=np.uint8), bits) for n in counts]
    return (*codes, *(generator.integers(0, 256, (n, labels), dtype=np.uint8) < 26 for n in counts))


def loop_with_stable_argsort(query, database, query_labels, database_labels) -> float:
    """(a) as it must be for the same number on every machine: ties in database order."""
    return loop_with_argsort(query, database, query_labels, database_labels, kind="stable")


def loop_with_argsort(query, database, query_labels, database_labels, kind=None) -> float:
    """(a): ties end where an unstable sort leaves them, which NumPy's versions and machines do differently."""
    own, stored = query.signs().astype(np.float32), database.signs().astype(np.float32)
    tags, stored_tags = query_labels.astype(np.float32), database_labels.astype(np.float32)
    scores = []
    for i in range(len(own)):
        relevant = (tags[i] @ stored_tags.T > 0).astype(np.float32)
        distance = 0.5 * (query.bits - own[i] @ stored.T)
        ranks = np.flatnonzero(relevant[np.argsort(distance, kind=kind)]) + 1.0
        scores.append(np.mean(np.arange(1, len(ranks) + 1) / ranks) if len(ranks) else 0.0)
    return float(np.mean(scores))


def numpy_histogram(query, database, query_labels, database_labels) -> float:
    """(b): two histograms a query, then the expected AP."""
    from adahlib.retrieval import average_precision

    items, relevant = np.zeros((2, len(query), query.bits + 1), np.int64)
    for i in range(len(query)):
        distance = np.bitwise_count(query.packed[i] ^ database.packed).sum(axis=1)
        shared = (database_labels & query_labels[i]).any(axis=1)
        items[i] = np.bincount(distance, minlength=query.bits + 1)
        relevant[i] = np.bincount(distance[shared], minlength=query.bits + 1)
    return float(average_precision(items, relevant).mean())


def faiss_ranking(query, database, query_labels, database_labels) -> float:
    """(c): FAISS ranks everything; ties end where it leaves them."""
    import faiss

    index = faiss.IndexBinaryFlat(8 * database.packed.shape[1])
    index.add(database.packed)
    _, order = index.search(query.packed, len(database))
    scores = []
    for i in range(len(query)):
        relevant = (database_labels & query_labels[i]).any(axis=1)
        ranks = np.flatnonzero(relevant[order[i]]) + 1.0
        scores.append(np.mean(np.arange(1, len(ranks) + 1) / ranks) if len(ranks) else 0.0)
    return float(np.mean(scores))


def torchmetrics_map(query, database, query_labels, database_labels) -> float:
    """(d): scores are shifted to be positive, since RetrievalMAP reads negative ones as nothing retrieved."""
    import torch

    from benchmarks.torchvision_operators import declare_missing_operators

    declare_missing_operators()  # torchmetrics imports torchvision
    from torchmetrics.retrieval import RetrievalMAP

    metric = RetrievalMAP()
    for i in range(len(query)):
        distance = np.bitwise_count(query.packed[i] ^ database.packed).sum(axis=1)
        relevant = (database_labels & query_labels[i]).any(axis=1)
        scores = torch.from_numpy(1.0 - distance / (query.bits + 1))
        metric.update(scores, torch.from_numpy(relevant), torch.full((len(scores),), i))
    return float(metric.compute())


WAYS: dict[str, Callable] = {
    "adahlib": mean_average_precision,
    "(a) loop with argsort": loop_with_argsort,
    "(a) stable": loop_with_stable_argsort,
    "(b) NumPy histogram": numpy_histogram,
    "(c) FAISS, full ranking": faiss_ranking,
    "(d) torchmetrics": torchmetrics_map,
}


def measure(way: str, n_query: int, n_database: int, labels: int, bits: int) -> dict:
    """Return queries a second and the memory that a way took beyond its input, measured in this process."""
    n_query = min(n_query, FEW.get(way, n_query))
    sides = random_sides(n_query, n_database, labels, bits)
    few = (sides[0][:2], sides[1], sides[2][:2], sides[3])
    WAYS[way](*few)  # compiled, imported, warm
    before = peak_mb()
    times = []
    for _ in range(REPETITIONS):
        started = time.perf_counter()
        value = WAYS[way](*sides)
        times.append(time.perf_counter() - started)
    peak = peak_mb()
    return {
        "way": way, "queries": n_query, "database": n_database, "labels": labels, "bits": bits, "map": round(value, 4),
        "queries_a_second": round(n_query / min(times), 1), "extra_mb": round(peak - before, 1),
        "peak_mb": round(peak),
    }  # fmt: skip


def growth() -> list[dict]:
    """Return our way's figures at 64 bits, 1,000 queries, from 10⁴ to 10⁷ items, with what it reads a second.

    A block of ``QUERIES`` queries passes over a tile while it is in the cache, so that the words of the database,
    8 bytes of code and 8 of labels an item, must come from memory once a block.
    """
    rows = [in_own_process(measure, "adahlib", 1_000, 10**exponent, 21, 64) for exponent in (4, 5, 6, 7)]
    for row in rows:
        row["pairs_a_second"] = row["queries_a_second"] * row["database"]
        row["gb_read_a_second"] = round(row["pairs_a_second"] * 16 / QUERIES / 1e9, 2)
    return rows


def memory_bandwidth() -> float:
    """Return the GB/s that this machine reads when one thread sums 0.5 GiB of floats, best of a few."""
    block, times = np.ones(2**26), []
    for _ in range(5):
        started = time.perf_counter()
        block.sum()
        times.append(time.perf_counter() - started)
    return round(block.nbytes / min(times) / 1e9, 1)


def approximate() -> list[dict]:
    """Return recall@10 and speed of each kind of index on 200,000 codes of 64 bits near 1,000 centres."""
    generator = np.random.default_rng(0)
    centres = generator.integers(0, 2, (1_000, 64)) * 2 - 1
    sides = []
    for n in (200_000, 1_000):
        flips = np.where(generator.random((n, 64), dtype=np.float32) < 0.12, -1, 1)
        sides.append(BinaryCodes.from_signs(centres[generator.integers(0, 1_000, n)] * flips))
    return [index_row(kind, *sides) for kind in KINDS]


def index_row(kind: str, codes: BinaryCodes, query: BinaryCodes) -> dict:
    """Return what building and asking one kind of index takes, and how much of the 10 nearest it finds."""
    index = HammingIndex(64, kind)
    started = time.perf_counter()
    index.add(codes)
    built = time.perf_counter()
    index.search(query, 10)
    asked = time.perf_counter() - built
    return {
        "kind": kind, "items": len(codes), "recall_at_10": round(index.recall(query, 10), 4),
        "build_seconds": round(built - started, 2), "queries_a_second": round(len(query) / asked),
    }  # fmt: skip


def main() -> None:
    """Print and keep the table."""
    print(f"MAP over the whole database, {threads()} threads: queries a second (and MB beyond the input)")
    rows = []
    for n_query, n_database, labels in SIZES:
        for bits in BITS:
            found = {way: in_own_process(measure, way, n_query, n_database, labels, bits) for way in WAYS}
            rows += found.values()
            slow = found["(a) loop with argsort"]["queries_a_second"]
            cells = [f"{way} {row['queries_a_second']:,.0f} ({row['extra_mb']:.0f})" for way, row in found.items()]
            ratio = found["adahlib"]["queries_a_second"] / slow
            print(f"{n_database:,} items, {bits} bits: {'; '.join(cells)}; {ratio:.0f}× (a)", flush=True)
    grown = growth()
    for row in grown:
        print(f"{row['database']:,} items, 64 bits: {row['queries_a_second']:,.0f} queries a second", flush=True)
    kinds = approximate()
    for row in kinds:
        print(f"index {row['kind']}: recall@10 {row['recall_at_10']}, {row['queries_a_second']:,} queries a second")
    memory = memory_bandwidth()
    measured = {"side_by_side": rows, "growth": grown, "indexes": kinds, "memory_gb_a_second": memory}
    save("retrieval", measured | {"threads": threads()})
