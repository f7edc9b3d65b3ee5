"""Scenes count as drawn where the cache has them; releases and files are read, whether they are here or not."""

import pytest

from adahlib.datasets import READERS, load_dataset
from adahlib.datasets.drawn import is_drawn, key_of
from adahlib.datasets.emoji import scenes


@pytest.fixture
def few_scenes(tmp_path, monkeypatch):
    """An empty cache, and data sets of forty scenes."""
    monkeypatch.setenv("ADAH_CACHE", str(tmp_path))
    monkeypatch.setitem(READERS, "emoji-scenes-seed1", ("emoji.scenes", {"scenes": 40, "seed": 1}))
    monkeypatch.setitem(READERS, "emoji-scenes-seed2", ("emoji.scenes", {"scenes": 40, "seed": 2}))


def test_scenes_are_drawn_once_they_were_read(few_scenes):
    assert not is_drawn("emoji-scenes-seed1")
    load_dataset("emoji-scenes-seed1")
    assert is_drawn("emoji-scenes-seed1") and not is_drawn("emoji-scenes-seed2")


def test_the_key_is_that_of_the_reader(tmp_path, monkeypatch):
    """Each name of a data set of scenes stands for the options that its reader makes them with."""
    monkeypatch.setenv("ADAH_CACHE", str(tmp_path))
    asked = []
    key_of.cache_clear()
    monkeypatch.setattr(scenes, "scenes_key", lambda options: asked.append(options) or "key")
    monkeypatch.setattr(scenes, "read_kept", lambda folder, read: 1 / 0)
    for name in ("emoji-scenes", "emoji-scenes-seed1", "emoji-scenes-seed2"):
        is_drawn(name)
        with pytest.raises(ZeroDivisionError):
            load_dataset(name)
        looked_up, made = asked[-2:]
        assert looked_up == made
    key_of.cache_clear()  # of what this test put in its place


@pytest.mark.parametrize("name", ["mirflickr25k", "cifar10", "own.h5"])
def test_nothing_is_drawn_of_a_release_or_a_file(name, tmp_path, monkeypatch):
    monkeypatch.setenv("ADAH_CACHE", str(tmp_path))
    monkeypatch.setenv("ADAH_DATA", str(tmp_path / "none"))
    assert is_drawn(name)
