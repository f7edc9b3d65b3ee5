"""Claims on ADAH against other methods (Tables 1 and 2, Fig. 5), on networks (Table 3), and on the printed rows."""

from collections.abc import Sequence

from adahlib.experiments.grids.lists import NETWORKS, SHALLOW
from adahlib.experiments.grids.usual import DATASETS, PHOTOS, SCENES, seeds_of
from adahlib.experiments.profiles import CHOSEN
from adahlib.report.claims.claim import (
    READ_OFF,
    Claim,
    Predicate,
    always_above,
    near_zero,
    ordered_as,
    positive,
    with_order,
)
from adahlib.report.claims.evidence import (
    AREAS,
    I2T,
    T2I,
    Quantity,
    arm,
    column,
    less,
    measured,
    printed,
    table1_arm,
)
from adahlib.report.titles import NOUNS, OWN_TITLES

OTHERS = (*SHALLOW, "dcmh", "prdh")
CHANCE = (column("chance"),) * 2


def row(dataset: str, method: str, **measuring) -> Quantity:
    """Return what a row of Table 1 measured."""
    return measured(table1_arm(dataset, method), **measuring)


def over_printed(method: str, sign: int = 1) -> Quantity:
    """Return how far our row of Table 1 on the photos lies above the printed one, or below it with ``sign=-1``."""
    ours, theirs = row(PHOTOS, method, seeds=seeds_of(method)), printed(1, PHOTOS, method=method)
    return less(ours, theirs) if sign > 0 else less(theirs, ours)


def ahead_of_all(dataset: str, **measuring) -> list[tuple[Quantity, Quantity]]:
    """Return the comparisons of ADAH with every other method of Table 1."""
    adah = row(dataset, "adah", **measuring)
    return [(adah, row(dataset, other, **measuring)) for other in OTHERS]


def adah_ahead_of_all(dataset: str, **measuring) -> Predicate:
    """Return the predicate that ADAH is ahead of every other method of Table 1, with the order that was found."""
    rows = {OWN_TITLES[name]: row(dataset, name, **measuring) for name in ("adah", *OTHERS)}
    return with_order(always_above(ahead_of_all(dataset, **measuring)), rows)


def top500(dataset: str, method: str) -> Quantity:
    """Return the top-500 MAP of a method."""
    return measured(arm(dataset, method, profile=CHOSEN, protocol="top-500"))


def top500_order(dataset: str, methods: Sequence[str]) -> list[tuple[Quantity, Quantity]]:
    """Return the comparisons of an order of methods by top-500 MAP, best first."""
    return [(top500(dataset, one), top500(dataset, other)) for one, other in zip(methods, methods[1:], strict=False)]


def comes_in_order(dataset: str, methods: Sequence[str]) -> Predicate:
    """Return the predicate that methods have this order by top-500 MAP, best first, with the order that was found."""
    rows = {OWN_TITLES[name]: top500(dataset, name) for name in methods}
    return with_order(always_above(top500_order(dataset, methods)), rows)


def large_over_small(dataset: str) -> Quantity:
    """Return the MAP of the larger network of Table 3 less that of the smaller."""
    return less(*(measured(arm(dataset, profile=CHOSEN, backbone=name)) for name in NETWORKS[dataset]))


