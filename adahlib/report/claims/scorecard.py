"""The scorecard of the first page: what the papers claim, and what the records say of each."""

import pandas as pd
from IPython.display import Markdown

from adahlib.report.claims import CLAIMS, Evidence
from adahlib.report.claims.claim import Claim
from adahlib.report.claims.shown import interval_in_words
from adahlib.report.claims.verdict import CONTRADICTED, NOT_MEASURED, NOT_SUPPORTED, SUPPORTED, Verdict
from adahlib.report.display import Table, table
from adahlib.report.text import EMPTY

PAPERS = {"ADAH": "paper", "SSGAH": "slides"}  # name → how the sources of its claims begin
SIGNS = {SUPPORTED: "✓", CONTRADICTED: "✗", NOT_SUPPORTED: "○", NOT_MEASURED: "–"}


def claims_of_paper(name: str) -> list[Claim]:
    """Return the claims that a paper makes, in the order of the book."""
    return [claim for claim in CLAIMS if claim.source.startswith(PAPERS[name])]


def scorecard(name: str, caption: str, label: str, evidence: Evidence | None = None) -> Table | Markdown:
    """Return the numbered table of a paper's claims: verdict, effect with interval, and the page that shows it.

    Args:
        name: a key of ``PAPERS``.
        caption, label: of the table.
        evidence: the records that judge them (default: the project's).
    """
    evidence = evidence or Evidence()
    rows = [row_of(claim, claim.verdict(evidence)) for claim in claims_of_paper(name)]
    return table(pd.DataFrame(rows), caption, label)


def row_of(claim: Claim, verdict: Verdict) -> dict[str, str]:
    """Return a claim as a row of the scorecard; an effect that counts cells has no interval."""
    between = f" ({interval_in_words(verdict)})" if verdict.interval else ""
    return {
        "Claim": claim.filled(verdict),
        "Verdict": f"{SIGNS[verdict.state]} {verdict.state}",
        "Effect (95 % interval)": f"{verdict.effect or EMPTY}{between}",
        "Claimed in": claim.source,
        "Page": f"{{doc}}`{claim.pages[0]}`",
    }


def count_verdicts(name: str, evidence: Evidence | None = None) -> dict[str, int]:
    """Return how many of a paper's claims have each verdict, in the order of ``SIGNS``."""
    evidence = evidence or Evidence()
    found = [claim.verdict(evidence).state for claim in claims_of_paper(name)]
    return {state: found.count(state) for state in SIGNS}


def verdicts_in_words(evidence: Evidence | None = None) -> Markdown:
    """Return a sentence a paper: how many of its claims hold here."""
    evidence, sentences = evidence or Evidence(), []
    for name in PAPERS:
        counts = count_verdicts(name, evidence)
        parts = [f"{count} {state}" for state, count in counts.items() if count]
        sentences.append(f"{sum(counts.values())} claims of **{name}**: {', '.join(parts)}.")
    return Markdown(" ".join(sentences))
