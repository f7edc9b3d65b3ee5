"""What is derived from releases and kept in the cache as JSON: each file holds a digest of its content.

All of it can be made again, so a damaged file or folder is set aside with a warning and counts as none.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from adahlib.files import set_aside, whole_file


def read_derived(path: Path, whole: Path | None = None) -> Any:
    """Return what ``write_derived`` wrote; None if there is nothing, or if it is damaged.

    Args:
        path: the file.
        whole: what is moved away if the file is damaged, such as its folder; by default the file alone.
    """
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["sha256"] == _digest(kept["content"]):
            return kept["content"]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, LookupError, TypeError, RecursionError):  # damage may have any form
        pass
    set_aside(whole or path, f"{whole or path} is damaged and made again")
    return None


def write_derived(content: object, path: Path) -> None:
    """Write plain values with their digest, whole or not at all."""
    with whole_file(path) as temporary:
        temporary.write_text(json.dumps({"sha256": _digest(content), "content": content}), encoding="utf-8")


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
