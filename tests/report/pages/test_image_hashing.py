"""The page of image hashing: printed beside ours, by features, in both databases."""

import pandas as pd
import pytest

from adahlib.experiments import RunSpec
from adahlib.experiments.grids.images import FEATURES
from adahlib.experiments.records.store import write_record
from adahlib.report.pages.image_database import both_databases_table, database_cells, database_in_words
from adahlib.report.pages.image_methods import image_options_table, methods_table
from adahlib.report.pages.image_setting import image_setting_box, labelled_data
from adahlib.report.pages.image_shallow_rows import (
    by_printed_features,
    shallow_cells,
    shallow_in_words,
    shallow_row_runs,
)
from adahlib.report.records import find_records
from adahlib.report.results_table import grid_table
from adahlib.report.titles import IMAGE_METHOD_TITLES
from tests.made_up import made_up_record


@pytest.fixture
def records(tmp_path):
    """ITQ on two kinds of features, two seeds; made-up numbers."""
    specs = []
    for name, level in (("GIST", 0.17), ("CNN 128", 0.3)):
        backbone, side = FEATURES[name]
        for seed in (0, 1):
            spec = RunSpec("cifar10", "itq", 48, seed, backbone=backbone, image_size=side)
            record = made_up_record(spec, 0.5, 0.5)
            metrics = {"map": level + 0.01 * seed, "map_unlabelled": level, "chance": 0.1, "chance_unlabelled": 0.1}
            record |= {"metrics": metrics, "convention": {"map": "all: over the database", "ties": "expected"}}
            write_record(record, tmp_path / spec.record_path())
            specs.append(spec)
    return find_records(specs, root=tmp_path)


def test_ours_stands_below_the_printed_row_of_its_features(records):
    tables = by_printed_features(shallow_cells(records, (48,)))
    shown = {name: grid_table(own, "Method", decimals=3) for name, own in tables.items()}
    assert shown["GIST"].to_numpy().tolist() == [
        ["ITQ", "paper", "0.175", "–"],
        ["ITQ", "ours", "0.175\u00a0±\u00a00.007", "2"],
    ]
    assert shown["CNN"]["Whose"].tolist() == ["paper", "ours, 128 px"] and shown["CNN"]["48 bits"].iloc[0] == "0.240"


def test_without_records_there_is_no_shallow_table_and_no_word_of_one(records):
    assert shallow_cells(records[:0]) == by_printed_features({}) == {}


def test_both_databases_stand_side_by_side(records):
    cells = database_cells(records)
    table = both_databases_table(cells, 48)
    features = ("GIST", "CNN (128 px)")
    ways = [f"{name}, {way}" for name in features for way in ("with", "without")]
    assert list(table.columns) == ["Method", *ways, "n"]
    assert table["GIST, with"].tolist() == ["0.175\u00a0±\u00a00.007"]
    assert table["GIST, without"].tolist() == ["0.170\u00a0±\u00a00.000"]
    assert table["n"].tolist() == ["2"] and both_databases_table(cells, 12).empty


def test_every_method_and_option_is_listed():
    methods, options = methods_table(), image_options_table()
    assert list(methods["Method"]) == list(IMAGE_METHOD_TITLES.values()) and methods["What it is"].str.len().min() > 20
    assert dict(zip(methods["Method"], methods["Reads labels"], strict=True))["ITQ"] == "no"
    drawn = options[options["In the search"] == "✓"]
    assert set(drawn[drawn["Method"] == "CNNH"]["Option"]) == {"`learning_rate`", "`dropout`"}
    assert options["Meaning"].str.len().min() > 3 and len(options) > 50


def test_numbers_of_labels_are_listed_once_and_ascending(records):
    several = [{**record, "data": record["data"]} for record in records["record"][:3]]
    for record, train in zip(several, (2_000, 500, 2_000), strict=True):
        counts = {"query": 10, "database": 9_000, "train": train}
        record["data"] = {"title": "CIFAR-10", "counts": counts}
    said = "CIFAR-10: 10 queries, 9,000 in the database, of which 500 or 2,000 have a label that trains"
    assert labelled_data(pd.DataFrame({"record": several})) == said


def test_the_box_says_what_is_measured(records):
    facts = image_setting_box(records).facts
    assert "queries" in facts["Data"] and facts["MAP"] == "over the database, ties by expectation"
    assert "chance 0.100" in facts["Data"] and "seeds 0, 1" in facts["Seeds"] and facts["Stale records"] == "none"
    assert facts["Data"].count("queries") == 1  # once, where data sets differ in nothing but the number of labels
    longer = records[:1].assign(bits=64)
    assert "n = 1 to 2 as the tables say" in image_setting_box(records, longer).facts["Seeds"]
    assert image_setting_box(records[:0]).facts == {"Records": "none yet"}
    assert image_setting_box(records[:1], records[:0], records[1:]).facts == facts


def test_what_larger_images_and_few_labels_change_is_said_in_words():
    rows = [("ITQ", 12), ("ITQ", 24), ("ITQ, labelled images only", 12)]
    frame = pd.DataFrame(rows, columns=["row", "bits"])
    cells = {"CNN 64": frame.assign(ours=[0.2, 0.2, 0.19]), "CNN 128": frame.assign(ours=[0.3, 0.25, 0.31])}
    grown = "From images of 64 px to images of 128 px the MAP changes by +0.050 to +0.100 (ITQ), +0.120 (ITQ, labelled"
    assert shallow_in_words(cells).startswith(grown)
    assert shallow_in_words(cells).endswith("ITQ fitted on the whole database by −0.010 to +0.010.")
    assert shallow_in_words({"GIST": cells["CNN 64"][:2]}) == shallow_in_words({}) == ""


def test_what_the_labelled_images_in_the_database_change_is_said_in_words():
    same = {"features": "GIST", "bits": 12}
    means = {("SDH", "with"): 0.31, ("SDH", "without"): 0.3, ("SH", "with"): 0.1, ("SH", "without"): 0.1002}
    cells = pd.DataFrame(same | {"method": m, "task": t, "mean": mean} for (m, t), mean in means.items())
    said = "Without the labelled images in the database the MAP changes by"
    assert database_in_words(cells) == f"{said} −0.010 (SDH), and by less than 0.001 for the other methods."
    assert database_in_words(cells[2:]) == f"{said} less than 0.001 for every method."


def test_itq_stands_in_the_table_with_the_labelled_images_alone_too():
    assert {spec.method for spec in shallow_row_runs(["itq"], [48])} == {"itq", "itq-labelled"}
    assert {(spec.method, spec.bits) for spec in shallow_row_runs(["sdh"], [48])} == {("sdh", 48)}
