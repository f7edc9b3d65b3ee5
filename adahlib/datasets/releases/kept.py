"""What the cache keeps of releases as JSON: each file holds a digest of itself, and one that is damaged is as none.

Everything in the cache can be made again. A damaged file or folder takes the name ``<name>.broken``, so that it can be
looked at, and a warning says so.
"""

import hashlib
import json
import shutil
from pathlib import Path

from adahlib.files import set_aside, whole_file


def read_kept(path: Path, whole: Path | None = None) -> object | None:
    """Return what ``write_kept`` wrote; None if there is nothing, or if it is damaged.

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
    move_away(whole or path)
    return None


def write_kept(content: object, path: Path) -> None:
    """Write plain values with their digest, whole or not at all."""
    with whole_file(path) as temporary:
        temporary.write_text(json.dumps({"sha256": _digest(content), "content": content}), encoding="utf-8")


def move_away(path: Path) -> None:
    """Give a damaged file or folder of the cache the name ``<name>.broken``, and warn."""
    broken = path.with_name(f"{path.name}.broken")
    if broken.is_dir():
        shutil.rmtree(broken)
    set_aside(path, f"{path} is damaged and made again")


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
