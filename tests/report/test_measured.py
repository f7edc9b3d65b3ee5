"""What benchmarks kept: read back, or named with the command that makes it; the committed ones are whole."""

import json

import pandas as pd
import pytest

from adahlib.errors import AdahError
from adahlib.paths import PROJECT
from adahlib.report.measured import benchmark, measured_on, measured_table

COMMITTED = sorted((PROJECT / "results" / "benchmarks").glob("*.json"))


def test_a_missing_or_torn_record_names_its_command(tmp_path):
    with pytest.raises(AdahError, match="make it with `python -m benchmarks grid`"):
        benchmark("grid", tmp_path)
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "grid.json").write_text('{"measured"')
    with pytest.raises(AdahError, match="missing or torn"):
        benchmark("grid", tmp_path)


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_committed_benchmarks_say_where_they_were_measured(path):
    record = json.loads(path.read_text())
    source = record["provenance"]
    shown = measured_on(record)
    assert source["commit"] and shown.startswith(source["processor"]) and shown.endswith(source["date"][:10])


def test_a_page_goes_on_where_a_benchmark_is_not_measured(tmp_path, monkeypatch):
    monkeypatch.setenv("ADAH_RESULTS", str(tmp_path))
    shown = measured_table("shallow", pd.DataFrame, "about", "label").data
    assert shown.startswith("Not measured here:") and "`python -m benchmarks shallow`" in shown
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "shallow.json").write_text(json.dumps({"measured": {"Seconds": [3]}}))
    shown = measured_table("shallow", pd.DataFrame, "about", "label").data
    assert ":::{table} about" in shown and "| 3 |" in shown
