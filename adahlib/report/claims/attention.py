"""Claims on kinds of attention and on masks: the paper's, and this book's on its own records."""

from adahlib.experiments.grids.usual import PHOTOS, SCENES, seeds_of
from adahlib.experiments.profiles import CHOSEN
from adahlib.report.claims.claim import Claim, Predicate, always_above, positive, with_facts
from adahlib.report.claims.evidence import I2T, T2I, Arm, Quantity, arm, less, mask_gap, measured

KINDS = ("none", "visual", "textual", "both")
PAGES = ("table4_attention",)


def kind(dataset: str, attention: str) -> Arm:
    """Return ADAH with a kind of attention, as in Table 4."""
    return arm(dataset, attention=attention, profile=CHOSEN)


def over(dataset: str, attention: str, other: str = "none", **measuring) -> Quantity:
    """Return the MAP of one kind of attention less that of another, over the seeds that both have."""
    seeds = min((seeds_of("adah", each) for each in (attention, other)), key=len)
    return less(*(measured(kind(dataset, each), seeds=seeds, **measuring) for each in (attention, other)))


def papers_order(dataset: str) -> list[tuple[Quantity, Quantity]]:
    """Return the comparisons that Table 4's order is made of: both before visual and textual, these before none."""
    found = {attention: measured(kind(dataset, attention)) for attention in KINDS}
    pairs = (("both", "visual"), ("both", "textual"), ("visual", "none"), ("textual", "none"))
    return [(found[one], found[other]) for one, other in pairs]


def gap_over_zero(attention: str) -> Quantity:
    """Return the mask gap of a kind of attention on the scenes."""
    return measured(kind(SCENES, attention), measures=(mask_gap,), seeds=seeds_of("adah", attention))


def with_size(judge: Predicate) -> Predicate:
    """Return a predicate whose sentence has its effect as ``size``, without a plus sign."""
    return with_facts(judge, lambda _, verdict: {"size": verdict.effect.removeprefix("+")})


ATTENTION = (
    Claim(
        "both-over-none-photos",
        "On the photos ADAH with both attentions has a higher MAP than without attention.",
        PAGES,
        "paper, Table 4",
        positive(over(PHOTOS, "both"), 4),
    ),
    Claim(
        "order-of-kinds-photos",
        "On the photos both attentions are better than visual and than textual attention alone, and each of these is "
        "better than none: it holds in {cells} cells.",
        PAGES,
        "paper, Table 4",
        always_above(papers_order(PHOTOS)),
    ),
    Claim(
        "both-over-none-scenes",
        "On the scenes ADAH with both attentions has a higher MAP than without attention.",
        PAGES,
        "paper, Table 4; tested on the scenes",
        positive(over(SCENES, "both")),
    ),
    Claim(
        "order-of-kinds-scenes",
        "On the scenes both attentions are better than visual and than textual attention alone, and each of these is "
        "better than none: it holds in {cells} cells.",
        PAGES,
        "paper, Table 4; tested on the scenes",
        always_above(papers_order(SCENES)),
    ),
    Claim(
        "visual-over-none-scenes",
        "On the scenes visual attention alone raises MAP at every code length and in both directions.",
        PAGES,
        "this book",
        positive(over(SCENES, "visual")),
    ),
    Claim(
        "visual-over-both-scenes",
        "On the scenes visual attention alone is better than both attentions together.",
        PAGES,
        "this book",
        positive(over(SCENES, "visual", "both")),
    ),
    Claim(
        "textual-costs-scenes",
        "On the scenes textual attention alone lowers MAP.",
        PAGES,
        "this book",
        positive(over(SCENES, "none", "textual")),
    ),
    Claim(
        "both-ahead-where-a-text-asks",
        "On the photos both attentions have a higher MAP than none for T→I at 32 and 64 bits.",
        PAGES,
        "this book",
        positive(over(PHOTOS, "both", bits=(32, 64), measures=T2I), 4),
    ),
    Claim(
        "visual-ahead-where-a-text-asks",
        "On the photos visual attention alone has a higher MAP than none for T→I at 32 and 64 bits.",
        PAGES,
        "this book",
        positive(over(PHOTOS, "visual", bits=(32, 64), measures=T2I), 4),
    ),
    Claim(
        "both-behind-where-an-image-asks",
        "On the photos both attentions have a lower MAP than none for I→T.",
        PAGES,
        "this book",
        positive(over(PHOTOS, "none", "both", measures=I2T), 4),
    ),
    *(
        Claim(
            f"masks-find-the-foreground{suffix}",
            f"The masks lie on the informative regions: on the scenes, with {words}, a pixel of the foreground is "
            "attended to with a probability that is higher by {size} than that of a pixel of the background (mean over "
            "code lengths).",
            ("fig6_masks", "table4_attention"),
            "paper, Fig. 6; tested on the scenes",
            with_size(positive(gap_over_zero(attention))),
        )
        for attention, words, suffix in (
            ("both", "both attentions, as in the paper", ""),
            ("visual", "visual attention alone", "-visual"),
        )
    ),
)
