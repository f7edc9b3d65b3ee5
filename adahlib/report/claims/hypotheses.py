"""Hypotheses on what decides whether attention raises MAP, stated with their rule before they were tested.

Page ``why_attention`` says in words what each predicts and why. A *gain* is the MAP of both attentions less that of
none, of runs that differ in nothing else and have the same seed.
"""

from collections.abc import Sequence

import numpy as np

from adahlib.experiments.grids import why
from adahlib.experiments.grids.usual import BITS, PHOTOS, SCENES, SEEDS
from adahlib.experiments.grids.why import FRESH, LONG, MASK_BITS, PROTOCOL, SHARE_BITS
from adahlib.report.claims.claim import READ_OFF, Claim, Predicate, near_zero, positive, shown
from adahlib.report.claims.evidence import Evidence, Quantity, analysed, arm, less, measured
from adahlib.report.claims.verdict import CONTRADICTED, NOT_SUPPORTED, SUPPORTED, Verdict, student
from adahlib.report.titles import NOUNS, TASKS, dataset_title

MAPS = tuple(f"map_{task}" for task in TASKS)


def gain(dataset: str, bits=(MASK_BITS,), attention: str = "both", seeds=SEEDS, **fields) -> Quantity:
    """Return what an attention adds to none in runs that share all else."""
    both, none = (measured(arm(dataset, attention=each, **fields), bits, seeds=seeds) for each in (attention, "none"))
    return less(both, none)


def hypothesis(name: str, sentence: str, judge: Predicate, source: str = "hypothesis") -> Claim:
    """Return a claim of the page ``why_attention``."""
    return Claim(f"why-{name}", sentence, ("why_attention",), source, judge)


def gain_of_size(dataset: str, size: int) -> Quantity:
    """Return the gain with a number of training pairs."""
    if size == PROTOCOL[dataset]:
        return gain(dataset, (SHARE_BITS,))
    return gain(dataset, (SHARE_BITS,), train_size=size, options=why.share_options(dataset, size))


def gain_on(dataset: str, part: str, size: int, tasks: Sequence[str] = tuple(TASKS)) -> Quantity:
    """Return the gain on a part of the database, a column a task, from the analysis ``shares``."""

    def quantity(evidence: Evidence) -> np.ndarray:
        where = {"dataset": dataset, "part": part, "train_size": size}
        both, none = (
            [analysed("shares", "map", task=task, attention=attention, **where)(evidence) for task in tasks]
            for attention in ("both", "none")
        )
        return np.hstack(both) - np.hstack(none)

    return quantity


def share() -> list[Claim]:
    """Attention gives what it gives on items that the training has not seen."""
    falls = {PHOTOS: ((500, 10_000), (2_000, 10_000)), SCENES: ((500, 5_000), (1_000, 5_000), (2_000, 5_000))}
    claims = [
        hypothesis(
            f"share-{NOUNS[dataset]}-{few}",
            f"On the {NOUNS[dataset]} the gain is larger with {few:,} training pairs than with {many:,}.",
            positive(less(gain_of_size(dataset, few), gain_of_size(dataset, many))),
        )
        for dataset, sizes in falls.items()
        for few, many in sizes
    ]
    claims.append(
        hypothesis(
            "share-photos-gain",
            "On the photos, with 2,000 training pairs, both attentions raise MAP.",
            positive(gain_of_size(PHOTOS, 2_000)),
        )
    )
    claims.append(
        hypothesis(
            "share-scenes-fewest",
            "On the scenes the gain is larger with 500 training pairs than with 1,000.",
            positive(less(gain_of_size(SCENES, 500), gain_of_size(SCENES, 1_000))),
            READ_OFF,
        )
    )
    return claims + unseen()


def larger_outside(dataset: str, size: int, tasks: Sequence[str] = tuple(TASKS)) -> Predicate:
    """Return the predicate that the gain is larger on the part of the database that is not trained on."""
    return positive(less(*(gain_on(dataset, part, size, tasks) for part in ("unseen", "trained"))))


