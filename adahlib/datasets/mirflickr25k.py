"""MIRFlickr-25K from its two official archives, in the cut of DCMH: 20,015 pairs, 1,386 tags, 24 labels.

Source: Huiskes and Lew, MIR 2008. The cut (section 4.1 of the paper, after DCMH): the vocabulary is every tag on at
least 20 images; kept are the images with at least one such tag and at least one of the 24 labels.
"""

import json
from collections import Counter
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from adahlib.datasets.archives import ReleaseZip, ZipImages, decode_image
from adahlib.datasets.pairs import ImageTextPairs
from adahlib.errors import AdahError
from adahlib.files import whole_file
from adahlib.paths import cache_root, data_root
from adahlib.progress import progress

IMAGES_ARCHIVE = "mirflickr25k.zip"
ANNOTATIONS_ARCHIVE = "mirflickr25k_annotations_v080.zip"
HINT = "place the release's two archives, mirflickr25k.zip and mirflickr25k_annotations_v080.zip, in ADAH_DATA."
RELEASE_SIZE = 25_000
MINIMUM_TAG_COUNT = 20
SPLIT = {"query": 2_000, "train": 10_000, "validation": 1_000}


def load(root: Path | str | None = None) -> ImageTextPairs:
    """Return the DCMH cut, read from the archives under ``root`` (default: ``ADAH_DATA``).

    An image of the cut that is missing or does not decode is left out, counted and named in ``provenance``.

    Raises:
        AdahError: an archive is missing, truncated or not of this release.
    """
    root = Path(root) if root is not None else data_root()
    release = ReleaseZip(root / IMAGES_ARCHIVE, HINT)
    tags = read_tags(release)
    label_names, labels = read_labels(ReleaseZip(root / ANNOTATIONS_ARCHIVE, HINT))
    vocabulary = frequent_tags(tags)
    cut = [i for i in sorted(tags) if labels[i].any() and not vocabulary.keys().isdisjoint(tags[i])]
    kept, left_out = readable_images(release, cut)
    images = ZipImages(release, [image_member(i) for i in kept])
    return ImageTextPairs(
        name="mirflickr25k",
        ids=tuple(f"im{i}" for i in kept),
        images=images,
        tags=bag_of_words([tags[i] for i in kept], vocabulary),
        labels=labels[kept],
        vocabulary=tuple(vocabulary),
        label_names=label_names,
        image_hash=images.content_hash(),
        provenance={
            "title": title(images),
            "source": "MIRFlickr-25K (Huiskes and Lew, MIR 2008), DCMH cut",
            "licence": "Creative Commons licences of the photos' owners",
            "cut_pairs": len(cut),
            "left_out": len(left_out),
            "left_out_ids": left_out,
        },
    )


def image_member(number: int) -> str:
    """Return the archive member of image ``number`` (1-based)."""
    return f"mirflickr/im{number}.jpg"


def read_tags(release: ReleaseZip) -> dict[int, frozenset[str]]:
    """Return each image's tags by image number, from ``mirflickr/meta/tags/tagsN.txt``, one tag a line."""
    prefix, suffix = "mirflickr/meta/tags/tags", ".txt"
    members = [name for name in release.members if name.startswith(prefix) and name.endswith(suffix)]
    if not members:
        raise AdahError(f"{release.path} has no tag files ({prefix}N{suffix}); is it MIRFlickr-25K?")
    tags = {}
    for member in progress(members, desc="tags", unit="file"):
        number = image_number(member[len(prefix) : -len(suffix)], f"{release.path}: {member}")
        tags[number] = frozenset(filter(None, map(str.strip, release.text(member).splitlines())))
    return tags


def image_number(text: str, where: str) -> int:
    """Return a 1-based image number of the release, or raise AdahError naming ``where`` it stands."""
    if not text.isdecimal() or not 1 <= int(text) <= RELEASE_SIZE:
        raise AdahError(f"{where}: {text!r} is not an image number; they run from 1 to {RELEASE_SIZE}.")
    return int(text)


def read_labels(annotations: ReleaseZip) -> tuple[tuple[str, ...], np.ndarray]:
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


def frequent_tags(tags: dict[int, frozenset[str]]) -> dict[str, int]:
    """Return the vocabulary, tag → column: every tag on at least 20 images, in alphabetical order."""
    counts = Counter(tag for words in tags.values() for tag in words)
    words = sorted(tag for tag, count in counts.items() if count >= MINIMUM_TAG_COUNT)
    return {word: column for column, word in enumerate(words)}


def bag_of_words(texts: list[frozenset[str]], vocabulary: dict[str, int]) -> csr_matrix:
    """Return the 0/1 bag-of-words matrix (n, v), CSR uint8."""
    columns = [sorted(vocabulary[word] for word in words if word in vocabulary) for words in texts]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in columns])])
    indices = np.concatenate(columns).astype(np.int64) if starts[-1] else np.empty(0, dtype=np.int64)
    return csr_matrix((np.ones(len(indices), np.uint8), indices, starts), shape=(len(texts), len(vocabulary)))


def readable_images(release: ReleaseZip, numbers: list[int]) -> tuple[list[int], list[str]]:
    """Return the numbers whose image is there and decodes, and the ids of the others.

    Decoding the whole release takes a while, so the verdict is kept in the cache under the content's hash.
    """
    present = [number for number in numbers if image_member(number) in release.members]
    content = ZipImages(release, [image_member(number) for number in present]).content_hash()
    verdict = cache_root() / "mirflickr25k" / f"undecodable-{content[:16]}.json"
    if not verdict.is_file():
        bar = progress(present, desc="checking images", unit="image")
        undecodable = [number for number in bar if not decodes(release, image_member(number))]
        with whole_file(verdict) as path:
            path.write_text(json.dumps(undecodable))
    kept = sorted(set(present) - set(json.loads(verdict.read_text())))
    return kept, [f"im{number}" for number in sorted(set(numbers) - set(kept))]


def decodes(release: ReleaseZip, member: str) -> bool:
    """Return whether ``member`` decodes as an image."""
    try:
        return decode_image(release.read(member)).size > 0
    except (AdahError, OSError, SyntaxError):
        return False


def title(images: ZipImages) -> str:
    """Return the name for captions; small copies of the release are named as such."""
    side = max(images[0].shape[:2]) if len(images) else 0
    return f"MIRFlickr-25K, {side}-px crops" if 0 < side <= 256 else "MIRFlickr-25K"
