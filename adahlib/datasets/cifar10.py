"""CIFAR-10 for image hashing: 60,000 images of ten classes, and no texts.

Source: Krizhevsky, 2009. Read are the release's Python batches, as torchvision keeps them (``cifar-10-python.tar.gz``
or ``cifar-10-batches-py``), or else a copy as JPEG files, ``train/<class>/*.jpg`` and ``test/<class>/*.jpg``, which is
not equal to the release, and whose title says so.
"""

import re
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from adahlib.datasets.cifar10_batches import LabelledImages, read_batches
from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.published import check_counts
from adahlib.datasets.release_images import ReleaseImages, readable_images
from adahlib.datasets.releases import Release, open_release, part_path
from adahlib.errors import AdahError
from adahlib.paths import data_root

BATCHES = ("cifar-10-python", "cifar-10-batches-py")
JPEGS = ("cifar10_jpeg", "cifar10")
HINT = (
    "place cifar-10-python.tar.gz, or train/<class>/*.jpg and test/<class>/*.jpg in cifar10.zip, in ADAH_DATA, or let "
    "`adah data get cifar10` fetch the former."
)
PUBLISHED = {"train": 50_000, "test": 10_000, "classes": 10, "in the smallest class": 6_000}
SPLIT = {"query_per_class": 100, "train_per_class": 500}


def load(root: Path | str | None = None, whole: bool = True) -> ImageTextPairs:
    """Return CIFAR-10, training images first, read from ``root`` (default: ``ADAH_DATA``); its tags have width 0.

    Args:
        root: folder of releases.
        whole: whether the release is to be the whole one, with the published counts; False reads a part of it.

    Raises:
        AdahError: nothing is there, or it is damaged or not this data set, or the counts are not the published ones.
    """
    root = Path(root) if root is not None else data_root()
    from_batches = not any(part_path(root, name) for name in JPEGS) or any(part_path(root, name) for name in BATCHES)
    read, names = (read_batches, BATCHES) if from_batches else (read_jpegs, JPEGS)
    found = read(open_release(root, [names], HINT))
    if whole:
        check_counts("cifar10", part_counts(found), PUBLISHED)
    name = "CIFAR-10" if whole else "a part of CIFAR-10"
    return ImageTextPairs(
        name="cifar10",
        ids=found.ids,
        images=found.images,
        tags=csr_matrix((len(found.ids), 0), dtype=np.uint8),
        labels=np.eye(len(found.label_names), dtype=np.uint8)[found.classes],
        vocabulary=(),
        label_names=found.label_names,
        image_hash=found.image_hash,
        provenance={
            "title": name if from_batches else f"{name}, JPEG re-encoded",
            "source": "CIFAR-10 (Krizhevsky, 2009)",
            "licence": "none stated; collected for research from the web",
            "left_out": len(found.left_out),
            "left_out_ids": list(found.left_out),
        },
    )


def part_counts(found: LabelledImages) -> dict[str, int]:
    """Return the counts that CIFAR-10 is known by, of images that decode or not."""
    parts = [place.partition("/")[0] for place in (*found.ids, *found.left_out)]
    sizes = np.bincount(found.classes, minlength=len(found.label_names))
    for place in found.left_out:
        sizes[found.label_names.index(place.split("/")[1])] += 1
    counts = {"train": parts.count("train"), "test": parts.count("test")}
    return counts | {"classes": len(sizes), "in the smallest class": int(sizes.min())}


def read_jpegs(release: Release) -> LabelledImages:
    """Return the images of a copy as JPEG files; ids are ``train/<class>/<file>`` without ``.jpg``, then ``test/…``."""
    members = {}
    for part in ("train", "test"):
        for name, member in release.under(part).items():
            if re.fullmatch(r"[^/]+/[^/]+\.jpg", name):
                members[f"{part}/{name[: -len('.jpg')]}"] = member
    if not members:
        raise AdahError(f"{release.path} has no train/<class>/*.jpg; {HINT}")
    images = readable_images(ReleaseImages(release, members), "cifar10")
    label_names = tuple(sorted({place.split("/")[1] for place in members}))
    classes = np.array([label_names.index(place.split("/")[1]) for place in images.names], dtype=np.int64)
    left_out = tuple(sorted(set(members) - set(images.names)))
    return LabelledImages(images, images.names, classes, label_names, images.content_hash(), left_out)
