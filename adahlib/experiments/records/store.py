"""The results folder: one JSON record per run, whole or absent, with the digest of its content."""

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from adahlib.errors import AdahError
from adahlib.experiments.spec import RunSpec
from adahlib.files import read_sealed, write_sealed
from adahlib.visible import visible_paths

SCHEMA = 1
# what is read of every record, and its types; a float may be written as a whole number
SHAPE: dict[str, Any] = {
    "schema": int,
    "spec": {"dataset": str, "method": str, "attention": str, "backbone": str, "options": dict},
    "options": dict,
    "metrics": {"chance": float},
    "convention": dict,
    "data": {"image_size": int},
    "provenance": {"commit": str | None, "device": str, "versions": dict, "seconds": {"total": float}},
}
MAPS = ({"map_i2t": float, "map_t2i": float}, {"map": float})  # of pairs, of images alone
FINGERPRINT = {"scheme": int, "spec": str, "data": str | None, "training": dict, "evaluation": dict}


def write_record(record: dict, path: Path) -> None:
    """Write a record, whole or not at all, with its digest.

    Raises:
        AdahError: it is no whole record: a part is missing, or a number is not finite.
    """
    if wrong := fault(record):
        raise AdahError(f"no record is written to {path}: {wrong}.")
    write_sealed(record, path)


def read_record(path: Path | str) -> dict:
    """Read a record from its file and check that it is whole and as it was written.

    Args:
        path: the file, of ``results/runs``.

    Raises:
        AdahError: the file is not a whole record of this schema, or was changed after it was written.

    Example:
        >>> import tempfile
        >>> from adahlib.datasets import miniature_pairs, write_pairs
        >>> from adahlib.experiments import RunSpec, read_record, run
        >>> folder = tempfile.mkdtemp()
        >>> write_pairs(miniature_pairs(), f"{folder}/walls.h5")
        >>> spec = RunSpec(f"{folder}/walls.h5", "cca", 4, backbone="gist")
        >>> run(spec, f"{folder}/results") == read_record(f"{folder}/results/{spec.record_path()}")
        True
    """
    try:
        record = read_sealed(path)
    except (OSError, ValueError) as error:
        raise AdahError(f"{path} is not a readable record ({error}); delete it and run it again.") from error
    if record.get("schema") != SCHEMA:
        raise AdahError(f"{path} is not a record of schema {SCHEMA}; delete it and run it again.")
    if wrong := fault(record):
        raise AdahError(f"{path} is not a whole record: {wrong}; delete it and run it again.")
    return record


def fault(record: dict) -> str:
    """Return what a record lacks that is read of every record, or which number is not finite; "" if it is whole."""
    shape = SHAPE | ({"fingerprint": FINGERPRINT} if "fingerprint" in record else {})
    alone = isinstance(record.get("metrics"), dict) and "map" in record["metrics"]
    return misshapen(record, shape | {"metrics": SHAPE["metrics"] | MAPS[alone]}) or not_finite(record, "")


def misshapen(value: object, shape: dict | type, name: str = "") -> str:
    """Return which part is missing or of another type, in words; "" if none is."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return f"{name} is missing or no dictionary"
        parts = (misshapen(value.get(key), of, f"{name}.{key}".strip(".")) for key, of in shape.items())
        return next(filter(None, parts), "")
    right = isinstance(value, int | float if shape is float else shape) and not isinstance(value, bool)
    return "" if right else f"{name} is missing or of another type"


def not_finite(value: object, name: str) -> str:
    """Return which number among nested values is not finite, in words; "" if all are."""
    if isinstance(value, dict | list):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        return next(filter(None, (not_finite(part, f"{name}.{key}".strip(".")) for key, part in parts)), "")
    return f"{name} is {value}" if isinstance(value, float) and not math.isfinite(value) else ""


def record_files(root: Path, specs: Iterable[RunSpec] | None = None) -> list[Path]:
    """Return the files of records that are there; what a killed process left half-written is hidden.

    Args:
        root: the results folder.
        specs: the runs, whose order the files have, each once; None: all records, in the order of their paths.
    """
    if specs is None:
        return visible_paths(root, "runs/*/*/*.json")
    return [path for path in dict.fromkeys(root / spec.record_path() for spec in specs) if path.is_file()]
