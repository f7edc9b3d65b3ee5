"""The page of hypotheses: the plan, gains over the right runs, and the tables of its two analyses."""

import pytest

from adahlib.experiments import RunSpec
from adahlib.experiments.grids.lists import grid
from adahlib.experiments.grids.why import WHY
from adahlib.report.claims import Evidence
from adahlib.report.pages.why_attention import (
    gain_rows,
    masks_table,
    plan_table,
    references,
    shares_table,
    verdict_counts,
    why_records,
)
from adahlib.report.records import find_records

PHOTOS = "mirflickr25k"


def test_the_plan_has_every_grid_with_its_command(tmp_path, monkeypatch):
    monkeypatch.setenv("ADAH_RESULTS", str(tmp_path))
    table = plan_table()
    assert table["Command"].tolist() == [f"`adah grid {name}`" for name in WHY]
    assert table["Planned"].tolist() == [len(grid(name)) for name in WHY] and set(table["Done"]) == {0}


def test_without_records_every_statement_waits(tmp_path):
    text = verdict_counts(Evidence(tmp_path))
    assert text.startswith("Of ") and text.endswith("not measured.") and "supported" not in text


def test_a_gain_is_over_none_of_the_same_setting_and_seeds(results):
    for seed, both in ((0, 0.65), (1, 0.67)):
        results(RunSpec(PHOTOS, "adah", 32, seed, attention="none"), 0.60)
        results(RunSpec(PHOTOS, "adah", 32, seed, attention="both"), both)
    results(RunSpec(PHOTOS, "adah", 32, 0, attention="none", train_size=500), 0.50)
    for seed, both in ((0, 0.52), (1, 0.90)):  # the second seed has no partner
        results(RunSpec(PHOTOS, "adah", 32, seed, attention="both", train_size=500), both)
    table = gain_rows(find_records()).set_index(["Setting", "Attention"])
    assert table.loc[("profile", "both"), "T→I gain"] == "+0.0600"
    assert table.loc[("train size 500", "both"), "T→I gain"] == "+0.0200"
    assert table.loc[("train size 500", "none"), "T→I gain"] == "–"
    assert table.loc[("train size 500", "both"), "n"] == "2; gain: 1"
    assert table.loc[("train size 500", "none"), "n"] == 1 and table.loc[("profile", "both"), "n"] == 2


def test_where_a_setting_has_no_none_the_gain_is_over_the_profiles(results):
    results(RunSpec(PHOTOS, "adah", 16, 0, attention="none"), 0.60)
    results(RunSpec(PHOTOS, "adah", 16, 0, options={"adversarial_weight": 1.0}), 0.58)
    rows = gain_rows(find_records()).set_index("Setting")
    assert rows.loc["adversarial weight 1", "T→I gain"] == "−0.0200"


def test_what_is_trained_of_the_image_network_is_said_in_words(results):
    options = {"fine_tune": True, "fine_tune_from": 9, "backbone_rate": 0.2, "epochs": 20}
    results(RunSpec(PHOTOS, "adah", 16, 0, options=options))
    (setting,) = gain_rows(find_records())["Setting"]
    assert setting == "blocks of E^I from 9 on trained, at 0.2 of the rate; epochs 20"


def test_a_dagger_where_a_run_is_stale(results):
    results(RunSpec(PHOTOS, "adah", 16, 0, attention="none"), 0.60)
    results(RunSpec(PHOTOS, "adah", 16, 0), 0.61, changed="adahlib.losses.triplet")
    cells = gain_rows(find_records()).set_index("Attention")["T→I gain"]
    assert cells["both"] == "+0.0100†" and cells["none"] == "–"


def test_a_gain_over_a_stale_base_has_a_dagger_and_the_map_beside_it_none(results):
    results(RunSpec(PHOTOS, "adah", 16, 0, attention="none"), 0.60, changed="adahlib.losses.triplet")
    results(RunSpec(PHOTOS, "adah", 16, 0), 0.61)
    both = gain_rows(find_records()).set_index("Attention").loc["both"]
    assert (both["T→I"], both["T→I gain"]) == ("0.610", "+0.0100†")


def test_a_stale_run_without_a_partner_marks_its_map_and_no_gain(results):
    for seed in (0, 1):
        changed = "adahlib.losses.triplet" if seed else None
        results(RunSpec(PHOTOS, "adah", 16, seed), 0.61, changed=changed)
    results(RunSpec(PHOTOS, "adah", 16, 0, attention="none"), 0.60)
    both = gain_rows(find_records()).set_index("Attention").loc["both"]
    assert (both["T→I"], both["T→I gain"], both["n"]) == ("0.610†", "+0.0100", "2; gain: 1")


def test_a_grids_runs_stand_beside_those_of_the_tables(results):
    specs = grid("why-mask")
    beside = references(specs)
    assert {(spec.dataset, spec.bits, spec.attention, spec.variations() == []) for spec in beside} == {
        (dataset, 16, attention, True) for dataset in (PHOTOS, "emoji-scenes") for attention in ("none", "both")
    }
    results(beside[0])
    results(specs[0])
    assert len(why_records("why-mask")) == 2


@pytest.fixture
def shares():
    about = {"dataset": PHOTOS, "bits": 32, "train_size": 500}
    values = {("trained", "none"): 0.8, ("trained", "both"): 0.81, ("unseen", "none"): 0.6, ("unseen", "both"): 0.64}
    rows = [
        about | {"seed": seed, "attention": attention, "task": task, "part": part, "map": value + 0.01 * seed}
        for seed in (0, 1)
        for (part, attention), value in values.items()
        for task in ("t2i", "i2t")
    ]
    return {"rows": rows}


def test_gains_by_part_of_the_database(shares):
    (row,) = shares_table(shares).to_dict("records")
    assert (row["Training pairs"], row["n"]) == ("500", "2")
    assert (row["T→I trained on"], row["T→I not trained on"]) == ("+0.0100", "+0.0400")
    assert shares_table(shares, "changed").iloc[0]["I→T not trained on"] == "+0.0400†"


def test_a_part_of_the_database_counts_its_own_seeds_and_only_pairs_of_them(shares):
    more = [row | {"train_size": 1000} for row in shares["rows"] if row["seed"] == 0]
    alone = [row | {"seed": 2, "map": 0.99} for row in more if row["attention"] == "both"]
    few, many = shares_table({"rows": [*shares["rows"], *more, *alone]}).to_dict("records")
    assert (few["Training pairs"], few["n"], many["Training pairs"], many["n"]) == ("500", "2", "1,000", "1")
    assert (few["T→I not trained on"], many["T→I not trained on"]) == ("+0.0400", "+0.0400")


def test_masks_and_their_agreement():
    about = {"dataset": PHOTOS, "bits": 16, "seed": 0}
    rows = [about | {"masks": "own", "map_t2i": 0.7, "map_i2t": 0.8}]
    rows += [about | {"masks": "agreement of images", "agreement": 0.9, "chance": 0.5}]
    own, agreement = masks_table({"rows": rows}).to_dict("records")
    assert (own["T→I"], own["Share of equal values"]) == ("0.700", "–")
    names = ["T→I", "Share of equal values", "Share by chance"]
    assert [agreement[name] for name in names] == ["–", "0.900", "0.500"]
    own, agreement = masks_table({"rows": rows}, "changed").to_dict("records")
    assert [own[name] for name in names] == ["0.700†", "–", "–"]
    assert [agreement[name] for name in names] == ["–", "0.900†", "0.500†"]