TABLE_1 = (
    *(
        Claim(
            f"adah-best-{NOUNS[dataset]}",
            f"On the {NOUNS[dataset]} ADAH has a higher MAP than each of the seven other methods: it holds in "
            "{cells} cells. Found, in the mean of all cells: {order}.",
            ("table1_map",),
            f"paper, Table 1{'; tested on the scenes' if dataset == SCENES else ''}",
            adah_ahead_of_all(dataset),
        )
        for dataset in DATASETS
    ),
    Claim(
        "order-of-shallow-methods",
        "On the photos the shallow methods come in the printed order: it holds in {cells} cells.",
        ("table1_map",),
        "paper, Table 1",
        ordered_as(
            {name: printed(1, PHOTOS, method=name) for name in SHALLOW}, {name: row(PHOTOS, name) for name in SHALLOW}
        ),
    ),
    Claim(
        "dcmh-ahead-text",
        "On the photos DCMH-I, given the same maps, is ahead of ADAH for T→I, at 32 and 64 bits.",
        ("table1_map",),
        "this book",
        positive(less(*(row(PHOTOS, name, bits=(32, 64), measures=T2I) for name in ("dcmh", "adah")))),
    ),
    Claim(
        "dcmh-ahead-image",
        "On the photos DCMH-I, given the same maps, is ahead of ADAH for I→T, at 64 bits.",
        ("table1_map",),
        "this book",
        positive(less(*(row(PHOTOS, name, bits=(64,), measures=I2T) for name in ("dcmh", "adah")))),
    ),
    Claim(
        "adah-ahead-of-dcmh-image",
        "On the photos ADAH is ahead of DCMH-I for I→T, at 16 bits.",
        ("table1_map",),
        "this book",
        positive(less(*(row(PHOTOS, name, bits=(16,), measures=I2T) for name in ("adah", "dcmh")))),
    ),
    Claim(
        "adah-level-with-dcmh-text",
        "On the photos ADAH and DCMH-I are less than .01 apart for T→I, at 16 bits.",
        ("table1_map",),
        "this book",
        near_zero(less(*(row(PHOTOS, name, bits=(16,), measures=T2I) for name in ("adah", "dcmh"))), 0.01),
    ),
    *(
        Claim(
            f"dcmh-over-adah-{NOUNS[dataset]}",
            f"On the {NOUNS[dataset]} DCMH-I, given the same maps and the same search for its options, has a higher "
            "MAP than ADAH in each cell.",
            ("table1_map",),
            READ_OFF,
            positive(less(row(dataset, "dcmh"), row(dataset, "adah"))),
        )
        for dataset in DATASETS
    ),
    *(
        Claim(
            f"{method}-{'above' if sign > 0 else 'below'}-printed",
            f"{OWN_TITLES[method]} lies {'above' if sign > 0 else 'below'} its printed row on the photos, in each "
            "cell.",
            ("table1_map",),
            READ_OFF if method in SHALLOW else "this book",
            positive(over_printed(method, sign)),
        )
        for method, sign in (("cca", 1), ("scm", 1), ("seph", 1), ("dcmh", 1), ("prdh", 1), ("adah", 1), ("stmh", -1))
    ),
    *(
        Claim(
            f"{method}-near-chance-scenes",
            f"On the scenes {OWN_TITLES[method]}, which uses no labels, stays within {tolerance:.2f} of chance.",
            ("table1_map",),
            READ_OFF,
            near_zero(less(row(SCENES, method), row(SCENES, method, measures=CHANCE)), tolerance),
        )
        for method, tolerance in (("cca", 0.02), ("stmh", 0.02), ("cmfh", 0.06))
    ),
)
FIG_5 = tuple(
    Claim(
        f"curve-above-all-{NOUNS[dataset]}",
        f"On the {NOUNS[dataset]} the area under ADAH's precision–recall curve at 16 bits is larger than that of each "
        "other method: it holds in {cells} cells. Found: {order}.",
        ("fig5_precision_recall",),
        "this book",
        adah_ahead_of_all(dataset, bits=(16,), measures=AREAS),
    )
    for dataset in DATASETS
)
TABLE_2 = (
    *(
        Claim(
            f"top500-order-as-printed-{NOUNS[dataset]}",
            f"On the {NOUNS[dataset]} ADAH, DCMH-I and DVSH come in the order printed for IAPR TC-12: it holds in "
            "{cells} cells.",
            ("table2_top500",),
            f"paper, Table 2; tested on the {NOUNS[dataset]}",
            ordered_as(
                {name: printed(2, "iapr-tc12", method=name) for name in ("adah", "dcmh", "dvsh")},
                {name: top500(dataset, name) for name in ("adah", "dcmh", "dvsh")},
            ),
        )
        for dataset in DATASETS
    ),
    Claim(
        "top500-order-scenes",
        "On the scenes ADAH comes before DCMH-I, and DCMH-I before DVSH: it holds in {cells} cells. Found: {order}.",
        ("table2_top500",),
        "this book",
        comes_in_order(SCENES, ("adah", "dcmh", "dvsh")),
    ),
    Claim(
        "top500-order-photos",
        "On the photos DCMH-I comes before ADAH, and ADAH before DVSH: it holds in {cells} cells. Found: {order}.",
        ("table2_top500",),
        "this book",
        comes_in_order(PHOTOS, ("dcmh", "adah", "dvsh")),
    ),
)
TABLE_3 = (
    *(
        Claim(
            f"larger-network-{NOUNS[dataset]}",
            f"On the {NOUNS[dataset]} the larger network is ahead at every code length and in both directions.",
            ("table3_networks",),
            f"paper, Table 3; tested on the {NOUNS[dataset]}",
            positive(large_over_small(dataset)),
        )
        for dataset in DATASETS
    ),
    Claim(
        "larger-network-as-much",
        "On the scenes the larger network gains as much as the paper's does on IAPR TC-12, to within .01.",
        ("table3_networks",),
        "paper, Table 3, the bound by this book; tested on the scenes",
        near_zero(
            less(
                large_over_small(SCENES),
                less(*(printed(3, "iapr-tc12", backbone=name) for name in ("vgg19", "cnn_f"))),
            ),
            0.01,
        ),
    ),
    Claim(
        "larger-network-level-photos",
        "On the photos the two networks are less than .005 apart.",
        ("table3_networks",),
        "this book",
        near_zero(large_over_small(PHOTOS), 0.005),
    ),
)
METHODS = (*TABLE_1, *FIG_5, *TABLE_2, *TABLE_3)
