"""The pages of deep image hashing: variants beside their printed rows, the curve, GANs; with made-up numbers."""

import numpy as np
import pandas as pd
import pytest
import torch

from adahlib.errors import AdahError
from adahlib.experiments.analyses import components
from adahlib.experiments.analyses.gan_watch import picture_sheet
from adahlib.experiments.grids.images import image_deep, image_nuswide, image_supervision
from adahlib.experiments.image_chosen import image_arm_name
from adahlib.experiments.image_draws import IMAGE_ARMS
from adahlib.experiments.records.store import write_record
from adahlib.files import write_json
from adahlib.report.pages import image_deep_rows as deep_rows
from adahlib.report.pages import image_supervision as supervision
from adahlib.report.pages import image_synthetic
from adahlib.report.pages.agreement import deep_gap_in_words
from adahlib.report.pages.image_components import (
    component_cells,
    component_intervals_table,
    differing_variants,
    played_in_words,
)
from adahlib.report.pages.image_nuswide import nuswide_cells
from adahlib.report.records import find_records
from adahlib.report.results_table import grid_table
from tests.made_up import made_up_record

CHOICE = {image_arm_name(*arm): 0 for arm in IMAGE_ARMS}
BOTH = "with L_ssr and L_ar"  # what the variant full is called
LEVELS = {"baseline": 0.3, "ar": 0.32, "ssr": 0.34, "full": 0.36}


@pytest.fixture
def records(tmp_path):
    """Runs at 48 bits with a choice of first draws: MAP by variant, .01 more a seed, .1 less with few labels."""
    specs = [spec for spec in (*image_deep(CHOICE), *image_supervision(CHOICE)) if spec.bits == 48]
    for spec in specs:
        level = LEVELS[spec.options.get("variant", "baseline")] + 0.01 * spec.seed - 0.1 * (spec.train_size == 500)
        record = made_up_record(spec, 0.5, 0.5)
        metrics = {"map": level, "map_unlabelled": level - 0.04, "chance": 0.1, "chance_unlabelled": 0.1}
        write_record(record | {"metrics": metrics}, tmp_path / spec.record_path())
    return find_records(specs, root=tmp_path)


def of_protocol(records):
    return records[[record["spec"]["train_size"] == 0 for record in records["record"]]]


def shown(cells, **options):
    """Return a table's cells at 48 bits by row and whose they are."""
    return grid_table({"ours": cells}, "Row", decimals=3, **options).set_index(["Row", "Whose"])["48 bits"]


def test_variants_stand_below_their_printed_rows(records):
    table = shown(component_cells(of_protocol(records), (48,)))
    assert table["with L_ssr", "paper"] == "0.846" and table[BOTH, "paper"] == "**0.855**"
    assert table["with L_ssr", "ours"] == "0.350\u00a0±\u00a00.010"
    assert table["baseline: L_sr", "ours"].startswith("0.310")


def test_the_share_of_anchors_that_l_ar_acts_on_is_told_of_the_variants_that_have_it(records):
    own = of_protocol(records)
    for record in own["record"]:
        record["history"] = [{"ranking": 1.0}, {"ranking": 0.5}]
    assert played_in_words(own) == "" == played_in_words(own[:0])
    for seed, record in zip(own["seed"], own["record"], strict=True):
        if record["options"].get("variant") == "ar":
            record["history"] = [{"played": share + 0.01 * seed} for share in (0.3, 0.2, 0.1)]
    said = played_in_words(own)
    assert "from 0.31 to 0.11 with L_ar. From the other anchors the generator learned" in said
    assert BOTH not in said and "baseline" not in said


def test_a_variant_whose_interval_leaves_out_zero_has_a_star(records):
    row = {"against": "baseline", "bits": 48, "family_low": 0.01, "family_high": 0.05}
    rows = [
        row | {"variant": "ar", "family_low": -0.01},
        row | {"variant": "full"},
        row | {"variant": "ssr", "family_low": -0.05, "family_high": -0.01},
    ]
    measured = {"rows": [*rows, row | {"variant": "ar", "against": "ssr"}], "stale": ""}
    apart = differing_variants(measured)
    assert apart == {(BOTH, "map", 48), ("with L_ssr", "map", 48)}
    table = shown(component_cells(of_protocol(records), (48,)), marked=apart)
    assert differing_variants(measured | {"stale": "losses.triplet changed"}) == set()
    stars = {name for name, text in table.items() if "\\*" in text}
    assert stars == {(BOTH, "ours"), ("with L_ssr", "ours")}


