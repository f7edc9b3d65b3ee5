"""Which runs count as not having learned: those with a direction at chance, of methods that train in epochs."""

import pytest

from adahlib.experiments.records.learned import did_not_learn
from adahlib.experiments.records.store import read_record
from adahlib.paths import PROJECT


def record(t2i, i2t, chance=0.3, method="adah", validation=True):
    maps = {"map_t2i": t2i, "map_i2t": i2t}
    metrics = {"validation": maps, "map_t2i": 0.9, "map_i2t": 0.9} if validation else maps
    return {"spec": {"method": method}, "metrics": metrics | {"chance": chance}}


@pytest.mark.parametrize(
    ("t2i", "i2t", "chance", "expected"),
    [
        (0.3, 0.3, 0.3, True),
        (0.299, 0.34, 0.3, True),  # a collapsed image branch: its images still rank the texts in one fixed order
        (0.34, 0.299, 0.3, True),
        (0.313, 0.6, 0.3, True),
        (0.315, 0.6, 0.3, False),  # .014 is 2 % of what lies above chance
        (0.57, 0.57, 0.56, False),
        (0.565, 0.57, 0.56, True),
        (0.05, 0.05, 0.01, False),  # many labels: low, but above chance
    ],
)
def test_one_direction_at_chance_is_enough(t2i, i2t, chance, expected):
    assert did_not_learn(record(t2i, i2t, chance)) is expected
    assert did_not_learn(record(t2i, i2t, chance, validation=False)) is expected


@pytest.mark.parametrize("method", ["adah", "dcmh", "prdh", "dvsh"])
def test_every_deep_method_is_judged(method):
    assert did_not_learn(record(0.3, 0.3, method=method))


@pytest.mark.parametrize("method", ["cca", "stmh", "label-scores"])
def test_closed_forms_are_results_wherever_they_end(method):
    assert not did_not_learn(record(0.3, 0.3, method=method))


def test_a_collapsed_run_of_the_book_and_its_neighbour():
    """Their losses T→I stayed at the margin, .99 to 1.00, where the other's fell to .4 and less."""
    found = {}
    for path in (PROJECT / "results" / "runs" / "emoji-scenes").glob("adah-both~quick~*/16-0.json"):
        kept = read_record(path)
        found[path.parent.name] = did_not_learn(kept), kept["history"][-1]["T→I"] / kept["options"]["margin"]
    assert len(found) > 10
    for unlearned, loss in found.values():
        assert not unlearned or loss > 0.95
