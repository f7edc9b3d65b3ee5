"""Markdown tables, and the note on what is missing."""

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from IPython.core.formatters import DisplayFormatter

from adahlib.experiments import RunSpec
from adahlib.report.display import is_number, markdown_rows, missing_note, paragraph, table, unlearned_note
from adahlib.report.records import find_records

BOTH = [RunSpec(dataset, "adah", 16, seed) for dataset in ("mirflickr25k", "emoji-scenes") for seed in (0, 1)]


def test_markdown_rows():
    frame = pd.DataFrame({"Who": ["a|b", "a|b", "c"], "MAP": ["0.7\u00a0±\u00a00.1", "–", "−0.1†"], "n": [1, 2, 3]})
    assert markdown_rows(frame) == [
        "| Who | MAP | n |",
        "| :--- | ---: | ---: |",
        "| a\\|b | 0.7\u00a0±\u00a00.1 | 1 |",
        "|  | – | 2 |",
        "| c | −0.1† | 3 |",
    ]


@pytest.mark.parametrize("cell", [".462", "**.475**", ".462\\*", "**.462 ± .006**\\*†", "−1,024", "12 %", 3])
def test_a_number_reads_as_one_with_what_marks_it(cell):
    assert is_number(cell)


@pytest.mark.parametrize("cell", ["", "\\*", "SSGAH 2a", "`12`", "†"])
def test_marks_alone_and_words_are_no_numbers(cell):
    assert not is_number(cell)


def test_a_table_has_caption_and_name():
    lines = table(pd.DataFrame({"x": [1]}), "One cell.", "one").data.splitlines()
    assert lines[:2] == [":::{table} One cell.", ":name: one"] and lines[-1] == ":::"


def test_a_table_without_rows_is_a_sentence():
    shown = table(pd.DataFrame(columns=["x"]), "MAP of none.", "none").data
    assert shown == "No results yet for these parameters: MAP of none."


def test_viewers_that_know_no_myst_show_a_table():
    frame = pd.DataFrame({"Way": ["`adah run`", "a|b <c>"], "MAP": ["0.7", "–"]})
    shown = DisplayFormatter().format(table(frame, "MAP of *two* ways.", "ways"))[0]
    assert set(shown) == {"text/markdown", "text/html", "text/plain"}
    page = BeautifulSoup(shown["text/html"], "html.parser")
    assert [cell.text for cell in page.find_all("td")] == ["adah run", "0.7", "a|b <c>", "–"]
    assert [cell.text for cell in page.find_all("th")] == ["Way", "MAP"]
    assert page.p.text == "MAP of two ways." and page.find("code").text == "adah run"
    for form in ("text/html", "text/plain"):
        assert ":::" not in shown[form] and "name:" not in shown[form]


def test_what_is_missing_is_counted(results):
    results(BOTH[0])
    assert "3 of 4 records are missing" in missing_note(BOTH).data
    for spec in BOTH:
        results(spec)
    assert missing_note(BOTH) is None


def test_a_long_table_is_cut_as_plain_text_and_nowhere_else():
    long = table(pd.DataFrame({"Row": [f"row {number}" for number in range(300)]}), "About.", "label")
    shown = long._repr_mimebundle_()
    assert shown["text/plain"].count("row ") == 60 and "row 299" in shown["text/plain"]
    assert shown["text/html"].count("row ") == shown["text/markdown"].count("row ") == 300


def test_sentences_tell_of_records_that_are_not_current():
    records = pd.DataFrame({"stale": ["", "losses.triplet changed"]})
    assert paragraph("MAP rises by 0.1.", records[:1], records[:0]).data == "MAP rises by 0.1."
    said = paragraph("MAP rises by 0.1.", records, pd.concat([records[1:]] * 2))
    assert said.data == "MAP rises by 0.1. † STALE: 3 of the records of these sentences."
    assert paragraph(" \n\n", records) is None


def test_runs_that_did_not_learn_are_named_below_their_table(results):
    specs = [RunSpec("emoji-scenes", "prdh", 64, seed) for seed in (0, 1)]
    results(specs[0])
    results(specs[1], 0.25, 0.6)
    records = find_records(specs)
    told = "Runs in the means above that did not learn: 1 of 2 runs (PRDH, 64 bits, seed 1): a direction of retrieval"
    told += " stayed at chance."
    assert unlearned_note(records).data == told and unlearned_note(records[:1]) is None
