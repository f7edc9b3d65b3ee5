"""The scorecard: the papers' claims alone, each with the verdict that its own page prints."""

from adahlib.report.claims import CLAIMS, Evidence
from adahlib.report.claims.scorecard import (
    PAPERS,
    TOPICS,
    claims_of_paper,
    count_verdicts,
    grade_of,
    grades_in_words,
    scorecard,
    verdicts_in_words,
)
from adahlib.report.claims.verdict import CONTRADICTED, NOT_MEASURED, NOT_SUPPORTED, SUPPORTED


def test_the_scorecards_hold_what_the_papers_claim_and_nothing_of_this_book():
    listed = [claim for name in PAPERS for claim in claims_of_paper(name)]
    own = [claim for claim in CLAIMS if claim.source.startswith(("this book", "hypothesis"))]
    assert len(listed) + len(own) == len(CLAIMS) and not set(listed) & set(own)
    names = {claim.name for claim in listed}
    assert names >= {"both-over-none-photos", "masks-find-the-foreground", "image-ssgah-best"}


def test_without_records_every_claim_is_not_measured(tmp_path):
    evidence = Evidence(tmp_path)
    for name in PAPERS:
        counts = count_verdicts(name, evidence)
        assert counts.pop(NOT_MEASURED) == len(claims_of_paper(name)) and not any(counts.values())
        frame = scorecard(name, "A caption.", "label", evidence).frame
        assert (frame["Verdict"] == f"– {NOT_MEASURED}").all() and frame["Page"].str.startswith("{doc}`").all()


def test_the_verdicts_in_words_add_up(tmp_path):
    text = verdicts_in_words(Evidence(tmp_path)).data
    for name in PAPERS:
        count = len(claims_of_paper(name))
        assert f"{count} claims of **{name}**: {count} {NOT_MEASURED}." in text


def test_outcomes_are_told_by_topic(tmp_path):
    assert grades_in_words(Evidence(tmp_path)).data == f"**Not measured yet**: {'; '.join(TOPICS)}."
    assert grade_of([SUPPORTED, SUPPORTED]) == "Reproduced"
    assert grade_of([SUPPORTED, NOT_SUPPORTED]) == "Reproduced in part"
    assert grade_of([CONTRADICTED, NOT_MEASURED]) == "Not reproduced"
