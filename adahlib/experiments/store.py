"""The results folder: one JSON record per run, whole or absent; and all of them as a table."""

import json
from pathlib import Path

import pandas as pd

from adahlib.errors import AdahError
from adahlib.files import whole_file
from adahlib.paths import results_root

SCHEMA = 1
REQUIRED = ("schema", "spec", "options", "metrics", "convention", "data", "provenance")


def write_record(record: dict, path: Path) -> None:
    """Write a record, whole or not at all."""
    with whole_file(path) as temporary:
        temporary.write_text(json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def read_record(path: Path | str) -> dict:
    """Read a record back.

    Raises:
        AdahError: the file is not a whole record of this schema.
    """
    try:
        record = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AdahError(f"{path} is not a readable record ({error}); delete it and run it again.") from error
    missing = [key for key in REQUIRED if key not in record] if isinstance(record, dict) else REQUIRED
    if missing or record["schema"] != SCHEMA:
        raise AdahError(f"{path} is not a record of schema {SCHEMA}; delete it and run it again.")
    return record


def record_files(root: Path) -> list[Path]:
    """Return the files of all records, in order; what a killed process left half-written begins with a dot."""
    return sorted(path for path in root.glob("runs/*/*/*.json") if not path.name.startswith("."))


def load_results(root: Path | str | None = None) -> pd.DataFrame:
    """Return all records as a table, one row a record.

    Columns: label (``RunSpec.label``), profile, dataset, method, bits, seed, attention, backbone, image_size,
    variation (what differs from the defaults), map_i2t, map_t2i, their tie bounds, chance,
    validation_map_i2t, validation_map_t2i, the mask scores where measured, seconds, commit, and path (relative to
    ``root``).
    """
    root = Path(root or results_root())
    rows = [record_row(read_record(path), path.relative_to(root)) for path in record_files(root)]
    return pd.DataFrame(rows, columns=None if rows else list(EMPTY_COLUMNS))


EMPTY_COLUMNS = (
    "dataset", "method", "bits", "seed", "attention", "backbone", "profile", "label", "map_i2t", "map_t2i", "chance",
)  # fmt: skip


def record_row(record: dict, path: Path) -> dict:
    """Return one record as a flat row."""
    spec, metrics, provenance = record["spec"], record["metrics"], record["provenance"]
    row = {name: spec[name] for name in ("dataset", "method", "bits", "seed", "attention", "backbone", "profile")}
    row["image_size"] = record["data"]["image_size"]
    row["label"] = path.parent.name
    row["variation"] = ", ".join(path.parent.name.split("~")[1:])
    row |= {name: value for name, value in metrics.items() if isinstance(value, int | float)}
    row |= {f"validation_{name}": value for name, value in metrics.get("validation", {}).items()}
    row |= metrics.get("attention", {})
    row |= {"seconds": provenance["seconds"]["total"], "commit": provenance["commit"], "path": str(path)}
    return row
