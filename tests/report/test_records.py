"""Records behind a page: found in the order asked for, or named together with the command that makes them."""

import pytest

from adahlib.errors import AdahError
from adahlib.experiments import RunSpec
from adahlib.report.records import existing_records, page_records, records

SPECS = [RunSpec("emoji-scenes", "adah", 16, seed) for seed in (2, 0, 1)]


def test_records_come_in_the_order_of_the_runs(results):
    for spec in SPECS:
        results(spec, t2i=0.5 + spec.seed / 10)
    found = records(SPECS)
    assert list(found["seed"]) == [2, 0, 1]
    assert [record["metrics"]["map_t2i"] for record in found["record"]] == list(found["map_t2i"])


def test_a_missing_record_is_one_sentence_with_its_command(results):
    results(SPECS[1])
    with pytest.raises(AdahError) as error:
        records(SPECS)
    assert "runs/emoji-scenes/adah-both/16-2.json (and 1 more) is missing" in str(error.value)
    assert "adah run --dataset emoji-scenes --method adah --bits 16 --seed 2 --attention both" in str(error.value)


def test_a_page_shows_what_is_there_but_not_nothing(results):
    with pytest.raises(AdahError, match="compute_missing=True"):
        page_records(SPECS)
    results(SPECS[1])
    assert list(page_records(SPECS)["seed"]) == [0]
    assert existing_records(SPECS[:1]).empty
