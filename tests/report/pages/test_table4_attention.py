"""Table 4: the paper's number beside ours, gains where the paper has none, and the order of the kinds of attention."""

import math

from adahlib.experiments import RunSpec
from adahlib.report.pages.table4_attention import attention_cells, kind_gains, order_table
from adahlib.report.records import find_records
from adahlib.report.results_table import results_table


def rows_of(dataset="mirflickr25k", attentions=("none", "visual", "both"), bits=(16, 32)):
    specs = [RunSpec(dataset, "adah", q, s, attention=a) for q in bits for a in attentions for s in (0, 1, 2)]
    return find_records(specs)


def test_the_table_has_the_papers_numbers_above_ours(ablation):
    table = results_table(attention_cells(rows_of(), "mirflickr25k", [16, 32], ["none", "visual", "both"]), "Attention")
    shown = table.set_index(["Attention", "Whose"])
    assert shown.loc[("both", "paper"), "T→I 16"] == "**0.7922**"
    assert shown.loc[("both", "ours"), "T→I 16"] == "**0.800\u00a0±\u00a00.014**"
    assert shown.loc[("both", "ours"), "n"] == "2" and ("visual", "ours") not in shown.index
    assert shown.loc[("visual", "paper"), "T→I 32"] == "0.7925"


def test_gains_are_over_none_and_beside_the_papers(ablation):
    cells = kind_gains(rows_of(), "mirflickr25k", [16], ["both"]).set_index("task")
    assert round(cells.loc["t2i", "paper"], 4) == 0.0164  # Table 4: .7922 − .7758
    assert round(cells.loc["t2i", "ours"], 3) == 0.1 and cells.loc["t2i", "n"] == 2


def test_a_gain_is_of_the_seeds_that_both_rows_have(results):
    for seed, value in ((0, 0.5), (1, 0.6), (2, 0.9)):
        results(RunSpec("emoji-scenes", "adah", 16, seed, attention="none"), value, 0.6)
    for seed in (0, 1):
        results(RunSpec("emoji-scenes", "adah", 16, seed, attention="visual"), 0.6, 0.6)
    cells = kind_gains(rows_of("emoji-scenes"), "emoji-scenes", [16], ["visual"]).set_index("task")
    assert round(cells.loc["t2i", "ours"], 3) == 0.05 and cells.loc["t2i", "n"] == 2
    assert math.isnan(cells.loc["t2i", "paper"])  # the paper has no scenes


def test_order_of_the_attentions(ablation):
    first = order_table(rows_of(), "mirflickr25k", [16]).iloc[0]
    assert first["Order, paper"] == "both > visual > textual > none" and first["Order, ours"] == "both > none"
    assert (first["both − none, paper"], first["both − none, ours"]) == ("+0.016", "+0.100")


def test_the_order_is_over_the_seeds_that_all_kinds_have(results):
    for seed, none, both in ((0, 0.5, 0.6), (1, 0.9, 0.8), (2, 0.9, 0.8)):
        results(RunSpec("emoji-scenes", "adah", 16, seed, attention="none"), none, none)
        results(RunSpec("emoji-scenes", "adah", 16, seed), both, both)
    results(RunSpec("emoji-scenes", "adah", 16, 0, attention="visual"), 0.55, 0.55)
    row = order_table(rows_of("emoji-scenes"), "emoji-scenes", [16]).iloc[0]
    assert row["Order, ours"] == "both > visual > none" and row["both − none, ours"] == "−0.033"


def test_a_dagger_at_the_kind_of_attention_that_is_stale(one_stale):
    cells = attention_cells(one_stale, "mirflickr25k", [16], ["none", "both"])
    table = results_table(cells, "Attention").set_index(["Attention", "Whose"])
    assert ["†" in table.loc[(kind, "ours"), "T→I 16"] for kind in ("none", "both")] == [False, True]
    assert kind_gains(one_stale, "mirflickr25k", [16], ["both"])["stale"].all()


def test_a_dagger_in_the_order_and_at_the_difference(one_stale):
    row = order_table(one_stale, "mirflickr25k", [16]).iloc[0]
    assert sorted(row["Order, ours"].split(" > ")) == ["both†", "none"]
    assert row["both − none, ours"] == "0.000†"
    assert "†" not in row["Order, paper"] + row["both − none, paper"]
    current = order_table(one_stale[one_stale["seed"] == 0], "mirflickr25k", [16]).iloc[0]
    assert "†" not in "".join(map(str, current))
