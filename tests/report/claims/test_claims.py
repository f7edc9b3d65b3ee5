"""The list of claims against the pages: each is shown where it says, with the verdict that the records give it now."""

import nbformat
import numpy as np
import pandas as pd
import pytest

from adahlib.errors import AdahError
from adahlib.experiments.grids.images import IMAGE_GRIDS
from adahlib.experiments.grids.usual import SCENES, SEEDS
from adahlib.paths import PROJECT
from adahlib.report.book.contents import BOOK
from adahlib.report.claims import CLAIMS, STATES, Evidence, claims_of
from adahlib.report.claims.images import IMAGES
from adahlib.report.claims.outcomes import OUTCOMES, in_short, outcome
from adahlib.report.claims.scorecard import PAPERS, scorecard
from adahlib.report.claims.shown import row_of
from adahlib.report.display import escaped
from adahlib.report.pages.why_attention import SECTIONS
from adahlib.report.text import signed

PAGES = sorted({page for claim in CLAIMS for page in claim.pages})


def shown_tables(page):
    """Return the Markdown of the tables of claims on a committed page."""
    cells = nbformat.read(PROJECT / "book" / f"{page}.ipynb", as_version=4).cells
    outputs = [output for cell in cells if cell.cell_type == "code" for output in cell.outputs if "data" in output]
    texts = [output.data.get("text/markdown", "") for output in outputs]
    return "\n".join(text for text in texts if "| Stated by |" in text)


@pytest.fixture(scope="module")
def evidence():
    return Evidence()


def test_names_are_unique_and_pages_are_pages():
    assert len({claim.name for claim in CLAIMS}) == len(CLAIMS)
    assert set(PAGES) <= {page.stem for page in BOOK}
    assert all(claim.sentence.endswith((".", ".)")) and claim.source for claim in CLAIMS)


def test_claims_of_a_page_by_name():
    assert [claim.name for claim in claims_of("fig6_masks")] == [
        "masks-find-the-foreground",
        "masks-find-the-foreground-visual",
    ]
    with pytest.raises(AdahError, match="did you mean 'masks-find-the-foreground'"):
        claims_of("fig6_masks", "masks-find-the-foregrund")


def test_without_records_nothing_is_measured(tmp_path):
    nothing = Evidence(tmp_path)
    verdicts = {claim.name: claim.verdict(nothing) for claim in CLAIMS}
    assert {verdict.state for verdict in verdicts.values()} == {"not measured"}
    assert all(verdict.why for verdict in verdicts.values())


@pytest.mark.parametrize("claim", IMAGES, ids=lambda claim: claim.name)
def test_every_run_that_a_claim_on_images_needs_is_in_a_grid(claim):
    asked = []

    class Asking(Evidence):
        def rows(self, specs):
            specs = list(specs)
            asked.extend(spec.record_path() for spec in specs)
            return [pd.Series({"map": 0.5})] * len(specs)

    claim.verdict(Asking())
    assert asked and set(asked) <= {spec.record_path() for name in IMAGE_GRIDS for spec in IMAGE_GRIDS[name]()}


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_the_committed_verdicts_are_those_of_the_records(page, evidence):
    shown = shown_tables(page)
    for claim in claims_of(page):
        verdict = claim.verdict(evidence)
        assert verdict.state in STATES
        cells = map(escaped, row_of(claim, verdict).values())
        assert f"| {' | '.join(cells)} |" in shown, f"{page}: {claim.name} is {verdict.state} by the records of now"


@pytest.mark.slow
def test_the_committed_outcomes_are_those_of_the_records(evidence):
    cells = nbformat.read(PROJECT / "book" / "why_attention.ipynb", as_version=4).cells
    outputs = [output for cell in cells if cell.cell_type == "code" for output in cell.outputs if "data" in output]
    shown = [output.data.get("text/markdown", "") for output in outputs]
    assert in_short(SECTIONS, evidence).data in shown
    assert all(outcome(section, evidence).data in shown for section in OUTCOMES)


@pytest.mark.slow
@pytest.mark.parametrize("name", PAPERS)
def test_the_committed_scorecards_are_those_of_the_records(name, evidence):
    cells = nbformat.read(PROJECT / "book" / "intro.ipynb", as_version=4).cells
    outputs = [output for cell in cells if cell.cell_type == "code" for output in cell.outputs if "data" in output]
    shown = "\n".join(output.data.get("text/markdown", "") for output in outputs)
    for row in scorecard(name, "", "label", evidence).frame.to_dict("records"):
        assert f"| {' | '.join(map(escaped, row.values()))} |" in shown, row["Claim"]


@pytest.mark.parametrize("task", ["t2i", "i2t"])
def test_the_gain_outside_the_training_set_is_that_of_a_loop(evidence, task):
    rows = [r for r in evidence.analysis("shares")["rows"] if (r["dataset"], r["train_size"]) == (SCENES, 2_000)]
    value = {(r["part"], r["attention"], r["seed"]): r["map"] for r in rows if r["task"] == task}
    gains = {part: [value[part, "both", s] - value[part, "none", s] for s in SEEDS] for part in ("unseen", "trained")}
    expected = np.mean(gains["unseen"]) - np.mean(gains["trained"])
    (claim,) = claims_of("why_attention", f"why-unseen-scenes-{task}")
    assert claim.verdict(evidence).effect == signed(expected)
