"""The paper's tables and figures as plain lists of runs."""

import dataclasses
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from adahlib.errors import AdahError, unknown_name
from adahlib.experiments.grids.alternatives import ALTERNATIVES, decisions
from adahlib.experiments.grids.conventions import CONVENTIONS, table1_options
from adahlib.experiments.grids.images import IMAGE_GRIDS
from adahlib.experiments.grids.random_search import random_search
from adahlib.experiments.grids.usual import BITS, DATASETS, PHOTOS, SCENES, SEEDS, seeds_of
from adahlib.experiments.grids.why import WHY
from adahlib.experiments.profiles import CHOSEN, LENGTHS
from adahlib.experiments.spec import RunSpec
from adahlib.models.adah import ATTENTIONS
from adahlib.paths import cache_root, results_root

SHALLOW = ("cca", "cmfh", "scm", "stmh", "seph")
TABLE2 = ("dvsh", "dcmh", "adah")
METHODS = (*SHALLOW, "dcmh", "prdh", "adah", "label-scores")  # the last one is a check that the paper does not have


def table1() -> list[RunSpec]:
    """MAP of every method (Table 1; Fig. 5 reads its 16-bit curves); the deep ones as the random search chose."""
    return [
        RunSpec(d, m, bits, seed, profile=CHOSEN, options=table1_options(m))
        for m in METHODS
        for seed in seeds_of(m)
        for d in DATASETS
        for bits in BITS
    ]


def table2() -> list[RunSpec]:
    """The top-500 MAP of the deep methods (Table 2, DVSH's protocol); trained as for Table 1."""
    return [
        RunSpec(d, m, bits, seed, profile=CHOSEN, protocol="top-500")
        for m in TABLE2
        for seed in seeds_of(m)
        for d in DATASETS
        for bits in BITS
    ]


# Table 3: the large network and the small one, whose maps are those of the profile
NETWORKS = {
    PHOTOS: ("efficientnet_lite2_hypercolumns", "efficientnet_lite0_hypercolumns"),
    SCENES: ("efficientnet_lite2", "efficientnet_lite0"),
}


def table3() -> list[RunSpec]:
    """ADAH on maps of a large and of a small network (Table 3)."""
    return [
        RunSpec(d, "adah", bits, seed, profile=CHOSEN, backbone=backbone)
        for seed in SEEDS
        for d, networks in NETWORKS.items()
        for bits in BITS
        for backbone in networks
    ]


def database() -> list[RunSpec]:
    """What the codes of the database are worth: the methods that have a choice, with each of them; seed 0."""
    return [
        RunSpec(d, m, bits, options=options_of(codes, conventions[0]))
        for m, conventions in CONVENTIONS.items()
        for d in DATASETS
        for bits in BITS
        for codes in conventions
    ]


def options_of(codes: str, default: str) -> dict:
    """Return the options that give a database these codes: none where they are the method's default."""
    return {} if codes == default else {"database_codes": codes}


def table4() -> list[RunSpec]:
    """MAP with no, visual, textual and both attentions (Table 4)."""
    return [
        RunSpec(d, "adah", bits, seed, attention=attention, profile=CHOSEN)
        for attention in ATTENTIONS
        for seed in seeds_of("adah", attention)
        for bits in BITS
        for d in DATASETS
    ]


def length() -> list[RunSpec]:
    """Does attention pay late? None and both at 16 bits, seed 0, for three lengths of training."""
    return [
        RunSpec(dataset, "adah", 16, attention=attention, profile=profile)
        for dataset in DATASETS
        for profile in LENGTHS
        for attention in ("none", "both")
    ]


def fig5() -> list[RunSpec]:
    """Precision and recall by Hamming radius at 16 bits (Fig. 5)."""
    return [spec for spec in table1() if spec.bits == 16]


def fig6() -> list[RunSpec]:
    """The masks of photos and scenes (Fig. 6)."""
    return [RunSpec(dataset, "adah", 16, profile=CHOSEN) for dataset in DATASETS]


def by_hand() -> list[RunSpec]:
    """The deep rows of Tables 1 and 4 with the options that were set by hand, before the random search; three seeds."""
    rows = [spec for table in (table1, table4) for spec in table()]
    chosen = [spec for spec in rows if spec.profile == CHOSEN and spec.seed in SEEDS]
    return [dataclasses.replace(spec, profile="cpu") for spec in chosen]


