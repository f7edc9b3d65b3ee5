"""Differences of MAP with intervals: ADAH against the best other method, and each attention against none.

An average precision is of one test query and the codes of one run. Two methods are compared seed by seed and query by
query. Each row has three intervals: of the queries alone, which holds for these trained codes; of seeds and queries,
which holds for the method, for this comparison alone; and the same for all rows of the analysis together.
"""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from adahlib.errors import AdahError
from adahlib.experiments.analyses.kept import Inputs, write_analysis
from adahlib.experiments.evaluation import histograms
from adahlib.experiments.grids.lists import BITS, DATASETS, METHODS, missing, table1, table4
from adahlib.experiments.records.store import read_record
from adahlib.experiments.spec import RunSpec
from adahlib.models.adah import ATTENTIONS
from adahlib.paths import results_root
from adahlib.retrieval import average_precision, hierarchical_bootstrap, paired_bootstrap

SAMPLES, LEVEL = 10_000, 0.95
TASKS = ("t2i", "i2t")
ADAH = {attention: f"adah-{attention}" for attention in ATTENTIONS}
OTHERS = tuple(name for name in METHODS if name not in ("adah", "label-scores"))

Runs = dict[int, RunSpec]  # seed → run
Precisions = Callable[[RunSpec], dict[str, np.ndarray]]


@dataclass(frozen=True)
class Compared:
    """Two methods that are compared: first less second.

    Attributes:
        dataset, bits: as in ``RunSpec``.
        first, second: methods, those of ADAH with their attention: ``adah-both``.
        best_other: whether the second is the best of the other methods.
    """

    dataset: str
    bits: int
    first: str
    second: str
    best_other: bool


def runs(dataset: str, bits: int, name: str) -> Runs:
    """Return the runs of the tables' grids that have a record, by seed.

    Args:
        dataset, bits: as in ``RunSpec``.
        name: of a method; with its attention for ADAH, ``adah-none``.
    """
    specs = [spec for spec in (*table1(), *table4()) if (spec.dataset, spec.bits) == (dataset, bits)]
    named = [spec for spec in specs if name in (spec.method, f"{spec.method}-{spec.attention}")]
    lacking = {spec.record_path() for spec in missing(named)}
    return {spec.seed: spec for spec in named if spec.record_path() not in lacking}


def best_other(dataset: str, bits: int) -> str:
    """Return the other method with the highest mean MAP of both directions on the test queries, in its records.

    Raises:
        AdahError: none has a record.
    """
    means = {}
    for name in OTHERS:
        metrics = [read_record(results_root() / s.record_path())["metrics"] for s in runs(dataset, bits, name).values()]
        if metrics:
            means[name] = np.mean([each[f"map_{task}"] for each in metrics for task in TASKS])
    if not means:
        raise AdahError(f"no other method has a record on {dataset} at {bits} bits; run `adah grid table1`.")
    return max(means, key=means.get)  # type: ignore[arg-type]


def comparisons() -> Iterator[Compared]:
    """Yield what is compared, by data set and code length."""
    for dataset in DATASETS:
        for bits in BITS:
            yield Compared(dataset, bits, ADAH["both"], best_other(dataset, bits), True)
            yield from (Compared(dataset, bits, ADAH[a], ADAH["none"], False) for a in ATTENTIONS if a != "none")


def query_precisions(spec: RunSpec, inputs: Inputs) -> dict[str, np.ndarray]:
    """Return the average precision of each test query of a run, by task."""
    prepared, encoded = inputs.encoded(spec)
    split = prepared.data.split
    sides = prepared.data.pairs.labels, split.query, split.database
    found = histograms(encoded.images, encoded.texts, *sides)  # type: ignore[union-attr]  # of pairs
    return {task: average_precision(*counts) for task, counts in found.items()}


def differences(compared: Compared, precisions: Precisions) -> dict[str, np.ndarray]:
    """Return first less second, (seeds, queries), by task, over the seeds that both have.

    Args:
        compared: the two methods.
        precisions: ``precisions(spec)``, the average precision of each test query of a run, by task.

    Raises:
        AdahError: they have fewer than two seeds in common.
    """
    dataset, bits, names = compared.dataset, compared.bits, (compared.first, compared.second)
    first, second = (runs(dataset, bits, name) for name in names)
    seeds = sorted(first.keys() & second.keys())
    if len(seeds) < 2:
        raise AdahError(
            f"{' and '.join(names)} have records of {len(seeds)} common seeds on {dataset} at {bits} bits; two are "
            "needed: run `adah grid table1` and `adah grid table4`."
        )
    pairs = [(precisions(first[seed]), precisions(second[seed])) for seed in seeds]
    return {task: np.array([ours[task] - theirs[task] for ours, theirs in pairs]) for task in TASKS}


def rows(compared: list[Compared], tables: list[dict[str, np.ndarray]]) -> list[dict]:
    """Return a row for each comparison and task.

    Args:
        compared: what is compared.
        tables: its ``differences``.
    """
    kept = [(one, task, table[task]) for one, table in zip(compared, tables, strict=True) for task in TASKS]
    found = hierarchical_bootstrap([values for _, _, values in kept], SAMPLES, LEVEL)
    result = []
    for (one, task, values), interval in zip(kept, found, strict=True):
        means = values.mean(axis=0)
        _, low, high = paired_bootstrap(means, np.zeros(len(means)), SAMPLES, LEVEL)
        row = {"dataset": one.dataset, "bits": one.bits, "task": task, "method": one.first, "against": one.second}
        row |= {"best_other": one.best_other, "difference": interval.value, "n": len(values), "queries": len(means)}
        row |= {"queries_low": low, "queries_high": high}
        row |= {"seeds_low": interval.alone[0], "seeds_high": interval.alone[1]}
        result.append(row | {"family_low": interval.family[0], "family_high": interval.family[1]})
    return result


def main() -> Path:
    """Print and keep the intervals; return their file."""
    inputs, compared = Inputs(), list(comparisons())
    precisions = functools.cache(functools.partial(query_precisions, inputs=inputs))
    found = rows(compared, [differences(one, precisions) for one in compared])
    for row in found:
        print(row)
    measured = {"samples": SAMPLES, "level": LEVEL, "comparisons": len(found), "rows": found}
    spec = RunSpec(DATASETS[0], "adah", BITS[0], attention="both")
    return write_analysis("intervals", measured, spec, inputs)
