"""JSON that says when it was changed: a dictionary with the digest of its own content."""

import hashlib
import json
from pathlib import Path

from adahlib.files.broken import read_json
from adahlib.files.digests import DamagedError
from adahlib.files.whole import write_json

DIGEST = "digest"


def write_sealed(value: dict, path: Path | str) -> None:
    """Write a dictionary of plain values as JSON, whole or not at all, with the digest of its content in it.

    Raises:
        ValueError: a number is not finite, which JSON does not know.
    """
    plain = json.loads(json.dumps(value, allow_nan=False))
    write_json(plain | {DIGEST: content_digest(plain)}, path)


def read_sealed(path: Path | str) -> dict:
    """Return what ``write_sealed`` wrote, with its digest.

    Raises:
        DamagedError: its content is not the one that was written, or it has no digest.
        OSError: it cannot be opened.
        ValueError: it is no JSON.
    """
    value = read_json(path)
    if not isinstance(value, dict) or value.get(DIGEST) != content_digest(value):
        raise DamagedError(f"{path} has changed since it was written: its digest is another one")
    return value


def content_digest(value: dict) -> str:
    """Return a sha256 over plain values, however they are laid out; the digest among them does not count."""
    content = {name: part for name, part in value.items() if name != DIGEST}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
