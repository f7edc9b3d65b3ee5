"""NUS-WIDE from its raw release, in its two usual cuts: TC-21, 195,834 pairs, and TC-10, 186,577 pairs; 1,000 tags.

Source: Chua et al., CIVR 2009. A cut keeps the images with at least one of the 21 or 10 most frequent of the 81
concepts; with ``tagged`` also at least one of the 1,000 tags, which leaves 190,421 and 181,365. The paper (section 4.1,
after DCMH) uses the 21. Which concepts are meant it does not print; those here are the ones that public code names: by
its counts the ten run from sky, 74,190 images, to lake, 13,392, before ocean, 11,307. The pairs of TC-10 and the counts
with tags are also public code's. No file of the release was at hand to check any of this; loading a whole one does.
"""

from pathlib import Path

import numpy as np

from adahlib.datasets.nus_wide_files import image_names, read_concept, read_lines, read_tags
from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.published import check_counts
from adahlib.datasets.release_images import ReleaseImages, readable_images
from adahlib.datasets.releases import Release, open_release
from adahlib.errors import AdahError
from adahlib.paths import data_root

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
PUBLISHED = {  # (name, tagged) → pairs
    ("nus-wide-tc21", False): 195_834,
    ("nus-wide-tc21", True): 190_421,
    ("nus-wide-tc10", False): 186_577,
    ("nus-wide-tc10", True): 181_365,
}
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
        published = {"pairs": PUBLISHED[name, tagged], "tags": 1_000, "labels": len(CONCEPTS[name])}
        check_counts(name, found, {"images": RELEASE_SIZE} | published)
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


def read_labels(release: Release, concepts: tuple[str, ...], images: int) -> np.ndarray:
    """Return the 0/1 matrix (images, concepts), from ``AllLabels/Labels_<concept>.txt``.

    ``TrainTestLabels`` says the same for two parts, and is not read: its Labels_lake_Train.txt has −1130179 for a 0.
    """
    known = read_lines(release, "Concepts81.txt")
    unknown = [concept for concept in concepts if concept not in known]
    if unknown:
        raise AdahError(f"{release.path}: Concepts81.txt does not name {unknown[0]!r}; is it NUS-WIDE?")
    return np.stack([read_concept(release, concept, images) for concept in concepts], axis=1)


def photos(release: Release, names: list[str]) -> ReleaseImages:
    """Return the images of these names that are there and decode, from ``Flickr/<folder>/<file>.jpg``."""
    files = release.under("Flickr")
    members = {name: files[f"{name}.jpg"] for name in names if f"{name}.jpg" in files}
    return readable_images(ReleaseImages(release, members), "nus-wide")
