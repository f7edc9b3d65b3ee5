"""Markdown tables, captions and the provenance table."""

import pandas as pd

from adahlib.experiments import RunSpec
from adahlib.report.captions import setting, settings
from adahlib.report.display import markdown_rows, missing_note, table
from adahlib.report.provenance import provenance_table
from adahlib.report.records import existing_records

BOTH = [RunSpec(dataset, "adah", 16, seed) for dataset in ("mirflickr25k", "emoji-scenes") for seed in (0, 1)]


def test_markdown_rows():
    frame = pd.DataFrame({"Who": ["a|b", "a|b", "c"], "MAP": ["0.7\u00a0±\u00a00.1", "–", "−0.1"], "n": [1, 2, 3]})
    assert markdown_rows(frame) == [
        "| Who | MAP | n |",
        "| :--- | ---: | ---: |",
        "| a\\|b | 0.7\u00a0±\u00a00.1 | 1 |",
        "|  | – | 2 |",
        "| c | −0.1 | 3 |",
    ]


def test_a_table_has_caption_and_name():
    lines = table(pd.DataFrame({"x": [1]}), "One cell.", "one").data.splitlines()
    assert lines[:2] == [":::{table} One cell.", ":name: one"] and lines[-1] == ":::"


def test_a_caption_names_data_backbone_convention_seeds_and_chance(ablation):
    text = setting(existing_records([RunSpec("mirflickr25k", "adah", 16, s) for s in (0, 1)]))
    for part in ("made-up mirflickr25k", "10 queries", "EfficientNet-Lite0 (two depths) maps 8×2×2", "3 epochs"):
        assert part in text
    for part in ("shares at least one label", "expected over random orders", "counts 0", "seeds 0, 1", "chance 0.250"):
        assert part in text


def test_settings_of_two_data_sets_say_the_common_part_once(results):
    for spec in BOTH:
        results(spec)
    text = settings(existing_records(BOTH))
    assert text.count("EfficientNet") == 2 and text.count("expected over random orders") == 1
    first, second = text.split("made-up emoji-scenes")
    assert "made-up mirflickr25k" in first and "(two depths)" in first
    assert "EfficientNet-Lite0 maps" in second and "(two depths)" not in second


def test_what_is_missing_is_counted(results):
    results(BOTH[0])
    assert "3 of 4 records are missing" in missing_note(BOTH).data
    for spec in BOTH:
        results(spec)
    assert missing_note(BOTH) is None


def test_provenance(results):
    results(BOTH[0])
    facts = provenance_table(existing_records(BOTH)).set_index("Fact")["Value"]
    assert facts["Records"] == "1, of them 0 from uncommitted code" and facts["Commit"] == "c" * 12
    assert facts["Machine"] == "CPU, abacus, 1 thread" and facts["Libraries"] == "numpy 2.4.6"
    assert facts["Date"] == "2026-01-02" and facts["Seconds a run"] == "12 to 12"
