"""The table behind a page: commit, machine, versions, seconds, and what is stale."""

import json

from adahlib.experiments import RunSpec
from adahlib.paths import PROJECT
from adahlib.report.behind import behind_analyses, behind_page, behind_table
from adahlib.report.records import find_records


def test_facts_of_the_records(results):
    spec = RunSpec("mirflickr25k", "adah", 16)
    results(spec)
    facts = behind_table(find_records([spec])).set_index("Fact")["Value"]
    assert facts["Records"] == "1, of them 0 from uncommitted code" and facts["Commit"] == "c" * 12
    assert facts["Machine"] == "CPU, abacus, 1 thread" and facts["Libraries"] == "numpy 2.4.6"
    assert facts["Date"] == "2026-01-02" and facts["Seconds a run"] == "12 to 12"


def test_without_records_there_is_one_row(results):
    assert behind_table(find_records([])).to_numpy().tolist() == [["Records", "none yet"]]


def test_all_records_of_a_page_count_and_each_counts_once(results, one_stale):
    spec = RunSpec("emoji-scenes", "adah", 16)
    results(spec)
    shown = behind_page(find_records([spec]), "behind-x", one_stale, one_stale.iloc[:2]).data
    assert "| Records | 5, of them 0" in shown and "| Stale records | 1: losses.triplet changed |" in shown


def test_an_analysis_has_a_row_with_its_commit_date_and_machine_if_it_is_there():
    (row,) = behind_analyses(["unseen", "nothing-of-that-name"]).to_dict("records")
    kept = json.loads((PROJECT / "results/analyses/unseen.json").read_text())["provenance"]
    commit, date, python, versions = (kept[name] for name in ("commit", "date", "python", "versions"))
    assert row["Fact"] == "Analysis unseen" and row["Value"].startswith(f"commit {commit[:12]}, {date[:10]}, CPU, ")
    assert f"1 thread, Python {python}, " in row["Value"] and f"torch {versions['torch']}" in row["Value"]
    shown = behind_page(find_records([]), "behind-x", analyses=["unseen"]).data
    assert "| Analysis unseen | commit " in shown


def test_what_is_stale_and_why(one_stale):
    facts = behind_table(one_stale).set_index("Fact")["Value"]
    assert facts["Records"].startswith("4, of them 0 from") and facts["Stale records"] == "1: losses.triplet changed"
    live = behind_table(one_stale.drop(columns=["stale", "proofs"])).set_index("Fact")["Value"]
    assert live["Stale records"] == "none" and live["Proofs"] == facts["Proofs"] == "none needed"
    proved = one_stale.assign(proofs=[("first",), ("first", "second"), (), ()])
    assert behind_table(proved).set_index("Fact")["Value"]["Proofs"] == "2, listed on {doc}`status`"
    shown = behind_page(one_stale, "behind-x").data.splitlines()
    assert shown[:2] == [":::{table} The runs behind this page.", ":name: behind-x"]
