"""Where benchmarks are kept: ``results/benchmarks/<name>.json``, with where and when they were measured."""

import json

from adahlib.experiments.records.machine import provenance
from adahlib.files import whole_file
from adahlib.paths import results_root


def save(name: str, measured: dict) -> None:
    """Write what a benchmark measured, with its provenance."""
    record = {"measured": measured, "provenance": provenance({})}
    with whole_file(results_root() / "benchmarks" / f"{name}.json") as path:
        path.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")
