"""Damage to files, as tests do it: flipped bits, changed bytes, and loading what is hostile in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np


def flipped(content: bytes, bit: int) -> bytes:
    """Return a file's content with one bit flipped."""
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def flipped_bits(folder: Path, per_file: int) -> Iterator[None]:
    """Flip one random bit of a file below a folder, again and again; the file is whole again when the loop goes on."""
    generator = np.random.default_rng(0)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole = path.read_bytes()
        for bit in generator.integers(8 * len(whole), size=per_file):
            path.write_bytes(flipped(whole, int(bit)))
            yield
        path.write_bytes(whole)


def changed_copies(path: Path, folder: Path, count: int) -> list[Path]:
    """Write copies of a file of each of which two random bytes are others; return them."""
    draw, whole = np.random.default_rng(0), np.frombuffer(path.read_bytes(), np.uint8)
    copies = [folder / f"{number}{path.suffix}" for number in range(count)]
    for copy in copies:
        changed = whole.copy()
        changed[draw.integers(0, len(whole), 2)] = draw.integers(0, 256, 2)
        copy.write_bytes(changed.tobytes())
    return copies


def run_apart(code: str, paths: list[Path], timeout: float) -> subprocess.CompletedProcess:
    """Run Python's code on paths in a process of at most 3 GiB, which a bad file may end without ending the tests."""
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (3 * 2**30, 3 * 2**30))\n"
    environment = os.environ | {"ADAH_PROGRESS": "0"}
    command = [sys.executable, "-c", limit + code, *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, env=environment)
