"""Where benchmarks are kept: ``results/benchmarks/<name>.json``, with where and when they were measured."""

from adahlib.experiments.records.machine import provenance
from adahlib.files import write_sealed
from adahlib.paths import results_root


def save(name: str, measured: dict) -> None:
    """Write what a benchmark measured, with its provenance."""
    record = {"measured": measured, "provenance": provenance({})}
    write_sealed(record, results_root() / "benchmarks" / f"{name}.json")
