"""``adah analyse`` as a user runs it: an analysis that needs no training comes out as it is committed."""

import ast
import json
import shutil

import pytest

from adahlib.cli import main
from adahlib.experiments.analyses import components
from adahlib.experiments.analyses.precisions import precisions_path
from adahlib.paths import PROJECT


def test_an_unknown_analysis_is_one_sentence(capsys):
    assert main(["analyse", "component"]) == 2
    assert capsys.readouterr().err == "adah: unknown analysis 'component'; did you mean 'components'?\n"


@pytest.mark.slow
def test_an_analysis_prints_its_rows_and_where_it_is_kept_and_is_that_of_the_book(tmp_path, monkeypatch, capsys):
    """The component analysis reads what was kept of each query, so that nothing is trained."""
    variants = ("baseline", "ssr", "ar", "full")
    specs = [components.variant_run(variant, seed) for variant in variants for seed in (0, 1, 2)]
    monkeypatch.setenv("ADAH_RESULTS", str(PROJECT / "results"))
    for path in [spec.record_path() for spec in specs] + [precisions_path(spec) for spec in specs]:
        source = PROJECT / "results" / path
        target = tmp_path / source.relative_to(PROJECT / "results")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    monkeypatch.setenv("ADAH_RESULTS", str(tmp_path))
    assert main(["analyse", "components"]) == 0
    *rows, kept = capsys.readouterr().out.splitlines()
    assert len(rows) == len(components.COMPARED) and kept == str(tmp_path / "analyses" / "components.json")
    again, committed = (
        json.loads((root / "analyses" / "components.json").read_text(encoding="utf-8"))
        for root in (tmp_path, PROJECT / "results")
    )
    assert again["inputs"] == committed["inputs"] and len(again["inputs"]) == len(specs)
    assert [ast.literal_eval(row) for row in rows] == again["measured"]["rows"]
    for row, other in zip(again["measured"]["rows"], committed["measured"]["rows"], strict=True):
        assert row == pytest.approx(other, rel=1e-9)  # sums of other processors differ in the last digits
