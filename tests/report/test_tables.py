"""Tables as functions of records: means, differences from the paper, n, and dashes where nothing is known."""

import pandas as pd
import pytest

from adahlib.datasets.catalogue import RELEASE_OF
from adahlib.experiments import RunSpec
from adahlib.report.data_tables import counts_table, facts_table, sources_table
from adahlib.report.method_tables import database_table, method_table, rank_table, tie_table
from adahlib.report.numbers import mean_and_std, signed, summary
from adahlib.report.records import existing_records
from adahlib.report.tables import attention_table, headline_table, mask_table, order_table


def rows_of(dataset="mirflickr25k", attentions=("none", "visual", "both"), bits=(16, 32)):
    specs = [RunSpec(dataset, "adah", q, s, attention=a) for q in bits for a in attentions for s in (0, 1, 2)]
    return existing_records(specs)


def test_summary_against_a_loop(ablation):
    records = rows_of()
    for row in summary(records, ["attention"]).itertuples():
        values = [r[f"map_{row.task}"] for _, r in records.iterrows() if r["attention"] == row.attention]
        mean = sum(values) / len(values)
        assert (row.mean, row.n) == (pytest.approx(mean), 2)
        assert row.std == pytest.approx((sum((v - mean) ** 2 for v in values) / (len(values) - 1)) ** 0.5)


def test_numbers_as_text():
    assert mean_and_std(pd.Series({"mean": 0.78512, "std": 0.0034})) == "0.785\u00a0±\u00a00.003"
    assert mean_and_std(pd.Series({"mean": 0.7, "std": float("nan")})) == "0.700"
    assert mean_and_std(None) == "–"
    assert [signed(v) for v in (0.0124, -0.0126, -0.0001, None)] == ["+0.012", "−0.013", "+0.000", "–"]


def test_attention_table_with_the_papers_numbers(ablation):
    table = attention_table(rows_of(), "mirflickr25k", [16, 32], ["none", "visual", "both"])
    both = table[(table["Bits"] == 16) & (table["Attention"] == "both")].iloc[0]
    assert both["T→I paper"] == "0.7922" and both["I→T paper"] == "0.7563"
    assert both["T→I ours"] == "0.800\u00a0±\u00a00.014" and both["T→I diff."] == "+0.008"
    assert both["I→T diff."] == "−0.006" and both["n"] == "2"
    missing = table[(table["Bits"] == 32) & (table["Attention"] == "visual")].iloc[0]
    assert (missing["T→I paper"], missing["T→I ours"], missing["n"]) == ("0.7925", "–", "–")


def test_attention_table_without_paper_numbers_shows_the_gain(results):
    results(RunSpec("emoji-scenes", "adah", 16, attention="none"), 0.5, 0.6)
    results(RunSpec("emoji-scenes", "adah", 16, attention="both"), 0.55, 0.58)
    table = attention_table(rows_of("emoji-scenes"), "emoji-scenes", [16], ["none", "both"])
    assert list(table["T→I gain over none"]) == ["+0.000", "+0.050"]
    assert list(table["I→T gain over none"]) == ["+0.000", "−0.020"]
    assert not [column for column in table if "paper" in column]


def test_method_table_has_the_papers_rows_and_ours_where_it_was_run(ablation):
    table = method_table(rows_of(attentions=("both",)), "mirflickr25k", [16, 32])
    assert len(table) == 2 * 8
    cca, adah = table.iloc[0], table.iloc[7]
    assert list(cca[["Bits", "Method", "T→I paper", "T→I ours", "n"]]) == [16, "CCA", "0.5742", "–", "–"]
    assert list(adah[["Method", "T→I paper", "T→I ours"]]) == ["ADAH", "0.7922", "0.800\u00a0±\u00a00.014"]
    assert list(adah[["T→I diff.", "I→T diff.", "n"]]) == ["+0.008", "−0.006", "2"]


def test_method_table_on_data_that_the_paper_does_not_have(results):
    results(RunSpec("emoji-scenes", "adah", 16), 0.5, 0.6)
    table = method_table(rows_of("emoji-scenes"), "emoji-scenes", [16])
    assert table.to_numpy().tolist() == [[16, "ADAH", "0.500", "0.600", "per-modality", "1"]]


def test_method_table_says_which_codes_the_database_had(results):
    for method in ("cca", "cmfh"):
        results(RunSpec("mirflickr25k", method, 16), 0.6, 0.5)
    records = existing_records([RunSpec("mirflickr25k", method, 16) for method in ("cmfh", "cca")])
    shown = method_table(records, "mirflickr25k", [16])
    assert list(shown["Method"][:3]) == ["CCA", "CMFH", "SCM"]  # the paper's order
    assert list(shown["Database"][:3]) == ["per-modality", "unified", "–"]


