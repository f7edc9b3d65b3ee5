"""NUS-WIDE from its raw release, in its two usual cuts: TC-21, 195,834 pairs, and TC-10, 186,577 pairs; 1,000 tags.

Source: Chua et al., CIVR 2009. A cut keeps the images with at least one of the 21 or 10 most frequent of the 81
concepts; with ``tagged`` also at least one of the 1,000 tags, which leaves 190,421 and 181,365. The paper (section 4.1,
after DCMH) uses the 21. Which concepts are meant it does not print; those here are the ones that public code names: by
its counts the ten run from sky, 74,190 images, to lake, 13,392, before ocean, 11,307. The pairs of TC-10 and the counts
with tags are also public code's. No file of the release was at hand to check any of this; loading a whole one does.

The text files are checked line by line; the table of tags, half a gigabyte, is never held whole.
"""

from codecs import BOM_UTF8
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from adahlib.datasets.catalogue import RELEASE_OF, check_counts
from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.releases.archives import TEXT_LIMIT
from adahlib.datasets.releases.images import ReleaseImages, readable_images
from adahlib.datasets.releases.opened import OpenedRelease, open_release
from adahlib.datasets.texts import binary_matrix
from adahlib.errors import AdahError
from adahlib.paths import data_root
from adahlib.progress import progress

PARTS = [("NUS-WIDE",), ("Groundtruth",), ("ConceptsList",), ("ImageList",), ("NUS_WID_Tags",), ("Flickr",)]
HINT = (
    "place the release's Groundtruth, ConceptsList, ImageList, NUS_WID_Tags and Flickr in ADAH_DATA; "
    "`adah data get nus-wide-tc21` fetches what is open."
)
TC10 = ("animal", "buildings", "clouds", "grass", "lake", "person", "plants", "sky", "water", "window")
TC21 = (
    *("animal", "beach", "buildings", "clouds", "flowers", "grass", "lake", "mountain", "ocean", "person", "plants"),
    *("reflection", "road", "rocks", "sky", "snow", "sunset", "tree", "vehicle", "water", "window"),
)
CONCEPTS = {"nus-wide-tc21": TC21, "nus-wide-tc10": TC10}
TAGGED = {"nus-wide-tc21": 190_421, "nus-wide-tc10": 181_365}  # pairs with a tag; all pairs stand in the catalogue
RELEASE_SIZE = 269_648
SPLIT = {"query": 2_100, "train": 10_500, "validation": 1_000}


def load(
    root: Path | str | None = None, name: str = "nus-wide-tc21", tagged: bool = False, whole: bool = True
) -> ImageTextPairs:
    """Return a cut, read from the archives or folders under ``root`` (default: ``ADAH_DATA``).

    An image of the cut that is missing or does not decode is left out, counted and named in ``provenance``.

    Args:
        root: folder of releases.
        name: ``"nus-wide-tc21"`` or ``"nus-wide-tc10"``.
        tagged: keep only images with at least one tag.
        whole: whether the release is to be the whole one, with the published counts; False reads a part of it.

    Raises:
        AdahError: a file is missing, damaged or not of this release, or the counts are not the cut's.
    """
    release = open_release(Path(root) if root is not None else data_root(), PARTS, HINT)
    names = image_names(release)
    vocabulary = read_lines(release, "NUS_WID_Tags/TagList1k.txt")
    labels = read_labels(release, CONCEPTS[name], len(names))
    tags = read_tags(release, len(names), len(vocabulary))
    in_cut = labels.any(axis=1) & ((tags.getnnz(axis=1) > 0) | (not tagged))
    cut = np.flatnonzero(in_cut)
    if whole:
        found = {"images": len(names), "pairs": len(cut), "tags": len(vocabulary), "labels": labels.shape[1]}
        published = {"images": RELEASE_SIZE} | RELEASE_OF[name].published[name]
        check_counts(name, found, published | ({"pairs": TAGGED[name]} if tagged else {}))
    images = photos(release, [names[i] for i in cut])
    readable = frozenset(images.names)
    kept = [i for i in cut if names[i] in readable]
    left_out = [names[i] for i in cut if names[i] not in readable]
    return ImageTextPairs(
        name=name,
        ids=images.names,
        images=images,
        tags=tags[kept],
        labels=labels[kept],
        vocabulary=tuple(vocabulary),
        label_names=CONCEPTS[name],
        image_hash=images.content_hash(),
        provenance={
            "title": title(name, tagged, whole),
            "source": f"NUS-WIDE (Chua et al., CIVR 2009), {len(CONCEPTS[name])} most frequent concepts",
            "licence": "labels and tags for research; photos under the licences of their owners at Flickr",
            "cut_pairs": len(cut),
            "without_tags": int((tags[kept].getnnz(axis=1) == 0).sum()),
            "left_out": len(left_out),
            "left_out_ids": left_out,
        },
    )


