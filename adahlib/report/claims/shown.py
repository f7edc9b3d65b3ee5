"""How a page prints its claims: each with its verdict, the effect and its interval."""

import pandas as pd
from IPython.display import Markdown

from adahlib.report.claims import Evidence, claims_of
from adahlib.report.claims.claim import READ_OFF, Claim
from adahlib.report.claims.verdict import Verdict
from adahlib.report.display import Table, table
from adahlib.report.text import EMPTY, signed

AFTERWARDS = " *Read off these runs*: written when the runs were there; the verdict only says whether it still holds."
SIGN = "An effect is positive in the claimed direction, unless the claim says otherwise."
OWN = "this book, of its earlier runs"  # what was expected before the records that judge it now


def claim_table(page: str, label: str, *names: str, evidence: Evidence | None = None) -> Table | Markdown:
    """Return the numbered table of a page's claims with their verdicts.

    Args:
        page: its stem.
        label: the table's name in the book.
        names: of some of its claims; none of them: all.
        evidence: the records that judge them (default: the project's).
    """
    evidence = evidence or Evidence()
    judged = [(claim, claim.verdict(evidence)) for claim in claims_of(page, *names)]
    frame = pd.DataFrame([row_of(*each) for each in judged])
    caption = f"Claims, and what the records say of them, by the rule of the page why_attention. {SIGN}"
    return table(frame, caption + (AFTERWARDS if any(claim.source == READ_OFF for claim, _ in judged) else ""), label)


def row_of(claim: Claim, verdict: Verdict) -> dict[str, str]:
    """Return a claim as a row of its table."""
    return {
        "Claim": claim.filled(verdict),
        "Stated by": OWN if claim.source == "this book" else claim.source,
        "Verdict": f"**{verdict.state}**" + (f" ({verdict.why})" if verdict.why else ""),
        "Effect": verdict.effect or EMPTY,
        "95 % interval": interval_in_words(verdict),
        "n": str(verdict.seeds or EMPTY),
    }


def effect_in_words(verdict: Verdict) -> str:
    """Return the effect with its interval in brackets; a dash for no effect, and none for no interval."""
    between = f" ({interval_in_words(verdict)})" if verdict.interval else ""
    return f"{verdict.effect or EMPTY}{between}"


def interval_in_words(verdict: Verdict) -> str:
    """Return the interval with as many decimals as the effect; a dash for none."""
    if verdict.interval is None:
        return EMPTY
    decimals = len(verdict.effect.rpartition(".")[2])
    return " to ".join(signed(bound, decimals) for bound in verdict.interval)