def test_the_other_database_has_numbers_of_its_own(records):
    table = shown(component_cells(of_protocol(records), (48,), "", "map_unlabelled"))
    assert table[BOTH, "ours"].startswith("**0.330") and {whose for _, whose in table.index} == {"ours"}


def test_nus_wide_has_the_printed_rows_and_ours_where_they_are(tmp_path):
    printed = shown(nuswide_cells(pd.DataFrame(), (48,)))
    assert len(printed) == 14 and printed["SSGAH", "paper"] == "**0.865**"
    assert printed["SDH + CNN", "paper"] == "0.610" and printed["SDH", "paper"] == "0.454"
    specs = [spec for spec in image_nuswide(CHOICE) if spec.bits == 48]
    for spec in specs:
        level = 0.5 + 0.1 * (spec.backbone == "gist") + 0.2 * (spec.options.get("variant") == "full")
        record = made_up_record(spec, 0.5, 0.5) | {"metrics": {"map": level, "map_unlabelled": 0.1, "chance": 0.1}}
        write_record(record, tmp_path / spec.record_path())
    ours = shown(nuswide_cells(find_records(specs, root=tmp_path), (48,)))
    assert (ours["LSH", "ours"], ours["LSH + CNN", "ours"]) == ("0.600", "0.500")
    assert ours["SSGAH", "ours"] == "**0.700**" and ours["SSGAH", "paper"] == printed["SSGAH", "paper"]
    variants = shown(component_cells(find_records(specs, root=tmp_path), (48,), "nus-wide"))
    assert (variants[BOTH, "paper"], variants[BOTH, "ours"]) == ("**0.865**", "**0.700**")


def test_the_deep_row_of_ssgah_is_its_full_variant(records):
    table = shown(deep_rows.deep_cells(of_protocol(records), (48,)))
    assert table["SSGAH", "ours"].startswith("**0.370") and table["SSGAH", "paper"] == "**0.855**"
    assert table["CNNH", "paper"] == "0.489" and len(table) == 2 * 6
    none = shown(deep_rows.deep_cells(of_protocol(records)[:0]))
    assert {whose for _, whose in none.index} == {"paper"} and len(none) == 6


def test_where_ssgah_stands_is_said_in_words(records):
    bits = (24, 48)
    rows = {"SSGAH": (0.3, 0.4), "CNNH": (0.2, 0.5), "SSDH": (0.4, 0.6), "BGDH": (0.1, float("nan"))}
    flat = [(row, bits[k], values[k]) for row, values in rows.items() for k in (0, 1)]
    cells = pd.DataFrame(flat, columns=["row", "bits", "ours"])
    sdh = pd.DataFrame({"row": "SDH", "bits": bits, "ours": (0.25, 0.45)})
    said = deep_rows.deep_in_words(cells, {"CNN 64": sdh})
    assert said.startswith("Among the 3 deep rows that are measured here at every code length, SSGAH has the lowest ")
    assert "MAP at 1 of 2 code lengths and the highest at 0." in said
    assert said.endswith("minus that of SDH on the same features (CNN, 64 px) is −0.050 to +0.050.")
    assert deep_rows.deep_in_words(cells, {}).endswith("the highest at 0.")
    assert deep_rows.deep_in_words(cells[cells["row"] == "SSGAH"], {}) == ""
    gap = deep_gap_in_words(cells.assign(paper=0.5))
    assert "our MAP minus the printed one is −0.400 to +0.100 there" in gap.data
    assert deep_gap_in_words(cells.assign(paper=float("nan"))) is None


def test_a_loss_that_does_not_fall_is_said_with_its_steps():
    data = {"counts": {"train": 101}}
    record = {"spec": {"method": "ninh"}, "options": {"epochs": 3, "batch_size": 50}, "data": data}
    record["history"] = [{"ranking": 1.0}, {"ranking": 1.5}, {"ranking": 0.96}]
    cnnh = record | {"spec": {"method": "cnnh"}, "history": [{"codes": 0.9}, {"codes": 0.5}]}
    said = "With the networks of their papers the loss of NINH goes from 1.00 to 0.96, so that it has hardly learned "
    said += "in these 9 steps; the loss of CNNH goes from 0.90 to 0.50."
    assert deep_rows.losses_in_words(pd.DataFrame({"record": [record, cnnh]})) == said
    assert deep_rows.losses_in_words(pd.DataFrame()) == ""


def test_a_network_of_the_paper_s_own_stands_below_the_common_one(records):
    common = deep_rows.deep_cells(of_protocol(records), (48,))
    own = common.assign(ours=common["ours"].where(common["row"] == "CNNH") + 0.1)
    table = grid_table({"ours": common, "ours, own network": own}, "Row", decimals=3).set_index(["Row", "Whose"])
    assert list(table.loc["CNNH"].index) == ["paper", "ours", "ours, own network"]
    assert list(table.loc["NINH"].index) == ["paper", "ours"]


