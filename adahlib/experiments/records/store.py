"""The results folder: one JSON record per run, whole or absent."""

import json
from pathlib import Path

from adahlib.errors import AdahError
from adahlib.files import write_json

SCHEMA = 1
REQUIRED = ("schema", "spec", "options", "metrics", "convention", "data", "provenance")


def write_record(record: dict, path: Path) -> None:
    """Write a record, whole or not at all."""
    write_json(record, path)


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
