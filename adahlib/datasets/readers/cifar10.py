"""CIFAR-10 for image hashing: 60,000 images of ten classes, and no texts.

Source: Krizhevsky, 2009. Read are the release's Python batches, as torchvision keeps them (``cifar-10-python.tar.gz``
or ``cifar-10-batches-py``), or else a copy as JPEG files, ``train/<class>/*.jpg`` and ``test/<class>/*.jpg``, which is
not equal to the release, and whose title says so. The batches are pickles, which ``pickled_pixels`` reads; batches that
were pickled again, in another protocol or with keys of bytes, read like the makers' own.
"""

import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from adahlib.datasets.catalogue import check_counts
from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.readers.pickled_pixels import read_batch_pickle
from adahlib.datasets.releases.images import ReleaseImages, readable_images
from adahlib.datasets.releases.opened import OpenedRelease, find_part, open_release
from adahlib.errors import AdahError, UnavailableError
from adahlib.paths import data_root
from adahlib.progress import progress

BATCHES = ("cifar-10-python", "cifar-10-batches-py")
JPEGS = ("cifar10_jpeg", "cifar10")
HINT = (
    "place cifar-10-python.tar.gz there, or train/<class>/*.jpg and test/<class>/*.jpg in cifar10.zip or "
    "cifar10_jpeg.tar.xz, or let `adah data get cifar10` fetch the former; ADAH_DATA names the folder."
)
PUBLISHED = {"train": 50_000, "test": 10_000, "classes": 10, "in the smallest class": 6_000}
SPLIT = {"query_per_class": 100, "train_per_class": 500}
BATCH_LIMIT = 2**27  # bytes; a batch has 31 MB, and may have twice as many in other protocols


class LabelledImages(NamedTuple):
    """n images (height, width, 3) uint8 with their ids, classes (n,) int64 and the classes' names.

    ``image_hash`` is as in ImageTextPairs; ``left_out`` has the ids of images that do not decode.
    """

    images: Sequence[np.ndarray] | np.ndarray
    ids: tuple[str, ...]
    classes: np.ndarray
    label_names: tuple[str, ...]
    image_hash: str
    left_out: tuple[str, ...] = ()


def load(root: Path | str | None = None, whole: bool = True) -> ImageTextPairs:
    """Return CIFAR-10, training images first, read from ``root`` (default: ``ADAH_DATA``); its tags have width 0.

    Args:
        root: folder of releases.
        whole: whether the release is to be the whole one, with the published counts; False reads a part of it.

    Raises:
        AdahError: nothing is there, or it is damaged or not this data set, or the counts are not the published ones.
    """
    root = Path(root) if root is not None else data_root()
    part = find_part(root, BATCHES + JPEGS)
    if part is None:
        raise UnavailableError(f"{root} has no archive of CIFAR-10; {HINT}")
    original = part[0] in BATCHES
    found = (read_batches if original else read_jpegs)(open_release(root, [part[:1]], HINT))
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
            "title": name if original else f"{name}, JPEG re-encoded",
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


def read_jpegs(release: OpenedRelease) -> LabelledImages:
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


def read_batches(release: OpenedRelease) -> LabelledImages:
    """Return the images of all batches; ids are ``train/00000`` and so on, then ``test/00000`` and so on."""
    label_names = class_names(release)
    found = {name.rpartition("/")[2]: name for name in release.members if re.search(r"/(data|test)_batch(_\d)?$", name)}
    if not found:
        raise AdahError(f"{release.path} has no data_batch_1 to data_batch_5 and test_batch; {release.hint}")
    images, classes = [], []
    ids: dict[str, list[str]] = {"train": [], "test": []}
    for batch in progress(sorted(found), desc="CIFAR-10", unit="batch"):  # data_batch_1 … before test_batch
        pixels, numbers = read_batch(release, found[batch], len(label_names))
        images.append(pixels)
        classes.append(numbers)
        part = "test" if batch == "test_batch" else "train"
        ids[part] += [f"{part}/{len(ids[part]) + i:05d}" for i in range(len(numbers))]
    together = np.concatenate(images)
    image_hash = sha256(together.tobytes()).hexdigest()
    return LabelledImages(together, (*ids["train"], *ids["test"]), np.concatenate(classes), label_names, image_hash)


def class_names(release: OpenedRelease) -> tuple[str, ...]:
    """Return the names of the classes, from ``batches.meta``."""
    member = release.one("batches.meta")
    names = unpickled(release, member).get("label_names")
    if not isinstance(names, list) or not names or not all(isinstance(name, str | bytes) for name in names):
        raise AdahError(f"{release.path}: {member} has no list label_names; is it CIFAR-10?")
    texts = tuple(name.decode("latin-1") if isinstance(name, bytes) else name for name in names)
    if len(set(texts)) < len(texts) or not all(map(str.isprintable, texts)):
        raise AdahError(f"{release.path}: {member}: 'label_names' holds a name twice, or one that is no text.")
    return texts


def read_batch(release: OpenedRelease, member: str, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a batch's images (n, 32, 32, 3) uint8 and classes (n,) int64."""
    batch = unpickled(release, member)
    data, labels = batch.get("data"), batch.get("labels")
    where = f"{release.path}: {member}"
    if not isinstance(data, np.ndarray) or data.dtype != np.uint8 or data.ndim != 2 or data.shape[1] != 3 * 32 * 32:
        raise AdahError(f"{where}: 'data' is not an array (n, 3072) of uint8.")
    if not isinstance(labels, list) or len(labels) != len(data):
        raise AdahError(f"{where}: 'labels' is not a list of {len(data)} classes, one for each row of 'data'.")
    if not all(type(label) is int and 0 <= label < classes for label in labels):
        raise AdahError(f"{where}: 'labels' holds other values than whole numbers from 0 to {classes - 1}.")
    return data.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1), np.array(labels, dtype=np.int64)


def unpickled(release: OpenedRelease, member: str) -> dict[str, object]:
    """Return the dictionary of a batch; a pickle that asks for more than plain values and pixels is refused."""
    data = release.read(member, BATCH_LIMIT)
    try:
        return read_batch_pickle(data)
    except AdahError as error:
        raise AdahError(f"{release.path}: {member} {error}") from error
