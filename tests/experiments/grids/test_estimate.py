"""How long runs will take: the median of such runs, without those whose seconds are not all of them."""

import pytest

from adahlib.experiments import RunSpec
from adahlib.experiments.grids.estimate import duration, expected_seconds, in_words, typical_seconds
from adahlib.experiments.records.store import write_record
from tests.made_up import made_up_record


@pytest.fixture
def recorded(tmp_path):
    """Records of the given seconds, by seed; a resumed one has only the seconds since it was resumed."""

    def write(spec, seconds, resumed=False, device="cpu", **options):
        record = made_up_record(spec, 0.5, 0.4)
        record["options"] |= {"epochs": spec.resolved_options().get("epochs")} | options
        record["provenance"] |= {"seconds": {"total": seconds}, "resumed": resumed, "device": device}
        write_record(record, tmp_path / spec.record_path())
        return tmp_path

    return write


def test_the_median_of_such_runs_is_expected(recorded):
    for seed, seconds in enumerate((10.0, 30.0, 100.0)):
        root = recorded(RunSpec("emoji-scenes", seed=seed), seconds)
    typical = typical_seconds(root)
    assert expected_seconds(RunSpec("emoji-scenes", seed=7), typical) == 30.0
    assert expected_seconds(RunSpec("emoji-scenes", bits=64), typical) == 30.0  # the length does not count
    others = ({"attention": "none"}, {"method": "cca"})
    assert [expected_seconds(RunSpec("emoji-scenes", **other), typical) for other in others] == [None] * 2
    assert expected_seconds(RunSpec("mirflickr25k"), typical) is None


def test_time_grows_with_epochs_pairs_and_pixels(recorded):
    typical = typical_seconds(recorded(RunSpec("emoji-scenes"), 60.0))  # 60 epochs, 2,000 pairs, 128 px
    expected = {
        RunSpec("emoji-scenes", profile="quick"): 40.0,
        RunSpec("emoji-scenes", options={"epochs": 1}): 1.0,
        RunSpec("emoji-scenes", train_size=500): 15.0,
        RunSpec("emoji-scenes", train_size=500, options={"epochs": 240}): 60.0,
        RunSpec("emoji-scenes", image_size=256): 240.0,
        RunSpec("emoji-scenes-seed1", split_seed=1): 60.0,
    }
    assert {spec: expected_seconds(spec, typical) for spec in expected} == pytest.approx(expected)


def test_a_run_that_is_unlike_others_says_nothing_of_them(recorded):
    recorded(RunSpec("emoji-scenes", train_size=500), 7.0)
    root = recorded(RunSpec("emoji-scenes"), 7.0, fine_tune=True)
    assert typical_seconds(root) == {}


def test_runs_of_one_image_size_and_backbone_are_alike(recorded):
    recorded(RunSpec("emoji-scenes"), 60.0)
    root = recorded(RunSpec("emoji-scenes", image_size=224), 100.0)
    typical = typical_seconds(root)
    assert expected_seconds(RunSpec("emoji-scenes", seed=1, image_size=224), typical) == 100.0  # not by pixels
    assert expected_seconds(RunSpec("emoji-scenes", seed=1), typical) == 60.0
    assert expected_seconds(RunSpec("emoji-scenes", backbone="vgg19"), typical) is None
    only = {key: seconds for key, seconds in typical.items() if seconds == 100.0}
    assert expected_seconds(RunSpec("emoji-scenes", seed=1, image_size=224), only) == 100.0
    assert expected_seconds(RunSpec("emoji-scenes"), only) is None


def test_a_run_on_another_device_says_nothing_of_how_long_one_takes_here(recorded):
    root = recorded(RunSpec("emoji-scenes"), 60.0)
    recorded(RunSpec("emoji-scenes", seed=1), 2.0, device="NVIDIA H200")
    assert expected_seconds(RunSpec("emoji-scenes", seed=2), typical_seconds(root)) == 60.0


def test_a_resumed_run_says_nothing_of_how_long_one_takes(recorded):
    root = recorded(RunSpec("emoji-scenes"), 3.0, resumed=True)
    assert typical_seconds(root) == {}
    recorded(RunSpec("emoji-scenes", seed=1), 50.0)
    assert list(typical_seconds(root).values()) == [50.0]


def test_a_torn_record_is_left_out(recorded):
    root = recorded(RunSpec("emoji-scenes"), 20.0)
    (root / RunSpec("emoji-scenes", seed=1).record_path()).write_text('{"schema": 1, "spec"')
    assert list(typical_seconds(root).values()) == [20.0]


def test_estimates_in_words():
    assert in_words([]) == in_words([None]) == "time unknown: no record of such a run yet"
    assert in_words([600.0, 1200.0]) == "about 30 min" and in_words([600.0, 1200.0], jobs=2) == "about 15 min"
    assert in_words([40.0], jobs=8) == "about 40 s"  # one run does not go faster with more jobs
    assert in_words([40.0, None, None]) == "about 40 s without 2 whose time is unknown"
    assert [duration(value) for value in (89.4, 90, 5399, 5400)] == ["89 s", "2 min", "90 min", "1.5 h"]
