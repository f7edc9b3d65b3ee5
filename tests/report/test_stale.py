"""A stale number is never shown as a current one: in every table it carries a dagger, in every caption a word."""

import pytest

from adahlib.experiments import RunSpec
from adahlib.report.captions import setting
from adahlib.report.curves import curve_table
from adahlib.report.decisions import decision, measured_alternatives
from adahlib.report.length import length_table
from adahlib.report.method_tables import method_table, tie_table
from adahlib.report.provenance import provenance_table
from adahlib.report.records import existing_records
from adahlib.report.tables import attention_table, headline_table, mask_table, order_table

SPECS = [RunSpec("mirflickr25k", "adah", 16, seed, attention=a) for a in ("none", "both") for seed in (0, 1)]


@pytest.fixture
def one_stale(results):
    """Four records, of which one, with both attentions, was made before the triplet loss was changed."""
    for spec in SPECS:
        old = (spec.attention, spec.seed) == ("both", 1)
        results(spec, 0.7, 0.6, 0.4, changed="adahlib.losses.triplet" if old else None)
    return existing_records(SPECS)


def test_every_table_marks_the_rows_that_hold_it_and_no_others(one_stale):
    by_attention = attention_table(one_stale, "mirflickr25k", [16], ["none", "both"])
    assert ["†" in cell for cell in by_attention["T→I ours"]] == [False, True]
    assert ["†" in cell for cell in mask_table(one_stale)["IoU"]] == [True]
    assert ["†" in str(cell) for cell in curve_table(one_stale).groupby("Method", sort=False)["n"].first()] == [
        False, True,
    ]  # fmt: skip
    assert "†" in headline_table(one_stale).to_string() and "†" in tie_table(one_stale).to_string()
    assert "†" in method_table(one_stale[one_stale["attention"] == "both"], "mirflickr25k", [16]).to_string()
    assert "†" in length_table(one_stale[one_stale["seed"] == 1]).to_string()
    assert not order_table(one_stale, "mirflickr25k", [16]).empty


def test_captions_and_provenance_say_it(one_stale):
    assert "STALE: 1 of 4 records (†)" in setting(one_stale)
    assert "STALE" not in setting(one_stale[one_stale["attention"] == "none"])
    facts = provenance_table(one_stale).set_index("Fact")["Value"]
    assert facts["Stale"] == "1: losses.triplet changed"
    live = provenance_table(one_stale.drop(columns=["stale"])).set_index("Fact")["Value"]
    assert live["Stale"] == "none"


def test_a_stale_alternative_is_marked(results):
    results(RunSpec("mirflickr25k", "adah", 16))
    results(RunSpec("mirflickr25k", "adah", 16, options={"margin": 2.0}), changed="adahlib.training")
    text = decision(measured_alternatives(["mirflickr25k"]), "name", "margin").data
    assert "0.590†" in text and "0.590 |" in text and "STALE: 1 of 2" in text


def test_a_profile_that_changed_makes_its_records_stale(results, monkeypatch):
    from adahlib.experiments import profiles

    results(RunSpec("mirflickr25k", "adah", 16))
    monkeypatch.setitem(profiles.CPU, "margin", 3.0)
    assert existing_records([RunSpec("mirflickr25k", "adah", 16)])["stale"].tolist() == ["the spec's options changed"]