def title(name: str, tagged: bool, whole: bool) -> str:
    """Return the name for captions, which tells the cuts apart."""
    cut = f"NUS-WIDE TC-{len(CONCEPTS[name])}" + (", tagged" if tagged else "")
    return cut if whole else f"a part of {cut}"


def read_labels(release: OpenedRelease, concepts: tuple[str, ...], images: int) -> np.ndarray:
    """Return the 0/1 matrix (images, concepts), from ``AllLabels/Labels_<concept>.txt``.

    ``TrainTestLabels`` says the same for two parts, and is not read: its Labels_lake_Train.txt has −1130179 for a 0.
    """
    known = read_lines(release, "Concepts81.txt")
    unknown = [concept for concept in concepts if concept not in known]
    if unknown:
        raise AdahError(f"{release.path}: Concepts81.txt does not name {unknown[0]!r}; is it NUS-WIDE?")
    return np.stack([read_concept(release, concept, images) for concept in concepts], axis=1)


def photos(release: OpenedRelease, names: list[str]) -> ReleaseImages:
    """Return the images of these names that are there and decode, from ``Flickr/<folder>/<file>.jpg``."""
    files = release.under("Flickr")
    members = {name: files[f"{name}.jpg"] for name in names if f"{name}.jpg" in files}
    return readable_images(ReleaseImages(release, members), "nus-wide")


def read_lines(release: OpenedRelease, tail: str) -> list[str]:
    """Return the lines of a list without blanks around them; each must be there once, and none be empty."""
    member = release.one(tail)
    lines = [line.strip() for line in release.text(member).splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    if not lines or "" in lines or len(set(lines)) < len(lines):
        raise AdahError(f"{release.path}: {member} has an empty or a repeated line, or none at all.")
    return lines


def image_names(release: OpenedRelease) -> list[str]:
    """Return the images' names in the release's order, ``folder/file`` without ``.jpg``, from Imagelist.txt.

    The list is written with backslashes: ``actor\\0001_2124494179.jpg``.
    """
    names = []
    for line in read_lines(release, "ImageList/Imagelist.txt"):
        name = line.replace("\\", "/")
        if name.count("/") != 1 or not name.lower().endswith(".jpg"):
            raise AdahError(f"{release.path}: Imagelist.txt has {line!r}, which is not 'folder\\file.jpg'.")
        names.append(name[: -len(".jpg")])
    return names


def read_concept(release: OpenedRelease, concept: str, images: int) -> np.ndarray:
    """Return a concept's column (images,) uint8 of 0/1, from ``AllLabels/Labels_<concept>.txt``, a number a line."""
    member = release.one(f"AllLabels/Labels_{concept}.txt")
    values = release.read(member, TEXT_LIMIT).removeprefix(BOM_UTF8).split()
    wrong = next((place for place, value in enumerate(values, start=1) if value not in (b"0", b"1")), None)
    if wrong:
        value = values[wrong - 1][:20].decode("latin-1")
        raise AdahError(f"{release.path}: {member}, line {wrong}: {value!r} is neither 0 nor 1.")
    if len(values) != images:
        raise AdahError(f"{release.path}: {member} has {len(values)} lines, and Imagelist.txt has {images} images.")
    return np.array(values, dtype="S1").view(np.uint8) - ord("0")


def read_tags(release: OpenedRelease, images: int, tags: int) -> csr_matrix:
    """Return the 0/1 matrix (images, tags) CSR uint8, from ``NUS_WID_Tags/AllTags1k.txt``: a row a line, in text."""
    member = release.one("AllTags1k.txt")
    where = f"{release.path}: {member}"
    rows, bar = [], progress(total=images, desc="tags", unit="row")
    for number, line in enumerate(release.lines(member), start=1):
        if number > images:
            raise AdahError(f"{where} has over {images} lines, one for each image of Imagelist.txt.")
        rows.append(tag_row(line, tags, f"{where}, line {number}"))
        bar.update()
    bar.close()
    if len(rows) != images:
        raise AdahError(f"{where} has {len(rows)} lines, and Imagelist.txt has {images} images.")
    return binary_matrix(rows, tags)


def tag_row(line: bytes, tags: int, where: str) -> np.ndarray:
    """Return the columns of a row's ones, int16; the row must have a 0 or a 1 for each tag."""
    values = line.split()
    digits = np.frombuffer(b"".join(values), np.uint8) - ord("0")
    if len(values) != tags or len(digits) != tags or digits.max(initial=0) > 1:  # below "0" wraps round to over 1
        raise AdahError(f"{where} is not a row of {tags} numbers 0 or 1.")
    return np.flatnonzero(digits).astype(np.int16)
