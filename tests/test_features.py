"""Feature maps: equal to the backbone's, keyed by content, resumed after a kill."""

import json
import os
import subprocess
import sys
import time

import numpy as np
import pytest
import torch

from adahlib.datasets.emoji.scenes import load
from adahlib.errors import AdahError
from adahlib.features import cache_path, feature_maps, resized_batch
from adahlib.models.backbones import make_backbone

COMPUTE = """
from adahlib.datasets.emoji.scenes import load
from adahlib.features import feature_maps
print(float(feature_maps(load(scenes=400)).astype("f8").sum()))
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def own_cache(cache, monkeypatch):
    monkeypatch.setenv("ADAH_CACHE", str(cache))


def test_maps_are_the_backbones_in_float16():
    pairs = load(scenes=70)
    maps = feature_maps(pairs)
    assert maps.shape == (70, 112, 8, 8) and maps.dtype == np.float16
    with torch.inference_mode():
        expected = make_backbone("efficientnet_lite0")(resized_batch([pairs.images[i] for i in (3, 66)], 128))
    np.testing.assert_allclose(maps[[3, 66]], expected.numpy(), rtol=2e-3, atol=2e-3)


def test_key_follows_content_and_size():
    network = make_backbone("efficientnet_lite0")
    assert cache_path("a", network, 128) != cache_path("b", network, 128) != cache_path("b", network, 160)


@pytest.mark.slow
def test_a_killed_computation_resumes_where_it_stopped(cache):
    def start():
        return subprocess.Popen([sys.executable, "-c", COMPUTE], stdout=subprocess.PIPE, text=True, env=os.environ)

    victim = start()
    counter = cache_path(load(scenes=400).image_hash, make_backbone("efficientnet_lite0"), 128).with_suffix(".json")
    while victim.poll() is None and not (counter.exists() and json.loads(counter.read_text())["done"] >= 64):
        time.sleep(0.005)
    victim.kill()
    victim.wait()
    assert 64 <= json.loads(counter.read_text())["done"] < 400
    partial = np.load(counter.with_suffix(".partial"), mmap_mode="r")
    first = partial[:64].copy()
    resumed, _ = start().communicate()
    maps = np.load(counter.with_suffix(".npy"))
    np.testing.assert_array_equal(maps[:64], first)  # kept, not computed again
    assert not counter.exists() and (np.abs(maps).sum((1, 2, 3)) > 0).all()
    assert float(resumed) == float(maps.astype("f8").sum())


def test_too_small_images_are_refused():
    with pytest.raises(AdahError, match="image_size 8: efficientnet_lite0 needs at least 32 px"):
        feature_maps(load(scenes=70), image_size=8)
