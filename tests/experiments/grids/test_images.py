"""The grids of image hashing: every row of the table, and a search with as many draws for every arm."""

import pytest

from adahlib.experiments.grids.images import CIFAR, IMAGE_BITS, VALIDATION, image_search, image_shallow
from adahlib.experiments.image_draws import IMAGE_ARMS, IMAGE_DRAWS, IMAGE_SPACE, drawn_image_options
from adahlib.methods import IMAGE_METHODS, make_method


def test_shallow_rows_have_every_feature_length_and_seed():
    runs = image_shallow()
    assert {spec.dataset for spec in runs} == {CIFAR} and len({spec.record_path() for spec in runs}) == len(runs)
    counts = {}
    for spec in runs:
        counts.setdefault((spec.method, spec.backbone, spec.image_size, spec.bits), set()).add(spec.seed)
    assert len(counts) == 4 * 3 * len(IMAGE_BITS)
    assert {key[0]: len(seeds) for key, seeds in counts.items()} == {"lsh": 10, "sh": 1, "itq": 3, "sdh": 3}


def test_every_arm_has_as_many_draws_and_sees_no_query_of_the_tables():
    runs = image_search()
    assert {spec.dataset for spec in runs} == {VALIDATION} and len(set(runs)) == len(IMAGE_ARMS) * IMAGE_DRAWS
    deep = {name for name, method in IMAGE_METHODS.items() if method.has_epochs}
    assert {method for method, _ in IMAGE_ARMS} == deep
    assert len({spec.resolved_options()["epochs"] for spec in runs}) == 1


@pytest.mark.parametrize("arm", IMAGE_ARMS)
def test_an_option_has_the_same_value_in_every_arm_and_is_one_of_the_method(arm):
    method, variant = arm
    for draw in range(IMAGE_DRAWS):
        own = drawn_image_options(method, variant, draw)
        make_method(method, 48, **own)
        shared = {name: own[name] for name in IMAGE_SPACE["ssgah", "full"] if name in IMAGE_SPACE[arm]}
        full = drawn_image_options("ssgah", "full", draw)
        assert shared == {name: full[name] for name in shared}
