"""What came out of each hypothesis of the page ``why_attention``, in words that its verdicts choose.

For each of the claims that a section's question hangs on there is a sentence for every verdict, so that no outcome is
typed by hand: other records choose other sentences.
"""

from IPython.display import Markdown

from adahlib.report.claims import Evidence, claims_of
from adahlib.report.claims.verdict import CONTRADICTED, NOT_MEASURED, NOT_SUPPORTED, SUPPORTED
from adahlib.report.titles import TASKS

EI = "{math}`E^I`"
G = "{math}`G`"
UNMEASURED = "This is not measured yet."
# section → (claim, sentence if it is supported, contradicted, neither)
OUTCOMES: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "share": (
        *(
            (
                f"share-{name}-500",
                f"On the {name} the gain is larger with 500 training pairs than with {many}, as predicted.",
                f"On the {name} the gain is smaller with 500 training pairs than with {many}, against the prediction.",
                f"On the {name} the gain is not shown to be larger with 500 training pairs than with {many}.",
            )
            for name, many in (("photos", "10,000"), ("scenes", "5,000"))
        ),
        (
            "share-scenes-fewest",
            "It is larger with 500 than with 1,000 too.",
            "With 500 it is smaller than with 1,000, against the prediction.",
            "With 500 it is not shown to be larger than with 1,000.",
        ),
        (
            "unseen-photos",
            "On the photos it is larger on database items outside the training set, as predicted.",
            "On the photos it is smaller on database items outside the training set, against the prediction.",
            "On the photos it is not shown to be larger on database items outside the training set.",
        ),
        *(
            (
                f"unseen-scenes-{task}",
                f"On the scenes it is larger on database items outside the training set for {task_title}.",
                f"On the scenes it is smaller on database items outside the training set for {task_title}, against the "
                "prediction.",
                f"On the scenes it is not shown to be larger on database items outside the training set for "
                f"{task_title}.",
            )
            for task, task_title in TASKS.items()
        ),
    ),
    "mask": tuple(
        each
        for name in ("photos", "scenes")
        for each in (
            (
                f"mask-learns-{name}",
                f"On the {name} it is the learned mask that raises MAP: a {G} that learns is ahead of a frozen one.",
                f"On the {name} a {G} that learns is behind a frozen one.",
                f"On the {name} a {G} that learns is not shown to be ahead of a frozen one.",
            ),
            (
                f"mask-moves-{name}",
                f"The share of an image's mask that {G} changes lies above a tenth there.",
                "The runs with options set by hand hardly test learned visual attention there: the share of an image's "
                f"mask that {G} changes lies below a tenth.",
                f"That the share of an image's mask that {G} changes lies above a tenth is not shown there.",
            ),
        )
    ),
    "frozen": tuple(
        each
        for name in ("photos", "scenes")
        for each in (
            (
                f"frozen-whole-{name}",
                f"On the {name} the gain grows when all of {EI} is trained: frozen maps show less than the method can "
                "do.",
                f"On the {name} the gain shrinks when all of {EI} is trained: what this book finds with frozen maps "
                "does not speak for the paper's setting.",
                f"On the {name} the gain with all of {EI} trained is not shown to differ from that with frozen maps.",
            ),
            (
                f"whole-gain-{name}",
                f"With all of {EI} trained attention still raises MAP on the {name}.",
                f"With all of {EI} trained attention lowers MAP on the {name}.",
                f"With all of {EI} trained no gain from attention is shown on the {name}.",
            ),
        )
    ),
    "cells": tuple(
        (
            f"cells-224-{name}",
            f"On the {name} finer maps give a larger gain, as predicted.",
            f"On the {name} finer maps give a smaller gain.",
            f"On the {name} finer maps are not shown to change the gain.",
        )
        for name in ("photos", "scenes")
    ),
    "length": tuple(
        (
            f"length-{name}",
            f"On the {name} the paper's length gives a larger gain.",
            f"On the {name} the paper's length gives a smaller gain.",
            f"On the {name} the paper's length is not shown to give another gain.",
        )
        for name in ("photos", "scenes")
    ),
    "fresh": tuple(
        (
            f"fresh-both-{seed}",
            f"On the fresh scenes of seed {seed} both attentions raise MAP in every cell, with the generator and the "
            "options that were chosen on the first scenes.",
            f"On the fresh scenes of seed {seed} both attentions lower MAP.",
            f"On the fresh scenes of seed {seed} a gain in every cell is not shown.",
        )
        for seed in (1, 2)
    ),
}


def outcome(section: str, evidence: Evidence | None = None) -> Markdown:
    """Return what came out of a section of the page, a sentence a claim that its question hangs on.

    Args:
        section: a key of ``OUTCOMES``.
        evidence: the records that judge the claims (default: the project's).
    """
    return Markdown("**Outcome.** " + " ".join(sentences(section, evidence or Evidence())))


def in_short(titles: dict[str, str], evidence: Evidence | None = None) -> Markdown:
    """Return the outcomes of all sections as a list.

    Args:
        titles: section → what it is called.
        evidence: the records that judge the claims (default: the project's).
    """
    evidence = evidence or Evidence()
    return Markdown("\n".join(f"* *{title}.* {' '.join(sentences(name, evidence))}" for name, title in titles.items()))


def sentences(section: str, evidence: Evidence) -> list[str]:
    """Return the sentences that the verdicts choose; those that say the same are told once."""
    found = []
    for name, *words in OUTCOMES[section]:
        (claim,) = claims_of("why_attention", f"why-{name}")
        verdict = claim.verdict(evidence)
        by_state = dict(zip((SUPPORTED, CONTRADICTED, NOT_SUPPORTED), words, strict=True)) | {NOT_MEASURED: UNMEASURED}
        effect = f" ({verdict.effect})." if verdict.effect else "."
        found.append(by_state[verdict.state].removesuffix(".") + effect)
    return list(dict.fromkeys(found))
