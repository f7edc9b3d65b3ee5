"""The box "Setting": every fact that a number hangs on, once, and what differs by its data set."""

from IPython.core.formatters import DisplayFormatter

from adahlib.experiments import RunSpec
from adahlib.report.records import find_records
from adahlib.report.setting_box import setting_box

BOTH = [RunSpec(dataset, "adah", 16, seed) for dataset in ("mirflickr25k", "emoji-scenes") for seed in (0, 1)]


def test_the_box_says_each_fact_once_and_by_data_set_where_they_differ(results):
    for spec in BOTH:
        results(spec)
    box = setting_box(find_records(BOTH))
    facts = box.facts
    assert facts["Data"].count("10 queries") == 2 and facts["Data"].count("chance 0.250") == 2
    assert "MIRFlickr-25K: EfficientNet-Lite0 (two depths)" in facts["Image network"]
    assert "emoji-scenes: EfficientNet-Lite0 maps" in facts["Image network"]
    assert facts["MAP"].count("shares at least one label") == 1 and facts["Seeds"].endswith("over seeds 0, 1")
    assert facts["Stale records"] == "none" and facts["Machine"] == "a CPU in float32"


def test_stale_records_are_counted_in_the_box(one_stale):
    assert "1 of 4 (†)" in setting_box(one_stale).facts["Stale records"]


def test_records_that_two_tables_share_count_once(one_stale):
    assert "1 of 4 (†)" in setting_box(one_stale, one_stale.head(2)).facts["Stale records"]


def test_a_page_without_records_says_so(one_stale):
    assert setting_box(one_stale.head(0)).facts == {"Records": "none yet"}


def test_the_box_is_an_admonition_in_the_book_and_a_list_elsewhere(one_stale):
    shown = DisplayFormatter().format(setting_box(one_stale))[0]
    lines = shown["text/markdown"].splitlines()
    assert lines[:2] == [":::{admonition} Setting", ":class: setting dropdown"] and lines[-1] == ":::"
    assert "<li>" in shown["text/html"] and ":::" not in shown["text/html"] + shown["text/plain"]
    assert "did not learn" not in shown["text/plain"]  # a fact without text