def test_the_curve_has_the_protocol_s_size_between_the_others(records):
    found = supervision.curve(records)
    both = supervision.supervision_table(found).set_index(["Variant", "Database"])
    table = both.xs("with the labelled images", level=1)
    sizes = ["500", "1,000", "2,000", "5,000", "10,000"]
    assert list(table.columns) == [*(f"{size} labelled" for size in sizes), "n"] and list(table["n"]) == ["2 or 3"] * 2
    assert table.loc[BOTH, "500 labelled"] == "**0.265\u00a0±\u00a00.007**"
    assert table.loc["baseline: L_sr", "5,000 labelled"] == "0.310\u00a0±\u00a00.010"
    assert both.loc[(BOTH, "without the labelled images"), "500 labelled"] == "**0.225\u00a0±\u00a00.007**"
    axis, other = supervision.supervision_figure(found, "told").axes
    assert [each.get_title() for each in (axis, other)] == ["with the labelled images", "without the labelled images"]
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["baseline: L_sr", BOTH]
    assert [text.get_text() for text in axis.get_xticklabels()] == sizes


def test_the_curve_in_words_has_the_gain_at_both_ends(records):
    records = records[records["method"] == "ssgah"].copy()
    found = supervision.with_sizes(records)
    most = found["labelled"] == 10_000
    records.loc[(found["variant"] == "full") & most, "map"] -= 0.1
    words = "In the database with the labelled images MAP of SSGAH minus that of its baseline, over the seeds that "
    words += "both have, is +0.060 with 500 labelled images and −0.040 with 10,000 labelled images."
    assert supervision.curve_in_words(records) == words
    assert supervision.curve_in_words(records[~most]).endswith("and +0.060 with 5,000 labelled images.")
    one = records[found["labelled"] == 500]
    assert supervision.curve_in_words(one).endswith("is +0.060 with 500 labelled images.")
    alone = one[found["variant"].loc[one.index] == "full"]
    assert "no number of them has both" in supervision.curve_in_words(alone)


def test_a_gain_is_over_the_seeds_that_both_have(records):
    """A second seed of the baseline alone, a tenth higher, changes no difference."""
    records = records[records["method"] == "ssgah"].copy()
    found = supervision.with_sizes(records)
    few = found["labelled"] == 500
    lone = few & (found["variant"] == "full") & (found["seed"] == 1)
    records.loc[few & (found["variant"] == "baseline") & (found["seed"] == 1), "map"] += 0.1
    assert supervision.gains(records[~lone]).loc[500] == pytest.approx(0.06)
    assert supervision.gains(records).loc[500] == pytest.approx(0.01)
    assert supervision.gains(records[:0]).empty


def test_runs_that_no_options_were_chosen_for_are_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr("adahlib.experiments.image_chosen.FILE", tmp_path / "none.json")
    assert deep_rows.image_runs("image-deep", methods=["ssgah"]) == []
    said = deep_rows.deep_note([], "this page shows the plan").data
    assert said.startswith("**No results yet**: this page shows the plan; ") and "`adah grid image-search`" in said
    with pytest.raises(AdahError, match=r"run `adah grid image-search`, then `python -m adahlib\.experiments\.grids"):
        components.variant_run("full", 0)


def test_arms_that_wait_for_draws_are_named(records, monkeypatch, tmp_path):
    monkeypatch.setattr("adahlib.experiments.image_chosen.FILE", tmp_path / "chosen.json")
    some = {name: draw for name, draw in CHOICE.items() if name not in ("ssgah-full", "dsh-gans")}
    write_json(some, tmp_path / "chosen.json")
    specs = deep_rows.image_runs("image-deep", bits=[48])
    monkeypatch.setenv("ADAH_RESULTS", str(tmp_path))  # where the records of all arms are
    said = deep_rows.deep_note(specs, "the plan").data
    assert said == "dsh-gans, ssgah-full: no row yet, since the draws of the search are not all made."
    assert "ssgah-full: no row" in deep_rows.deep_note(specs, "the plan", ["ssgah"]).data
    assert "dsh-gans" not in deep_rows.deep_note(specs, "the plan", ["ssgah"]).data
    write_json(CHOICE, tmp_path / "chosen.json")
    assert len(deep_rows.image_runs("image-deep", ["cnnh"], [48], [])) == 3  # no seeds named: all of them
    assert [spec.seed for spec in deep_rows.image_runs("image-deep", ["cnnh"], [48], [1])] == [1]
    assert deep_rows.deep_note(deep_rows.image_runs("image-deep", bits=[48]), "the plan") is None


