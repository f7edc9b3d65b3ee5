"""Files and folders that can be relied on: whole or absent, on a disk with room for them, unchanged since written.

``whole`` writes in one step, ``space`` reserves room on the disk, ``digests`` notices what changed afterwards, and
``broken`` sets aside what cannot be read, so that it is made again.
"""

from adahlib.files.broken import is_whole_zip, read_json, read_kept, set_aside
from adahlib.files.digests import (
    SUMS,
    DamagedError,
    FileState,
    check_digests,
    check_zip,
    file_digest,
    file_state,
    write_digests,
)
from adahlib.files.sealed import read_sealed, write_sealed
from adahlib.files.space import allocate, as_disk_error, new_array, says_disk_full
from adahlib.files.targets import check_target, checked_folder
from adahlib.files.waiting import waiting_lock
from adahlib.files.whole import read_unchanged, restore, whole_file, whole_folder, write_json

__all__ = [
    "SUMS", "DamagedError", "FileState", "allocate", "as_disk_error", "check_digests", "check_target", "check_zip",
    "checked_folder", "file_digest", "file_state", "is_whole_zip", "new_array", "read_json", "read_kept",
    "read_sealed", "read_unchanged", "restore", "says_disk_full", "set_aside", "waiting_lock", "whole_file",
    "whole_folder", "write_digests", "write_json", "write_sealed",
]  # fmt: skip
