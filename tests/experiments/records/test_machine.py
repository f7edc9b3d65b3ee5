"""What a record was made with: told where it is another here, and no reason to make it again."""

import pytest

from adahlib.experiments.records.machine import installed_version, other_versions, provenance, weights_of


def record(**changes):
    return {"spec": {"backbone": "efficientnet_lite0"}, "provenance": provenance({}) | changes}


def test_the_same_versions_and_weights_are_not_told():
    assert other_versions(record()) == []
    assert other_versions(record(weights=weights_of("efficientnet_lite0"))) == []


def test_other_versions_and_weights_are_told():
    versions = provenance({})["versions"]
    (told,) = other_versions(record(versions=versions | {"torch": "1.0", "pandas": "1.0"}))  # pandas makes no number
    assert told == f"made with torch 1.0, this is {installed_version('torch')}"
    (told,) = other_versions(record(weights="0123456789abcdef"))
    now = weights_of("efficientnet_lite0")
    assert told == f"made with weights 0123456789abcdef of efficientnet_lite0, these are {now}"


def test_what_is_not_known_is_not_compared(monkeypatch, tmp_path):
    assert other_versions(record(versions={"numpy": None})) == []
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    assert other_versions(record(weights="0123") | {"spec": {"backbone": "vgg19"}}) == []


@pytest.mark.parametrize("name", ["device", "processor", "threads", "commit", "date"])
def test_a_provenance_says_where_and_when(name):
    assert name in provenance({"total": 1.26}) and provenance({"total": 1.26})["seconds"] == {"total": 1.3}
