"""MIRFlickr-25K from its two official archives, in two cuts: 20,015 pairs (DCMH) and 24,581 (labels alone).

Source: Huiskes and Lew, MIR 2008. Both cuts have 24 labels and 1,386 tags, the tags on at least 20 images. The cut of
the paper (section 4.1, after DCMH) keeps the images with at least one such tag and at least one label; the other asks
for a label only.
"""

import re
from pathlib import Path

import numpy as np

from adahlib.datasets.catalogue import RELEASE_OF, check_counts
from adahlib.datasets.pairs import TAGS_IN_ORDER, ImageTextPairs
from adahlib.datasets.releases.images import ReleaseImages, readable_images
from adahlib.datasets.releases.opened import OpenedRelease, open_release
from adahlib.datasets.texts import bag_of_words, vocabulary_of
from adahlib.errors import AdahError
from adahlib.paths import data_root
from adahlib.progress import progress

IMAGES = [("mirflickr25k", "mirflickr")]  # names of the archive, and of the folder that it unpacks to
ANNOTATIONS = [("mirflickr25k_annotations_v080",)]
HINT = (
    "place the release's two archives, mirflickr25k.zip and mirflickr25k_annotations_v080.zip, in ADAH_DATA, or let "
    "`adah data get mirflickr25k` fetch them."
)
RELEASE_SIZE = 25_000
MINIMUM_TAG_COUNT = 20
CUTS = {"mirflickr25k": "DCMH cut", "mirflickr25k-labels": "cut by labels alone"}
SPLIT = {"query": 2_000, "train": 10_000, "validation": 1_000}


def load(root: Path | str | None = None, name: str = "mirflickr25k", whole: bool = True) -> ImageTextPairs:
    """Return a cut, read from the archives or folders under ``root`` (default: ``ADAH_DATA``).

    An image of the cut that is missing or does not decode is left out, counted and named in ``provenance``.

    Args:
        root: folder of releases.
        name: ``"mirflickr25k"`` or ``"mirflickr25k-labels"``.
        whole: whether the release is to be the whole one, with the published counts; False reads a part of it.

    Raises:
        AdahError: an archive is missing, damaged or not of this release, or the counts are not the cut's.
    """
    root = Path(root) if root is not None else data_root()
    release = open_release(root, IMAGES, HINT)
    tags = read_tags(release)
    label_names, labels = read_labels(open_release(root, ANNOTATIONS, HINT))
    vocabulary = vocabulary_of(tags.values(), minimum=MINIMUM_TAG_COUNT)
    cut = [i for i in sorted(tags) if labels[i].any()]
    if name == "mirflickr25k":
        cut = [i for i in cut if not vocabulary.keys().isdisjoint(tags[i])]
    if whole:
        found = {"pairs": len(cut), "tags": len(vocabulary), "labels": len(label_names)}
        check_counts(name, found, RELEASE_OF[name].published[name])
    kept, images = readable_photos(release, cut)
    left_out = sorted(set(cut) - set(kept))
    return ImageTextPairs(
        name=name,
        ids=tuple(f"im{i}" for i in kept),
        images=images,
        tags=bag_of_words([tags[i] for i in kept], vocabulary),
        labels=labels[kept],
        vocabulary=tuple(vocabulary),
        label_names=label_names,
        image_hash=images.content_hash(),
        captions=tuple("\n".join(tags[i]) for i in kept),
        provenance={
            "captions": TAGS_IN_ORDER,
            "title": title(images, whole),
            "source": f"MIRFlickr-25K (Huiskes and Lew, MIR 2008), {CUTS[name]}",
            "licence": "Creative Commons licences of the photos' owners",
            "cut_pairs": len(cut),
            "left_out": len(left_out),
            "left_out_ids": [f"im{i}" for i in left_out],
        },
    )


def read_tags(release: OpenedRelease) -> dict[int, tuple[str, ...]]:
    """Return each image's tags in order, by image number, from ``mirflickr/meta/tags/tagsN.txt``, one tag a line."""
    members = {name: member for name, member in release.under("meta/tags").items() if name.endswith(".txt")}
    if not members:
        raise AdahError(f"{release.path} has no tag files (mirflickr/meta/tags/tagsN.txt); is it MIRFlickr-25K?")
    tags = {}
    for name, member in progress(members.items(), desc="tags", unit="file"):
        number = image_number(name.removeprefix("tags").removesuffix(".txt"), f"{release.path}: {member}")
        tags[number] = tuple(dict.fromkeys(filter(None, map(str.strip, release.text(member).splitlines()))))
    return tags


def image_number(text: str, where: str) -> int:
    """Return a 1-based image number of the release, or raise AdahError naming ``where`` it stands."""
    if not re.fullmatch("[0-9]{1,9}", text) or not 1 <= int(text) <= RELEASE_SIZE:
        raise AdahError(f"{where}: {text!r} is not an image number; they run from 1 to {RELEASE_SIZE}.")
    return int(text)


def read_labels(annotations: OpenedRelease) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the 24 label names and a 0/1 matrix (25,001, 24) whose row is the image number; row 0 is unused."""
    members = sorted(
        name
        for name in annotations.members
        if name.endswith(".txt") and not name.endswith("_r1.txt") and "readme" not in name.lower()
    )
    if len(members) != 24:
        raise AdahError(f"{annotations.path} has {len(members)} class files besides *_r1.txt; the release has 24.")
    labels = np.zeros((RELEASE_SIZE + 1, len(members)), dtype=np.uint8)
    for column, member in enumerate(members):
        for line in annotations.text(member).split():
            labels[image_number(line, f"{annotations.path}: {member}"), column] = 1
    return tuple(Path(member).stem for member in members), labels


def readable_photos(release: OpenedRelease, numbers: list[int]) -> tuple[list[int], ReleaseImages]:
    """Return those of the numbers whose image is there and decodes, and these images."""
    files = release.under("mirflickr")
    names = {number: f"mirflickr/im{number}.jpg" for number in numbers if f"im{number}.jpg" in files}
    members = {name: files[f"im{number}.jpg"] for number, name in names.items()}
    images = readable_images(ReleaseImages(release, members), "mirflickr25k")
    readable = frozenset(images.names)
    return [number for number, name in names.items() if name in readable], images


def title(images: ReleaseImages, whole: bool) -> str:
    """Return the name for captions; small copies of the release, and parts of it, are named as such."""
    side = max(images[0].shape[:2]) if len(images) else 0
    name = "MIRFlickr-25K" if whole else "a part of MIRFlickr-25K"
    return f"{name}, {side}-px crops" if 0 < side <= 256 else name
