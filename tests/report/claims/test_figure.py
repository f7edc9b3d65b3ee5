"""The forest plot of claims: a row for each that has an interval, in its colour and at its place."""

import numpy as np
import pytest

from adahlib.report.claims import Evidence
from adahlib.report.claims import figure as module
from adahlib.report.claims.claim import Claim
from adahlib.report.claims.verdict import Verdict

VERDICTS = {
    "one": Verdict("supported", "+0.020", (0.01, 0.03), 3),
    "two": Verdict("contradicted", "−0.040", (-0.06, -0.02), 3),
    "three": Verdict("not supported", "+0.010", None, 1),
}


@pytest.fixture
def figure(monkeypatch):
    claims = [Claim(name, f"Sentence {name}.", ("page",), "us", lambda _, v=v: v) for name, v in VERDICTS.items()]
    monkeypatch.setattr(module, "claims_of", lambda page, *names: claims)
    return module.claims_figure("page")


def test_intervals_stand_at_their_places_and_what_has_none_is_left_out(figure):
    (axis,) = figure.axes
    dots = [line for line in axis.lines if line.get_marker() in ("o", "D", "s")]
    assert [round(float(dot.get_xdata()[0]), 3) for dot in dots] == [0.02, -0.04]
    ends = [bar.get_segments()[0][:, 0] for bar in axis.collections]
    assert np.allclose(ends, [[0.01, 0.03], [-0.06, -0.02]])
    assert [label.get_text() for label in axis.get_yticklabels()] == ["Sentence one.", "Sentence two."]


def test_without_records_a_sentence_stands_in_its_place(tmp_path):
    found = module.claims_figure("why_attention", "why-share-photos-500", evidence=Evidence(tmp_path))
    assert found.data == module.UNMEASURED and found.data.startswith("Not measured yet")


def test_the_alt_text_counts_verdicts_and_names_the_largest_effect(figure):
    assert figure.alt == (
        "Differences with 95 % intervals: 1 supported, 1 contradicted. The largest, −0.040: Sentence two."
    )
