"""Temporary names that say whose they are, so that what a killed process left behind can be removed."""

import contextlib
import functools
import hashlib
import os
import platform
import re
import secrets
import shutil
import time
from pathlib import Path

FOREIGN_SECONDS = 7 * 86400  # after which the temporary file of another machine, or of an earlier start, is abandoned
# .<name>.adah-<system>-<process>-<random><suffix>
PATTERN = re.compile(r"\..*\.adah-(?P<system>[0-9a-f]{8})-(?P<process>\d+)-[0-9a-f]{8}(\..*)?", re.DOTALL)
NAME_BYTES = 180  # of a target's name that are kept in a temporary one, as names have at most 255


def hidden_name(name: str, suffix: str = "") -> str:
    """Return a new temporary name for a file or folder: hidden, with this process and its system in it."""
    kept = os.fsdecode(os.fsencode(name)[:NAME_BYTES])
    return f".{kept}.adah-{system()}-{os.getpid()}-{secrets.token_hex(4)}{suffix}"


@functools.cache
def system() -> str:
    """Return a name for what numbers the processes: the machine since its last start, or a container in it."""
    parts = [platform.node()]
    with contextlib.suppress(OSError):
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii"))
        parts.append(os.readlink("/proc/self/ns/pid"))
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:8]


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files and folders in a folder whose process is no more."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            found = PATTERN.fullmatch(entry.name) if entry.name.startswith(".") else None
            if found and is_abandoned(entry, found["system"], int(found["process"])):
                remove(entry)


def is_abandoned(entry: os.DirEntry, owner_system: str, process: int) -> bool:
    """Return whether nobody is writing a temporary file or folder any more."""
    if owner_system != system() or os.name != "posix":
        return time.time() - entry.stat(follow_symlinks=False).st_mtime > FOREIGN_SECONDS
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except OSError:  # it is another user's
        return False
    return False


def remove(entry: os.DirEntry) -> None:
    """Remove a file or a folder, if it is still there and may be removed."""
    if entry.is_dir(follow_symlinks=False):
        shutil.rmtree(entry.path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            os.unlink(entry.path)
