"""Scenes of other seeds: others than the book's, under a name of their own, split as the scenes are."""

import pytest

from adahlib.datasets import DATASETS, dataset_split, load_dataset
from adahlib.datasets.catalogue import RELEASE_OF
from adahlib.datasets.emoji.recipe import SceneOptions, scene_tags
from adahlib.datasets.emoji.tags import scene_vocabulary
from adahlib.datasets.readers import fresh_scenes
from adahlib.errors import AdahError

NAMES = [name for name in DATASETS if name.startswith("emoji-scenes-")]


@pytest.fixture(scope="module")
def few():
    """The first scenes of the book's set, and of the fresh ones."""
    return {name: load_dataset(name, scenes=40) for name in ("emoji-scenes", *NAMES)}


def test_each_seed_gives_other_scenes_of_the_same_labels(few):
    assert NAMES == ["emoji-scenes-seed1", "emoji-scenes-seed2"]
    assert [few[name].name for name in NAMES] == NAMES
    assert len({pairs.content_hash() for pairs in few.values()}) == 3
    assert len({pairs.label_names for pairs in few.values()}) == 1
    assert {name: few[name].provenance["seed"] for name in few} == {"emoji-scenes": 0, NAMES[0]: 1, NAMES[1]: 2}
    assert few[NAMES[0]].provenance["title"] == "emoji-scenes of seed 1"


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_published_number_of_tags_is_the_recipes(seed):
    options = SceneOptions(seed=seed)
    named, noise = zip(*(scene_tags(options, index) for index in range(options.scenes)), strict=True)
    name = f"emoji-scenes-seed{seed}" if seed else "emoji-scenes"
    assert len(scene_vocabulary(named, noise, minimum=10)) == RELEASE_OF[name].published[name]["tags"]


def test_the_split_is_that_of_the_scenes(few):
    assert fresh_scenes.SPLIT == {"query": 1000, "train": 2000, "validation": 500}
    with pytest.raises(AdahError, match="emoji-scenes-seed1: a split of 1000 queries, 2000 training and 500"):
        dataset_split(few[NAMES[0]])