TINY = {"epochs": 1, "text_hidden": 16, "text_features": 16, "image_hidden": (16,), "image_adapter": 0}
TINY_DEEP = {"epochs": 1, "image_hidden": (16,), "image_adapter": 0}
TINY |= {"attention_warmup": 0}  # so that the attention's step is taken too


def smoke() -> list[RunSpec]:
    """Every kind of run on the embedded data set, tiny: each method, each attention, each alternative, in minutes."""
    kinds = [RunSpec("emoji-scenes", method, 8) for method in (*SHALLOW, "label-scores")]
    kinds += [RunSpec("emoji-scenes", method, 16, options=TINY_DEEP) for method in ("dcmh", "prdh", "dvsh")]
    kinds += [RunSpec("emoji-scenes", "adah", 16, attention=attention, options=TINY) for attention in ATTENTIONS]
    others = [RunSpec("emoji-scenes", "adah", 16, options=TINY | options) for options in ALTERNATIVES]
    return kinds + others


GRIDS = {
    "table1": table1,
    "table2": table2,
    "table3": table3,
    "table4": table4,
    "fig5": fig5,
    "fig6": fig6,
    "decisions": decisions,
    "length": length,
    "database": database,
    "random-search": random_search,
    "by-hand": by_hand,
    "smoke": smoke,
    **WHY,
    **IMAGE_GRIDS,
}
TABLES = ("table1", "table2", "table3", "table4", "fig5", "fig6")
IMAGES = ("image-shallow", "image-itq-labelled", "image-own", "image-search", "image-deep", "image-supervision")
BOOK = (*TABLES, "decisions", "length", "database", "random-search", "by-hand", *WHY, *IMAGES)


def grid(name: str) -> list[RunSpec]:
    """Return the runs of a grid, each once; ``all`` for every grid that the book shows."""
    if name != "all" and name not in GRIDS:
        raise unknown_name("grid", name, [*GRIDS, "pages", "all"])
    specs = [spec for part in (BOOK if name == "all" else [name]) for spec in GRIDS[part]()]
    return list({spec.record_path(): spec for spec in specs}.values())


def select(
    name: str,
    datasets: Collection[str] | None = None,
    methods: Collection[str] | None = None,
    bits: Collection[int] | None = None,
    seeds: Collection[int] | None = None,
) -> list[RunSpec]:
    """Return the runs of a grid on the given data sets, with the given methods, code lengths and seeds (None: all).

    Raises:
        AdahError: an unknown data set, or one, or a method, code length or seed, that the grid has no run of.
    """
    specs = grid(name)
    known = dict.fromkeys((*DATASETS, *(spec.dataset for spec in specs)))
    for dataset in set(datasets or ()) - set(known):
        raise unknown_name("data set", dataset, known)
    asked: dict[str, Collection[Any] | None] = {"dataset": datasets, "method": methods, "bits": bits, "seed": seeds}
    for field, values in asked.items():
        had = {getattr(spec, field) for spec in specs}
        for value in sorted(set(values or ()) - had):
            which = {"bits": f"{value} bits", "seed": f"seed {value}"}.get(field, value)
            raise AdahError(f"grid {name} has no run of {which}; it has {', '.join(map(str, sorted(had)))}.")
    return matching(specs, asked)


def matching(specs: list[RunSpec], asked: Mapping[str, Collection[Any] | None]) -> list[RunSpec]:
    """Return the runs whose fields have one of the values that are asked for (None: any)."""
    return [spec for spec in specs if all(getattr(spec, f) in values for f, values in asked.items() if values)]


def shard(tasks: list, part: str) -> list:
    """Return the tasks of part i of n, written ``i/n``: each task is in one part, whatever is done already."""
    number, slash, count = part.partition("/")
    if not (slash and number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise AdahError(f"--shard {part}: give i/n with 1 <= i <= n, for example 1/4.")
    return tasks[int(number) - 1 :: int(count)]


def default_root(name: str) -> Path | None:
    """Return the results folder of a grid that has one of its own: what ``smoke`` makes is no result of the book."""
    return cache_root() / "smoke" if name == "smoke" else None


def missing(specs: list[RunSpec], root: Path | str | None = None) -> list[RunSpec]:
    """Return the runs whose record is not there."""
    return [spec for spec in specs if not (Path(root or results_root()) / spec.record_path()).exists()]