def test_order_of_the_methods_and_its_rank_correlation_with_the_papers(results):
    """The paper has CCA .5742 < CMFH .6365 < SCM .6939 < ADAH .7922 where texts ask at 16 bits."""
    for method, t2i in (("cca", 0.5), ("cmfh", 0.7), ("scm", 0.6), ("adah", 0.8)):
        results(RunSpec("mirflickr25k", method, 16), t2i, t2i - 0.1)
    results(RunSpec("mirflickr25k", "adah", 16, attention="none"), 0.75, 0.65)
    asked = [RunSpec("mirflickr25k", method, 16) for method in ("cca", "cmfh", "scm", "adah")]
    records = existing_records([*asked, RunSpec("mirflickr25k", "adah", 16, attention="none")])
    row = rank_table(records, "mirflickr25k", [16]).iloc[0]
    assert row["Order, ours"] == "ADAH > ADAH, attention none > CMFH > SCM > CCA"
    assert (row["ρ with the paper's"], row["Methods"]) == ("0.80", 4)  # one swap of neighbours among four
    assert list(rank_table(records, "emoji-scenes", [16]).columns) == ["Bits", "Task", "Order, ours"]


def test_database_table_compares_the_same_seeds(results):
    own = RunSpec("mirflickr25k", "cmfh", 16, options={"database_codes": "per-modality"})
    results(own, 0.5, 0.55)
    for seed, t2i in ((0, 0.7), (1, 0.9)):
        results(RunSpec("mirflickr25k", "cmfh", 16, seed), t2i, 0.6)
    unified = existing_records([RunSpec("mirflickr25k", "cmfh", 16, seed) for seed in (0, 1)])
    row = database_table(unified, existing_records([own])).iloc[0]
    assert list(row) == ["CMFH", 16, "0.700", "0.500", "0.600", "0.550", "1/1"]


def test_dashes_where_a_convention_or_a_code_length_has_no_record(results):
    own = RunSpec("mirflickr25k", "cmfh", 16, options={"database_codes": "per-modality"})
    results(own, 0.5, 0.55)
    records = existing_records([own])
    assert list(database_table(records.iloc[:0], records).iloc[0]) == ["CMFH", 16, "–", "0.500", "–", "0.550", "0/1"]
    assert list(rank_table(records, "mirflickr25k", [64])["Order, ours"]) == ["–", "–"]


def test_headline_table(ablation):
    table = headline_table(rows_of())
    first = table.iloc[0]
    assert (first["Task"], first["Chance"], first["Gain, ours"], first["n"]) == ("T→I", "0.250", "+0.100", "2")
    assert (first["No attention, paper"], first["Attention, paper"]) == ("0.7758", "0.7922")


def test_order_of_the_attentions(ablation):
    first = order_table(rows_of(), "mirflickr25k", [16]).iloc[0]
    assert first["Order, paper"] == "both > visual > textual > none" and first["Order, ours"] == "both > none"
    assert (first["both − none, paper"], first["both − none, ours"]) == ("+0.016", "+0.100")


def test_mask_table_only_where_masks_were_scored(results):
    results(RunSpec("emoji-scenes", "adah", 16, 0), gap=0.5)
    results(RunSpec("emoji-scenes", "adah", 16, 1), gap=0.7)
    results(RunSpec("emoji-scenes", "adah", 16, 0, attention="none"), gap=0.0)
    results(RunSpec("mirflickr25k", "adah", 16, 0))
    table = mask_table(pd.concat([rows_of("emoji-scenes"), rows_of("mirflickr25k")]))
    assert len(table) == 1 and table.iloc[0]["Difference"] == "0.600\u00a0±\u00a00.141"
    assert mask_table(rows_of("mirflickr25k")).empty


def test_tie_table(results):
    results(RunSpec("mirflickr25k", "adah", 16, 0), 0.6, 0.5)
    row = tie_table(rows_of()).iloc[0]
    assert [row[f"T→I {kind}"] for kind in ("worst", "expected", "best")] == ["0.500", "0.600", "0.700"]


def test_counts_are_the_records_where_there_are_some_and_else_the_published(ablation):
    table = counts_table(rows_of()).set_index("Data set")
    assert list(table.index) == [f"`{name}`" for name in RELEASE_OF]
    assert list(table.loc["`mirflickr25k`"]) == ["60", "7", "3", "0.250", "the runs of this book"]
    assert list(table.loc["`iapr-tc12`"]) == ["20,000", "2,912", "255", "–", "papers; no run here"]


def test_sources_say_how_to_get_each_release():
    table = sources_table().set_index("Release")
    how = {name.split("]")[0][1:]: text for name, text in table["How to get it"].items()}
    assert how["MIRFlickr-25K"] == "`adah data get mirflickr25k`"
    assert how["NUS-WIDE"] == "`adah data get nus-wide`, the photos by a form"
    assert how["emoji-scenes"] == "nothing to fetch" and table["Licence"].all()


def test_facts_as_a_table():
    assert facts_table({"pairs": 3, "left_out": 1}).to_numpy().tolist() == [["Pairs", "3"], ["Left out", "1"]]
