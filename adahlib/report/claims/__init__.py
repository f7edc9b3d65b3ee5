"""Claims: every conclusion of the book as a sentence with a predicate on records, whose verdict is computed.

``CLAIMS`` is the list of all of them. ``verdict`` has the one rule by which they are judged, ``evidence`` what they are
judged by, and ``shown`` how a page prints them. No sentence of a page states a result besides.
"""

from adahlib.errors import unknown_name
from adahlib.report.claims.attention import ATTENTION
from adahlib.report.claims.choices import CHOICES
from adahlib.report.claims.claim import Claim
from adahlib.report.claims.evidence import Evidence
from adahlib.report.claims.hypotheses import HYPOTHESES
from adahlib.report.claims.images import IMAGES
from adahlib.report.claims.methods import METHODS
from adahlib.report.claims.verdict import STATES, Verdict

__all__ = ["CLAIMS", "STATES", "Claim", "Evidence", "Verdict", "claims_of"]

CLAIMS = (*ATTENTION, *METHODS, *CHOICES, *HYPOTHESES, *IMAGES)


def claims_of(page: str, *names: str) -> list[Claim]:
    """Return the claims of a page, or those of these names among them, in the order of the list.

    Raises:
        AdahError: the page has no claim of a name.
    """
    found = {claim.name: claim for claim in CLAIMS if page in claim.pages}
    for name in names:
        if name not in found:
            raise unknown_name(f"claim of page {page}:", name, found)
    return [claim for claim in found.values() if not names or claim.name in names]
