"""Every table and figure of the papers with what became of its claims."""

from collections import Counter

from adahlib.report.claims import CLAIMS, Evidence
from adahlib.report.claims.parts import PARTS, claims_in_words, parts_table
from adahlib.report.claims.scorecard import PAPERS, count_verdicts

ON_DECISIONS = sum(claim.pages[0] == "decisions" and claim.source.startswith("paper") for claim in CLAIMS)


def test_each_claim_of_a_table_or_figure_is_counted_in_one_row(tmp_path):
    nothing = Evidence(tmp_path)
    counted = [claims_in_words(page, nothing) for *_, page in PARTS]
    found = Counter()
    for number, state in (text.split(" ", 1) for text in counted if text != "–"):
        found[state] += int(number)
    total = sum(count_verdicts(name, nothing)["not measured"] for name in PAPERS)
    assert found == {"not measured": total - ON_DECISIONS}
    assert dict(zip((page for *_, page in PARTS), counted, strict=True))["method"] == "–"


def test_verdicts_stand_beside_each_other():
    frame = parts_table("label").frame.set_index("In the papers")
    told = frame.loc["Table 4", "Its claims"]
    assert sum(int(part.split(" ")[0]) for part in told.split(", ")) == 4
    assert frame.loc["Table 4", "Page"] == "{doc}`table4_attention`"
