"""STMH with a public program's choices: all of its records are needed, and each has its own words."""

from adahlib.experiments.grids.alternatives import other_methods
from adahlib.experiments.records.store import write_record
from adahlib.report.pages.table1_stmh import stmh_in_words
from adahlib.report.records import find_records
from tests.made_up import made_up_record


def test_each_choice_has_its_own_map_beside_the_printed_one(tmp_path):
    specs = [spec for spec in other_methods("mirflickr25k") if spec.method == "stmh"]
    for number, spec in enumerate(specs):
        write_record(made_up_record(spec, 0.5 + number / 100, 0.6 + number / 100), tmp_path / spec.record_path())
    said = stmh_in_words(find_records(specs, root=tmp_path))
    assert "as it is set here has MAP of 0.500 and 0.600" in said
    assert "features of a public program it has 0.540 and 0.640, where 0.607 and 0.613 are printed" in said
    assert "its stop: 0.510 and 0.610; its start: 0.520 and 0.620" in said and "not centred: 0.530 and 0.630." in said
    for missing in range(len(specs)):
        assert stmh_in_words(find_records(specs[:missing] + specs[missing + 1 :], root=tmp_path)) == ""
    assert stmh_in_words(find_records([], root=tmp_path)) == ""
