"""The paper's tables and figures as plain lists of runs."""

from pathlib import Path

from adahlib.errors import AdahError, unknown_name
from adahlib.experiments.spec import RunSpec
from adahlib.models.adah import ATTENTIONS
from adahlib.paths import results_root

DATASETS = ("mirflickr25k", "emoji-scenes")
BITS = (16, 32, 64)
SEEDS = (0, 1, 2)


def table1() -> list[RunSpec]:
    """MAP of the full method (Table 1; Fig. 5 reads its 16-bit curves)."""
    return [RunSpec(d, "adah", bits, seed) for seed in SEEDS for d in DATASETS for bits in BITS]


def table4() -> list[RunSpec]:
    """MAP with no, visual, textual and both attentions (Table 4)."""
    return [
        RunSpec(d, "adah", bits, seed, attention=attention)
        for seed in SEEDS
        for bits in BITS
        for d in DATASETS
        for attention in ATTENTIONS
    ]


def quickstart() -> list[RunSpec]:
    """The two runs of the live page, beside which it shows its own."""
    return [RunSpec("emoji-scenes", "adah", 16, 0, attention=a, profile="quick") for a in ("none", "both")]


def decisions() -> list[RunSpec]:
    """The alternatives to every decision, at 16 bits."""
    return []


GRIDS = {"table1": table1, "table4": table4, "decisions": decisions, "quickstart": quickstart}


def grid(name: str) -> list[RunSpec]:
    """Return the runs of a grid, each once; ``all`` for every grid."""
    if name != "all" and name not in GRIDS:
        raise unknown_name("grid", name, [*GRIDS, "all"])
    specs = [spec for make in (GRIDS.values() if name == "all" else [GRIDS[name]]) for spec in make()]
    return list({spec.record_path(): spec for spec in specs}.values())


def select(name: str, datasets=None, bits=None, seeds=None) -> list[RunSpec]:
    """Return the runs of a grid on the given data sets, code lengths and seeds (None: all)."""
    return [
        spec
        for spec in grid(name)
        if spec.dataset in (datasets or DATASETS)
        and spec.bits in (bits or (spec.bits,))
        and spec.seed in (seeds or (spec.seed,))
    ]


def missing(specs: list[RunSpec], root: Path | None = None) -> list[RunSpec]:
    """Return the runs whose record is not there."""
    return [spec for spec in specs if not (Path(root or results_root()) / spec.record_path()).exists()]


def shard(specs: list[RunSpec], part: str) -> list[RunSpec]:
    """Return the part ``"i/n"`` of the runs: every n-th, from the i-th (1 ≤ i ≤ n)."""
    first, slash, count = part.partition("/")
    if not (slash and first.isdecimal() and count.isdecimal() and 1 <= int(first) <= int(count)):
        raise AdahError(f"shard {part!r} is not I/N with 1 ≤ I ≤ N, for example 1/2.")
    return specs[int(first) - 1 :: int(count)]