def unseen() -> list[Claim]:
    """The gain is larger on database items outside the training set: of both directions together, and of each."""
    size = PROTOCOL[SCENES]
    both = [
        hypothesis(
            f"unseen-{NOUNS[dataset]}",
            f"On the {NOUNS[dataset]}, with the protocol's training pairs, the gain is larger on database items "
            "outside the training set than on those in it.",
            larger_outside(dataset, own),
        )
        for dataset, own in PROTOCOL.items()
    ]
    return both + [
        hypothesis(
            f"unseen-scenes-{task}",
            f"On the scenes, with the protocol's training pairs and {query} as the query, the gain is larger on "
            "database items outside the training set than on those in it.",
            larger_outside(SCENES, size, (task,)),
            READ_OFF,
        )
        for task, query in (("t2i", "a text"), ("i2t", "an image"))
    ]


def both_with(dataset: str, options: dict) -> Quantity:
    """Return the MAP of both attentions at 16 bits with some options."""
    return measured(arm(dataset, attention="both", options=options), (MASK_BITS,))


def masked(dataset: str, masks: str) -> Quantity:
    """Return the MAP of one training with the masks ``own``, ``start`` or ``swapped``."""
    return analysed("masks", *MAPS, dataset=dataset, masks=masks)


def mask_claims(dataset: str) -> list[Claim]:
    """It is the learnt mask that gives what attention gives, and not that something is masked."""
    name, usual = NOUNS[dataset], both_with(dataset, {})
    frozen = both_with(dataset, why.FROZEN_G)
    none = measured(arm(dataset, attention="none"), (MASK_BITS,))
    at_start = analysed("masks", "agreement", dataset=dataset, masks="agreement of images")
    return [
        hypothesis(
            f"mask-learns-{name}",
            f"On the {name} a G that learns gives a higher MAP than one that is frozen at its start.",
            positive(less(usual, frozen)),
        ),
        hypothesis(
            f"masking-{name}",
            f"On the {name} masking by a G that is frozen at its start gives a higher MAP than no masks.",
            positive(less(frozen, none)),
        ),
        hypothesis(
            f"mask-swapped-{name}",
            f"On the {name} an image's own mask gives a higher MAP than another image's.",
            positive(less(masked(dataset, "own"), masked(dataset, "swapped"))),
        ),
        hypothesis(
            f"mask-start-{name}",
            f"On the {name} the trained masks give the trained network a higher MAP than those of the untrained G.",
            positive(less(masked(dataset, "own"), masked(dataset, "start"))),
        ),
        hypothesis(
            f"mask-moves-{name}",
            f"On the {name} fewer than nine tenths of an image's mask are as G had them before it learned.",
            positive(lambda evidence: 0.9 - at_start(evidence)),
        ),
        *(
            hypothesis(
                f"weight-{weight:g}-{name}",
                f"On the {name} the weight .1 of eq. 6 gives a higher MAP than {weight:g}"
                f"{', the printed one' if weight else ', with which D never sees unattended features'}.",
                positive(less(usual, both_with(dataset, {"adversarial_weight": weight}))),
            )
            for weight in why.WEIGHTS
        ),
    ]


def faster_mask() -> Claim:
    """The photos' mask only needs a higher rate."""
    return hypothesis(
        "mask-faster-photos",
        "On the photos a G that learns 25 times as fast gives a higher MAP than one that is frozen at its start.",
        positive(less(both_with(PHOTOS, why.FREE_G[PHOTOS]), both_with(PHOTOS, why.FROZEN_G))),
    )


def trained(dataset: str, part: str) -> Quantity:
    """Return the gain with a part of E^I trained, by its name in the grid, for the same number of epochs."""
    return gain(dataset, options=why.frozen_settings(dataset)[part])