def test_what_a_part_adds_is_a_row_with_its_intervals():
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.02, (2, 3, 400))
    rows = components.rows({("full", "ssr"): 0.05 + noise[0], ("ar", "baseline"): noise[1]})
    assert rows[0]["difference"] == pytest.approx(0.05, abs=0.005) and rows[0]["seeds_low"] > 0
    assert rows[1]["seeds_low"] < 0 < rows[1]["seeds_high"] and rows[0]["n"] == 3
    assert rows[0]["family_low"] < rows[0]["seeds_low"] < rows[0]["queries_low"] < rows[0]["queries_high"]
    assert rows[0]["queries_high"] < rows[0]["seeds_high"] < rows[0]["family_high"]
    table = component_intervals_table({"rows": rows}, "something changed")
    assert table["Variants"].iloc[0] == f"{BOTH} − with L_ssr" and table["Difference"].iloc[0].endswith("†")


@pytest.fixture
def measured():
    """What is measured of a GAN of two epochs and four classes."""
    batch = torch.linspace(-1, 1, 4)[:, None, None, None].expand(4, 3, 32, 32)
    rows = [
        {"epoch": epoch, "kind": kind, "class": 0.25 + 0.2 * epoch, "permuted": 0.25, "within": 0.8}
        for epoch in range(3)
        for kind in ("positive", "negative")
    ]
    history = [{"judge": 2.0, "deceiver": 1.0, "divergence": 0.1, "spread_positive": 0.7, "spread_negative": 0.1}] * 2
    return {
        "method": "ssgah", "classes": list("abcd"), "accuracy": 0.7, "history": history, "rows": rows, "stale": "",
        "real": picture_sheet([batch]), "sheets": {k: picture_sheet([batch] * 3) for k in ("positive", "negative")},
    }  # fmt: skip


def test_samples_have_a_row_an_epoch_and_a_column_a_class(measured):
    figure = image_synthetic.sample_figure(measured)
    titles = ["the images", "like the image (positive)", "unlike it (negative)"]
    assert [axis.get_title() for axis in figure.axes] == titles and "4 classes" in figure.alt
    assert [text.get_text() for text in figure.axes[1].get_yticklabels()] == ["epoch 0", "epoch 1", "epoch 2"]
    assert [text.get_text() for text in figure.axes[2].get_xticklabels()] == list("abcd")
    assert image_synthetic.pixels(measured["sheets"]["positive"]).shape == (96, 128, 3)


def test_losses_and_spread_have_panels_of_their_own(measured):
    figure = image_synthetic.loss_figure({"ssgah": measured})
    losses, spreads = figure.axes
    assert {line.get_label() for line in losses.lines} == {"discriminator loss", "generator loss", "KL divergence"}
    drawn = {line.get_label(): line.get_ydata() for line in spreads.lines}
    assert list(drawn["unlike it (negative)"]) == [0.1, 0.1] and len(spreads.lines) == 3  # and the line of collapse
    assert [text.get_text() for text in spreads.get_xticklabels()] == ["1", "2"]
    assert "in the last epoch is 0.10 of that of real pictures with SSGAH" in figure.alt


def test_classes_are_by_kind_and_epoch(measured):
    table = image_synthetic.class_table(measured, "")
    assert list(table["Pictures"][:3]) == ["like the image (positive)"] * 3 and list(table["Epoch"][:3]) == [0, 1, 2]
    assert table["Of their image's class"].iloc[2] == "0.650"
    assert "70.0% of real unlabelled images" in image_synthetic.accuracy_note(measured)
    said = image_synthetic.classes_in_words({"ssgah": measured}).data
    assert "65.0% of the positives (25.0% by chance) and" in said and "right for 70.0% of real images" in said
    old = measured | {"stale": "models.gan changed"}
    assert "65.0%† of the positives (25.0%† by chance)" in image_synthetic.classes_in_words({"ssgah": old}).data
    assert "70.0%†" in image_synthetic.accuracy_note(old)
    assert image_synthetic.classes_in_words({}) is None
    assert image_synthetic.unmeasured_note({"ssgah": measured}, ["ssgah"]) is None
    assert "(`adah analyse ssgah_gan`)." in image_synthetic.unmeasured_note({}, ["ssgah"]).data
    with pytest.raises(AdahError, match="unknown method with a GAN"):
        image_synthetic.seen("ssdh")
