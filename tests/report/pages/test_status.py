"""The status page: each record's commit, date, machine, seconds and state; each page of the book with its commands."""

import json

from adahlib.experiments import RunSpec, read_record
from adahlib.experiments.grids.lists import grid
from adahlib.experiments.records.fingerprint import fingerprint
from adahlib.report.book.contents import BOOK
from adahlib.report.pages.status import page_table, proof_table, record_table, summary_sentence
from adahlib.report.records import find_records


def test_each_record_has_a_row_that_says_whether_it_is_current(results):
    results(RunSpec("emoji-scenes", "adah", 16))
    results(RunSpec("emoji-scenes", "adah", 32, seed=1), changed="adahlib.training")
    first, second = record_table(find_records()).to_dict("records")
    assert first == {
        "Method": "ADAH, profile cpu", "Bits": 16, "Seed": 0, "Commit": "cccccccc", "Date": "2026-01-02",
        "Machine": "CPU, abacus, 1 thread", "Seconds": "12", "State": "current",
    }  # fmt: skip
    assert second["State"] == "stale: training changed"


def test_records_that_no_grid_asks_for_count_neither_as_there_nor_as_stale(results):
    results(RunSpec("emoji-scenes", "adah", 16))
    results(RunSpec("emoji-scenes", "adah", 32, seed=1), changed="adahlib.training")
    for seed in (7, 8):
        results(RunSpec("emoji-scenes", "adah", 16, seed), changed="adahlib.training")
    sentence = summary_sentence(find_records())
    assert f"ask for {len(grid('all'))} records" in sentence
    assert "2 are there, 1 of them stale and 0 current by proof. A further 2 records" in sentence


def test_a_record_that_a_proof_keeps_current_is_told_apart(results):
    spec = RunSpec("emoji-scenes", "adah", 16)
    root = results(spec, changed="adahlib.training")
    old, new = read_record(root / spec.record_path())["fingerprint"]["training"], fingerprint(spec)["training"]
    kind = {"part": "training", "old": old, "new": new, "runs": ["a"]}
    proof = {"schema": 1, "device": "cpu", "kinds": [kind], "why": "Rearranged", "date": "2026-01-03T00:00:00+00:00"}
    proof |= {"runs": {"a": "1"}, "statements": {"old": 2, "new": 3}, "base": "b" * 40}
    proof |= {"processor": "abacus", "threads": 1}
    (root / "equivalences").mkdir()
    (root / "equivalences" / "2026-01-03-rearranged.json").write_text(json.dumps(proof))
    found = find_records()
    assert list(record_table(found)["State"]) == ["current (1 proof)"]
    assert "1 are there, 0 of them stale and 1 current by proof" in summary_sentence(found)
    assert proof_table(root).iloc[0].to_dict() == {
        "Proof": "Rearranged", "Date": "2026-01-03", "Machine": "CPU, abacus, 1 thread", "Runs compared": 1,
        "Changed statements seen": 5, "Base": "bbbbbbbb",
    }  # fmt: skip


def test_a_record_is_named_by_what_it_sets_beside_its_profile(results):
    results(RunSpec("emoji-scenes", "adah", 16, options={"margin": 2.0}, profile="quick"))
    results(RunSpec("emoji-scenes", "cca", 16, protocol="top-500"))
    names = set(record_table(find_records())["Method"])
    assert names == {"ADAH, profile quick; margin 2", "CCA, profile cpu; protocol top-500"}


def test_no_record_at_all(tmp_path):
    assert "0 are there, 0 of them stale" in summary_sentence(find_records(root=tmp_path))


def test_every_page_is_listed_with_what_makes_it(tmp_path):
    table = page_table(tmp_path).set_index("Page")
    assert list(table.index) == [f"{{doc}}`{page.stem}`" for page in BOOK]
    for page in BOOK:
        commands = table.loc[f"{{doc}}`{page.stem}`", "Made by"]
        assert all(f"`adah grid {name}`" in commands for name in page.grids)
        assert all(f"`adah analyse {name}`" in commands for name in page.analyses)
        assert all(f"`python -m benchmarks {name}`" in commands for name in page.benchmarks)
    ends = {stem: table.loc[f"{{doc}}`{stem}`", "Made by"].split(", ")[-1] for stem in ("method", "search", "grids")}
    assert ends == {"method": "`make pages`", "search": "`make book`", "grids": "–"}


def test_a_page_of_two_grids_counts_each_of_their_runs_once(results):
    results(RunSpec("emoji-scenes", "adah", 16, profile="chosen"))
    table = page_table().set_index("Page")["Records"]
    asked = {spec.record_path() for name in ("table1", "database") for spec in grid(name)}
    assert table["{doc}`table1_map`"] == f"1 of {len(asked)}"
    assert table["{doc}`quickstart`"] == "its own, not kept" and table["{doc}`method`"] == "–"
