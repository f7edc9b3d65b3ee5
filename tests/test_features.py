"""Feature maps: equal to the backbone's, keyed by content, resumed after a kill."""

import hashlib
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
from adahlib.map_files import HEADER, MapWriter, check_maps, open_maps
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


def place_of(pairs):
    return cache_path(pairs.image_hash, make_backbone("efficientnet_lite0"), 128, torch.device("cpu"))


def test_maps_are_the_backbones_in_float16():
    pairs = load(scenes=70)
    maps = feature_maps(pairs)
    assert maps.shape == (70, 112, 8, 8) and maps.dtype == np.float16
    with torch.inference_mode():
        expected = make_backbone("efficientnet_lite0")(resized_batch([pairs.images[i] for i in (3, 66)], 128))
    np.testing.assert_allclose(maps[[3, 66]], expected.numpy(), rtol=2e-3, atol=2e-3)


def test_key_follows_content_and_size():
    network = make_backbone("efficientnet_lite0")
    cpu, gpu = torch.device("cpu"), torch.device("cuda")
    others = [("a", 128, cpu), ("b", 128, cpu), ("b", 160, cpu), ("b", 128, gpu)]
    assert len({cache_path(content, network, side, device) for content, side, device in others}) == 4


@pytest.mark.slow
def test_a_killed_computation_resumes_where_it_stopped(cache):
    def start():
        return subprocess.Popen([sys.executable, "-c", COMPUTE], stdout=subprocess.PIPE, text=True, env=os.environ)

    victim = start()
    counter = place_of(load(scenes=400)).with_suffix(".json")
    while victim.poll() is None and not (counter.exists() and json.loads(counter.read_text())["done"] >= 64):
        time.sleep(0.005)
    victim.kill()
    victim.wait()
    assert 64 <= json.loads(counter.read_text())["done"] < 400
    state = json.loads(counter.read_text())
    first = np.memmap(counter.with_suffix(".partial"), np.float16, "r+", HEADER, (state["done"] * 112 * 8 * 8,))
    first[[0, -1]] = 7.5  # marks, which would be gone if these images were computed again
    first.flush()
    first = np.array(first)  # what is in the file goes on changing
    counter.write_text(json.dumps(state | {"sha256": hashlib.sha256(first.tobytes()).hexdigest()}))
    resumed, _ = start().communicate()
    maps = np.load(counter.with_suffix(".npy"))
    assert np.array_equal(maps.ravel()[: len(first)], first)
    assert json.loads(counter.read_text())["done"] == 400 and (np.abs(maps).sum((1, 2, 3)) > 0).all()
    assert float(resumed) == float(maps.astype("f8").sum())


def test_too_small_images_are_refused():
    with pytest.raises(AdahError, match="image_size 8: efficientnet_lite0 needs at least 32 px"):
        feature_maps(load(scenes=70), image_size=8)


@pytest.mark.parametrize(("cores", "torch_threads"), [(1, 2), (3, 1)])
def test_maps_do_not_depend_on_threads(monkeypatch, tmp_path, cores, torch_threads):
    pairs = load(scenes=70)
    kept = feature_maps(pairs)
    monkeypatch.setenv("OMP_NUM_THREADS", str(cores))
    monkeypatch.setenv("ADAH_CACHE", str(tmp_path))
    before = torch.get_num_threads()
    torch.set_num_threads(torch_threads)
    try:
        again = feature_maps(pairs)
        assert torch.get_num_threads() == torch_threads
    finally:
        torch.set_num_threads(before)
    np.testing.assert_array_equal(again, kept)


def flip(path, place):
    content = bytearray(path.read_bytes())
    content[place] ^= 4
    path.write_bytes(content)


@pytest.mark.parametrize("damage", ["flip", "cut", "longer", "no counter", "torn counter"])
def test_damaged_maps_are_set_aside_and_computed_again(damage):
    pairs = load(scenes=70)
    right, path = np.array(feature_maps(pairs)), place_of(pairs)
    counter, content = path.with_suffix(".json"), path.read_bytes()
    check_maps.cache_clear()  # as in a new process
    if damage == "flip":
        flip(path, len(content) // 2)
    elif damage in ("cut", "longer"):
        path.write_bytes(content[:-1000] if damage == "cut" else content + b"x")
    else:
        counter.unlink() if damage == "no counter" else counter.write_text('{"done": 70, "sha')
    with pytest.warns(RuntimeWarning, match="is not what was written there; its maps are computed again"):
        again = feature_maps(pairs)
    np.testing.assert_array_equal(again, right)
    assert path.with_name(f"{path.name}.broken").exists()


@pytest.mark.parametrize("damage", ["cut", "flip", "header", "empty", "counter beyond", "other type"])
def test_a_damaged_partial_file_is_never_believed(damage):
    pairs = load(scenes=70)
    right, path = np.array(feature_maps(pairs)), place_of(pairs)
    counter, partial = path.with_suffix(".json"), path.with_suffix(".partial")
    content = path.read_bytes()
    path.unlink()
    done = 64
    half = content[: HEADER + done * right[0].nbytes]
    state = {"done": done, "shape": list(right.shape), "sha256": hashlib.sha256(half[HEADER:]).hexdigest()}
    wrong = {"cut": half[:-5], "flip": half[:-5] + b"abcde", "header": half[:10], "empty": b"", "other type": 2 * half}
    partial.write_bytes(wrong.get(damage, half))
    counter.write_text(json.dumps(state | ({"done": 70} if damage == "counter beyond" else {})))
    np.testing.assert_array_equal(feature_maps(pairs), right)


def test_an_interrupted_computation_resumes_from_its_whole_blocks():
    pairs = load(scenes=70)
    right, path = np.array(feature_maps(pairs)), place_of(pairs)
    writer = MapWriter(path.with_name("half.npy"), right.shape)
    writer.append(right[:64])
    writer.file.write(b"half a block")
    writer.file.close()
    resumed = MapWriter(path.with_name("half.npy"), right.shape)
    assert resumed.done == 64
    resumed.append(right[64:])
    resumed.finish()
    np.testing.assert_array_equal(open_maps(path.with_name("half.npy")), right)
