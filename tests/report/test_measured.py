"""What benchmarks kept: read back, or named with the command that makes it; the committed ones are whole."""

import json

import pandas as pd
import pytest

from adahlib.errors import AdahError
from adahlib.files import write_sealed
from adahlib.paths import PROJECT
from adahlib.report.measured import analysis, analysis_table, benchmark, commit_of, measured_on

COMMITTED = sorted((PROJECT / "results" / "benchmarks").glob("*.json"))


def test_a_missing_or_torn_record_names_its_command(tmp_path):
    with pytest.raises(AdahError, match="make it with `python -m benchmarks grid`"):
        benchmark("grid", tmp_path)
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "grid.json").write_text('{"measured"')
    with pytest.raises(AdahError, match="missing, torn or changed"):
        benchmark("grid", tmp_path)


def test_a_mistyped_benchmark_is_no_command():
    with pytest.raises(AdahError, match="unknown benchmark 'retreival'; did you mean 'retrieval'"):
        benchmark("retreival")


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_committed_benchmarks_say_where_they_were_measured(path):
    record = json.loads(path.read_text())
    source = record["provenance"]
    shown = measured_on(record)
    machine = source["processor"] if source["device"] == "cpu" else f"{source['device']}, {source['processor']}"
    made = f"{source['date'][:10]}, commit {source['commit'][:7]}" + " + changes" * source["dirty"]
    assert len(source["commit"]) == 40 and shown.startswith(machine) and shown.endswith(made)


def test_a_measurement_outside_a_clone_has_no_commit():
    assert commit_of({"commit": None, "dirty": False}, 7) == "None"
    assert commit_of({"commit": "c" * 40, "dirty": True}, 7) == "ccccccc + changes"


def test_a_page_goes_on_where_an_analysis_is_not_made(tmp_path):
    shown = analysis_table("unseen", pd.DataFrame, "about", "label", tmp_path).data
    assert shown == "Not measured yet, or its file is damaged: `adah analyse unseen` measures it."
    assert analysis("unseen", tmp_path) == {"rows": [], "stale": ""}


def test_a_stale_analysis_says_so_in_its_caption_and_to_what_makes_its_table(tmp_path):
    kept = {"schema": 1, "scheme": 0, "measured": {"Seconds": [3]}}
    (tmp_path / "analyses").mkdir()
    write_sealed(kept, tmp_path / "analyses" / "unseen.json")
    asked = []

    def make(measured, stale):
        asked.append(stale)
        return pd.DataFrame(measured)

    shown = analysis_table("unseen", make, "About.", "label", tmp_path).data
    assert asked == ["the analysis is older than fingerprints"] == [analysis("unseen", tmp_path)["stale"]]
    assert ":::{table} About. † STALE: the analysis is older than fingerprints." in shown and "| 3 |" in shown


def test_a_stale_analysis_of_an_older_form_names_its_command(tmp_path):
    write_sealed({"schema": 1, "scheme": 0, "measured": {"rows": [{}]}}, tmp_path / "analyses" / "unseen.json")
    shown = analysis_table("unseen", lambda measured, stale: measured["rows"][0]["part"], "", "label", tmp_path).data
    assert shown == "Not shown: the file of unseen has an older form; `adah analyse unseen` measures it again."
