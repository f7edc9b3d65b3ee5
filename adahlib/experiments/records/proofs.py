"""Proofs that a refactoring changes no number: files of ``results/equivalences``, and what records gain by them.

A proof holds pairs of closures: modules with their hashes before, and after, of runs that came out the same bit for
bit with both. A record that was made with the one is as current as a record that was made with the other. Closures
count as a whole: a new module was not run together with an old one.
"""

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from adahlib.errors import AdahError
from adahlib.files import read_json
from adahlib.paths import PROJECT, results_root
from adahlib.visible import visible_paths

FOLDER, SCHEMA = "equivalences", 1
PARTS = ("training", "evaluation")
Modules = Mapping[str, str]


@dataclass(frozen=True)
class Proof:
    """That runs came out the same with two versions of the modules that they depend on.

    Attributes:
        name: of its file: date and slug.
        part: training or evaluation.
        device: cpu, or the name of the GPU that both versions ran on.
        old, new: module → hash, before and after.
        all_devices: whether it was made on a CPU and nothing that changed runs on a GPU alone. Then it counts for
            records of GPUs too: their last digits are no more repeatable than that.
    """

    name: str
    part: str
    device: str
    old: Modules
    new: Modules
    all_devices: bool = False


def read_proofs() -> tuple[Proof, ...]:
    """Return the proofs that came with the library and those beside the results; files that changed are read again."""
    folders = dict.fromkeys(root / FOLDER for root in (PROJECT / "results", results_root()))
    files = [path for folder in folders for path in visible_paths(folder, "*.json")]
    return _read(tuple((path, path.stat().st_mtime_ns) for path in files))


@functools.lru_cache(maxsize=8)
def _read(files: tuple[tuple[Path, int], ...]) -> tuple[Proof, ...]:
    return tuple(proof for path, _ in files for proof in proofs_of(path))


def proofs_of(path: Path) -> Iterator[Proof]:
    """Yield the proofs of one file.

    Raises:
        AdahError: the file is torn, or of another schema.
    """
    try:
        text = read_json(path)
        if text["schema"] != SCHEMA:
            raise ValueError(f"schema {text['schema']}")
        for kind in text["kinds"]:
            sides = kind["old"], kind["new"], text.get("all_devices", False)
            yield Proof(path.stem, kind["part"], text["device"], *sides)
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise AdahError(f"{path} is no whole proof ({error}); delete it and give `adah prove` again.") from error


def advanced(
    modules: Modules, goal: Modules, proofs: Iterable[Proof], part: str, device: str
) -> tuple[str, ...] | None:
    """Return the names of the proofs that lead from a record's modules to those of today; None if none do.

    Args:
        modules: module → hash that the record was made with.
        goal: those that its run depends on now.
        proofs: as ``read_proofs`` gives them.
        part: training or evaluation.
        device: that the record was made on; a proof on another device says nothing about it, but for one on a CPU that
            is for all.
    """
    usable = [proof for proof in proofs if proof.part == part and (proof.device == device or proof.all_devices)]
    waiting: list[tuple[dict[str, str], tuple[str, ...]]]
    waiting, met = [(dict(modules), ())], [dict(modules)]
    while waiting:
        state, used = waiting.pop(0)
        if goal.items() <= state.items():
            return used
        for proof in usable:
            if proof.old.items() <= state.items():
                after = {name: digest for name, digest in state.items() if name not in proof.old} | dict(proof.new)
                if after not in met:
                    met.append(after)
                    waiting.append((after, (*used, proof.name)))
    return None