def frozen_claims(dataset: str) -> list[Claim]:
    """Attention needs features that learn with it."""
    name, frozen, whole = NOUNS[dataset], trained(dataset, "frozen"), trained(dataset, "whole")
    return [
        hypothesis(
            f"frozen-late-{name}",
            f"On the {name} the gain is larger with the last blocks of E^I trained than with E^I frozen.",
            positive(less(trained(dataset, "last blocks"), frozen)),
        ),
        hypothesis(
            f"frozen-whole-{name}",
            f"On the {name} the gain is larger with all of E^I trained than with E^I frozen.",
            positive(less(whole, frozen)),
        ),
        hypothesis(
            f"whole-gain-{name}",
            f"On the {name}, with all of E^I trained, both attentions raise MAP.",
            positive(whole),
        ),
    ]


def cell_claims() -> list[Claim]:
    """A mask can hide only what its cells alone know."""
    stride16 = {"backbone": "efficientnet_lite0"}
    usual = {PHOTOS: gain(PHOTOS, **stride16), SCENES: gain(SCENES)}
    return [
        hypothesis(
            f"cells-{size}-{NOUNS[dataset]}",
            f"On the {NOUNS[dataset]} the gain is larger on maps of {size} px than on those of 128 px.",
            positive(less(gain(dataset, image_size=size, **stride16), usual[dataset])),
        )
        for dataset, sizes in why.IMAGE_SIZES.items()
        for size in sizes
        if size
    ]


def longer(dataset: str) -> Predicate:
    """Return the predicate that the gain at 100 epochs, one seed, is larger than that of the profile's epochs.

    The spread of one seed's difference is taken from the seeds of the grid ``by-hand``: √2 times the deviation of their
    gains. The interval is Student's, of as many degrees of freedom as those seeds give.
    """

    def judge(evidence: Evidence) -> Verdict:
        usual = gain(dataset)(evidence).mean(axis=1)
        at_100 = gain(dataset, seeds=(0,), options={"epochs": LONG})(evidence).mean()
        width = student(len(usual)) * np.sqrt(2) * usual.std(ddof=1)
        low, high = (float(at_100 - usual[0] + sign * width) for sign in (-1, 1))
        state = SUPPORTED if low > 0 else CONTRADICTED if high < 0 else NOT_SUPPORTED
        return shown(np.array([[at_100 - usual[0]]]), state, between=(low, high))

    return judge


def length() -> list[Claim]:
    """Unattended features are hard examples, and these pay late."""
    return [
        hypothesis(
            f"length-{NOUNS[dataset]}",
            f"On the {NOUNS[dataset]} the gain is larger after the paper's 100 epochs than after the profile's.",
            longer(dataset),
        )
        for dataset in PROTOCOL
    ]


def fresh_claims(dataset: str, split_seed: int) -> list[Claim]:
    """The gain on the scenes is no product of choices made on them."""
    title = dataset_title(dataset)
    found = {kind: gain(dataset, BITS, kind, split_seed=split_seed) for kind in ("visual", "both")}
    return [
        *(
            hypothesis(
                f"fresh-{kind}-{split_seed}",
                f"On the {title} {'visual attention' if kind == 'visual' else 'both attentions'} "
                f"raise{'s' * (kind == 'visual')} MAP at every code length and in both directions.",
                positive(quantity),
            )
            for kind, quantity in found.items()
        ),
        hypothesis(
            f"fresh-as-much-{split_seed}",
            f"On the {title} the gain is that on the scenes that were chosen on, to within .015.",
            near_zero(less(found["both"], gain(SCENES, BITS)), 0.015),
        ),
    ]


HYPOTHESES = (
    *share(),
    *(claim for dataset in PROTOCOL for claim in mask_claims(dataset)),
    faster_mask(),
    *(claim for dataset in PROTOCOL for claim in frozen_claims(dataset)),
    *cell_claims(),
    *length(),
    *(claim for seed, dataset in enumerate(FRESH, 1) for claim in fresh_claims(dataset, seed)),
)
