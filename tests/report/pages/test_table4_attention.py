"""Table 4: the paper's number beside ours, gains where the paper has none, and the order of the kinds of attention."""

from adahlib.experiments import RunSpec
from adahlib.report.pages.table4_attention import attention_table, order_table
from adahlib.report.records import find_records


def rows_of(dataset="mirflickr25k", attentions=("none", "visual", "both"), bits=(16, 32)):
    specs = [RunSpec(dataset, "adah", q, s, attention=a) for q in bits for a in attentions for s in (0, 1, 2)]
    return find_records(specs)


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


def test_a_gain_is_of_the_seeds_that_both_rows_have(results):
    for seed, value in ((0, 0.5), (1, 0.6), (2, 0.9)):
        results(RunSpec("emoji-scenes", "adah", 16, seed, attention="none"), value, 0.6)
    for seed in (0, 1):
        results(RunSpec("emoji-scenes", "adah", 16, seed, attention="visual"), 0.6, 0.6)
    table = attention_table(rows_of("emoji-scenes"), "emoji-scenes", [16], ["none", "visual"])
    assert list(table["T→I gain over none"]) == ["+0.000", "+0.050"] and list(table["n"]) == ["3", "2"]


def test_order_of_the_attentions(ablation):
    first = order_table(rows_of(), "mirflickr25k", [16]).iloc[0]
    assert first["Order, paper"] == "both > visual > textual > none" and first["Order, ours"] == "both > none"
    assert (first["both − none, paper"], first["both − none, ours"]) == ("+0.016", "+0.100")


def test_a_dagger_at_the_kind_of_attention_that_is_stale(one_stale):
    table = attention_table(one_stale, "mirflickr25k", [16], ["none", "both"])
    assert ["†" in cell for cell in table["T→I ours"]] == [False, True]
    assert ["†" in cell for cell in table["T→I diff."]] == [False, True]


def test_a_dagger_in_the_order_and_at_the_difference(one_stale):
    row = order_table(one_stale, "mirflickr25k", [16]).iloc[0]
    assert sorted(row["Order, ours"].split(" > ")) == ["both†", "none"]
    assert row["both − none, ours"] == "+0.000†"
    assert "†" not in row["Order, paper"] + row["both − none, paper"]
    current = order_table(one_stale[one_stale["seed"] == 0], "mirflickr25k", [16]).iloc[0]
    assert "†" not in "".join(map(str, current))
