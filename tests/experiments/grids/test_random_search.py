"""The random search: the same number of draws for every arm, the same values of what arms share, and no surprise."""

import numpy as np
import pytest

from adahlib.experiments.draws import ARMS, COMMON, DRAWS, SPACE, Between, OneOf, drawn_options
from adahlib.experiments.grids.lists import grid
from adahlib.experiments.grids.random_search import SEARCH_SEEDS, arm_runs
from adahlib.experiments.grids.usual import DATASETS
from adahlib.methods import METHODS


def test_every_arm_has_as_many_draws_and_seeds_on_every_data_set():
    runs = grid("random-search")
    assert len(runs) == len(DATASETS) * len(ARMS) * DRAWS * len(SEARCH_SEEDS)
    for dataset in DATASETS:
        for method, attention in ARMS:
            own = [run for run in runs if (run.dataset, run.method, run.attention) == (dataset, method, attention)]
            assert own == arm_runs(dataset, method, attention) and len(own) == DRAWS * len(SEARCH_SEEDS)
            assert len({run.label() for run in own}) == DRAWS
            assert {run.profile for run in own} == {"quick"}


@pytest.mark.parametrize("draw", range(DRAWS))
def test_a_draw_gives_what_arms_share_the_same_values(draw):
    drawn = {arm: drawn_options(*arm, draw) for arm in ARMS}
    for name in COMMON:
        assert len({values[name] for values in drawn.values()}) == 1, name
    none, both = drawn["adah", "none"], drawn["adah", "both"]
    assert none.items() <= both.items() and set(both) - set(none)


def test_draws_are_the_same_for_ever():
    """They name the records that are kept; another order of the space, or a new option in it, changes none of them."""
    assert drawn_options("adah", "none", 0) == {
        "learning_rate": 0.00065,
        "batch_size": 128,
        "image_adapter": 512,
        "image_dropout": 0.3,
        "text_dropout": 0.3,
        "word_dropout": 0.15,
        "margin": 2.0,
    }
    assert drawn_options("prdh", "", 11)["decorrelation_scale"] == "batch"


@pytest.mark.parametrize(("method", "attention"), ARMS)
def test_every_option_of_the_space_is_one_of_the_method_and_is_in_its_range(method, attention):
    assert set(SPACE[method, attention]) <= {*METHODS[method].Options.__dataclass_fields__}
    for run in arm_runs("emoji-scenes", method, attention):
        assert run.resolved_options().items() >= run.options.items()


def test_numbers_are_drawn_evenly():
    generator = np.random.default_rng(0)
    rates = np.array([Between(1e-4, 1e-2).draw(generator) for _ in range(2000)])
    assert rates.min() >= 1e-4 and rates.max() <= 1e-2 and 0.45 < (rates < 1e-3).mean() < 0.55
    names = [OneOf(("a", "b")).draw(generator) for _ in range(2000)]
    assert 0.45 < names.count("a") / 2000 < 0.55
