"""The scorecard of the first page: what the papers claim, and what the records say of each."""

import pandas as pd
from IPython.display import Markdown

from adahlib.report.claims import CLAIMS, Evidence
from adahlib.report.claims.claim import Claim
from adahlib.report.claims.images import BOUNDS
from adahlib.report.claims.shown import SIGN, effect_in_words
from adahlib.report.claims.verdict import CONTRADICTED, NOT_MEASURED, NOT_SUPPORTED, SUPPORTED, Verdict
from adahlib.report.display import Table, table

PAPERS = {"ADAH": "paper", "SSGAH": "slides"}  # name → how the sources of its claims begin
SIGNS = {SUPPORTED: "✓", CONTRADICTED: "✗", NOT_SUPPORTED: "○", NOT_MEASURED: "–"}

# what a reader of the first page wants to know → the claims that decide it
TOPICS = {
    "that ADAH has a higher MAP than every other method": ("adah-best-photos", "adah-best-scenes"),
    "that both attentions raise MAP": ("both-over-none-photos", "both-over-none-scenes"),
    "that the masks prefer the foreground (on the scenes, whose foreground is known)": ("masks-find-the-foreground",),
    "the printed values of the shallow methods on GIST": tuple(f"image-{name}-printed" for name in BOUNDS),
    "that SSGAH has a higher MAP than the other deep methods": ("image-ssgah-best",),
    "that SSGAH has a higher MAP than its baseline": ("image-full-over-baseline",),
}
GRADES = ("Reproduced", "Reproduced in part", "Not reproduced", "Not measured yet")


def claims_of_paper(name: str) -> list[Claim]:
    """Return the claims that a paper makes, in the order of the book."""
    return [claim for claim in CLAIMS if claim.source.startswith(PAPERS[name])]


def scorecard(name: str, caption: str, label: str, evidence: Evidence | None = None) -> Table | Markdown:
    """Return the numbered table of a paper's claims: verdict, effect with interval, and the page that shows it.

    Args:
        name: a key of ``PAPERS``.
        caption, label: of the table; the caption goes on with the sign of effects.
        evidence: the records that judge them (default: the project's).
    """
    evidence = evidence or Evidence()
    rows = [scored(claim, claim.verdict(evidence)) for claim in claims_of_paper(name)]
    return table(pd.DataFrame(rows), f"{caption} {SIGN}", label)


def scored(claim: Claim, verdict: Verdict) -> dict[str, str]:
    """Return a claim as a row of the scorecard; an effect that counts cells has no interval."""
    return {
        "Claim": claim.filled(verdict),
        "Verdict": f"{SIGNS[verdict.state]} {verdict.state}",
        "Effect (95 % interval)": effect_in_words(verdict),
        "Claimed in": claim.source,
        "Page": f"{{doc}}`{claim.pages[0]}`",
    }


def count_verdicts(name: str, evidence: Evidence | None = None) -> dict[str, int]:
    """Return how many of a paper's claims have each verdict, in the order of ``SIGNS``."""
    evidence = evidence or Evidence()
    return count_states(claims_of_paper(name), evidence)


def count_states(claims: list[Claim], evidence: Evidence) -> dict[str, int]:
    """Return how many claims have each verdict, in the order of ``SIGNS``."""
    found = [claim.verdict(evidence).state for claim in claims]
    return {state: found.count(state) for state in SIGNS}


def states_in_words(counts: dict[str, int]) -> str:
    """Return ``2 supported, 8 contradicted``, without verdicts that no claim has."""
    return ", ".join(f"{count} {state}" for state, count in counts.items() if count)


def verdicts_in_words(evidence: Evidence | None = None) -> Markdown:
    """Return a sentence a paper: how many of its claims hold here."""
    evidence, sentences = evidence or Evidence(), []
    for name in PAPERS:
        counts = count_verdicts(name, evidence)
        sentences.append(f"{sum(counts.values())} claims of **{name}**: {states_in_words(counts)}.")
    return Markdown(" ".join(sentences))


def grades_in_words(evidence: Evidence | None = None) -> Markdown:
    """Return what was reproduced, in part, or not, of ``TOPICS``, a sentence each."""
    evidence = evidence or Evidence()
    states = {claim.name: claim.verdict(evidence).state for name in PAPERS for claim in claims_of_paper(name)}
    found: dict[str, list[str]] = {grade: [] for grade in GRADES}
    for topic, names in TOPICS.items():
        found[grade_of([states[name] for name in names])].append(topic)
    return Markdown(" ".join(f"**{grade}**: {'; '.join(topics)}." for grade, topics in found.items() if topics))


def grade_of(states: list[str]) -> str:
    """Return one of ``GRADES`` for the verdicts of a topic's claims."""
    reproduced, in_part, not_reproduced, not_measured = GRADES
    if set(states) == {SUPPORTED}:
        return reproduced
    if set(states) == {NOT_MEASURED}:
        return not_measured
    return in_part if SUPPORTED in states else not_reproduced
