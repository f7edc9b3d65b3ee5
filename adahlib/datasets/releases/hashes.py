"""Whether a file is a release's: its size and hashes beside those that are known."""

import hashlib
from pathlib import Path

from adahlib.datasets.catalogue import ReleaseFile
from adahlib.errors import AdahError
from adahlib.progress import progress

BLOCK = 1 << 20  # bytes hashed at a time


def checked(file: ReleaseFile, path: Path) -> str:
    """Return in words that the file is the release's, and what its sha256 is where that is not known.

    Raises:
        AdahError: it is another file.
    """
    size, found = path.stat().st_size, file_hashes(path)
    known = {name: digest for name in found if (digest := getattr(file, name))}
    if file.size not in (None, size) or any(found[name] != digest for name, digest in known.items()):
        expected = [f"{file.size:,} bytes"] * bool(file.size) + [f"{name} {digest}" for name, digest in known.items()]
        what = f"{path} ({size:,} bytes) is not the release's file ({', '.join(expected)})"
        raise AdahError(f"{what}; to fetch that one, move this one away.")
    if file.sha256:
        return "sha256 right"
    return f"{'md5 right' if file.md5 else 'no hash is known to check'}, sha256 unknown: found {found['sha256']}"


def file_hashes(path: Path) -> dict[str, str]:
    """Return a file's sha256 and md5; shows progress."""
    digests = {"sha256": hashlib.sha256(), "md5": hashlib.md5(usedforsecurity=False)}
    size = path.stat().st_size
    with path.open("rb") as file, progress(desc=f"hashing {path.name}", total=size, unit="B", unit_scale=True) as bar:
        while block := file.read(BLOCK):
            for digest in digests.values():
                digest.update(block)
            bar.update(len(block))
    return {name: digest.hexdigest() for name, digest in digests.items()}
