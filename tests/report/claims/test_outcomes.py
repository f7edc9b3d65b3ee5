"""What came out, in words: which sentence a verdict chooses."""

import pytest

from adahlib.report.claims import claims_of
from adahlib.report.claims import outcomes as module
from adahlib.report.claims.evidence import Evidence
from adahlib.report.claims.outcomes import OUTCOMES, UNMEASURED, in_short, outcome
from adahlib.report.pages.why_attention import CLAIMED, SECTIONS, claimed_in


def test_every_claim_of_the_page_is_in_one_section():
    names = [name for section in CLAIMED for name in claimed_in(section)]
    assert sorted(names) == sorted(claim.name for claim in claims_of("why_attention"))


def test_every_section_of_the_page_has_an_outcome_of_claims_that_it_shows():
    assert list(OUTCOMES) == list(SECTIONS) == list(CLAIMED)
    for rows in OUTCOMES.values():
        for name, *sentences in rows:
            assert claims_of("why_attention", f"why-{name}")
            assert len(set(sentences)) == 3 and all(each.endswith(".") for each in sentences)


def test_without_records_an_outcome_says_that_nothing_is_measured_once(tmp_path):
    nothing = Evidence(tmp_path)
    assert outcome("fresh", nothing).data == f"**Outcome.** {UNMEASURED}"
    assert in_short({"mask": "Masks"}, nothing).data == f"* *Masks.* {UNMEASURED}"


@pytest.mark.parametrize(("state", "place"), [("supported", 0), ("contradicted", 1), ("not supported", 2)])
def test_a_verdict_chooses_its_sentence_and_shows_its_effect(monkeypatch, state, place):
    claim = claims_of("why_attention", "why-length-photos")[0]
    words = OUTCOMES["length"][0][1:]
    monkeypatch.setattr(module, "OUTCOMES", {"length": OUTCOMES["length"][:1]})
    verdict = type("Verdict", (), {"state": state, "effect": "+0.010"})()
    monkeypatch.setattr(type(claim), "verdict", lambda self, evidence: verdict)
    assert outcome("length").data == f"**Outcome.** {words[place].removesuffix('.')} (+0.010)."
