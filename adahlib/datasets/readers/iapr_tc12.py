"""IAPR TC-12 with SAIAPR's labels: 20,000 pairs, 255 labels, captions as bags of words.

Sources: images and captions by Grubinger et al. (OntoImage 2006), labels by Escalante et al. (CVIU 2010), who marked
regions of every image with words of a list; 255 of the list are used. The papers' bag of words has 2,912 words by a
rule that was never published. Here it is ``texts.TOKEN_RULE`` and the words of most captions.
"""

import html
import re
from pathlib import Path

import numpy as np

from adahlib.datasets.catalogue import RELEASE_OF, check_counts
from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.releases.archives import TEXT_LIMIT
from adahlib.datasets.releases.images import ReleaseImages, readable_images
from adahlib.datasets.releases.opened import OpenedRelease, open_release
from adahlib.datasets.texts import TOKEN_RULE, bag_of_words, text_counts, vocabulary_of, words
from adahlib.errors import AdahError, check_whole
from adahlib.paths import data_root
from adahlib.progress import progress

PARTS = [("iaprtc12",), ("saiaprtc12ok", "saiapr_tc-12")]
HINT = (
    "place iaprtc12 (images, captions) and saiaprtc12ok (labels), each as zip, tar or folder, in ADAH_DATA, or let "
    "`adah data get iapr-tc12` fetch them."
)
NUMBER = "([0-9]{1,9})"
# what Windows-1252 has in the place of Latin-1's 32 control characters; it leaves five of them as they are
WINDOWS = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}
SPLIT = {"query": 2_000, "train": 10_000, "validation": 1_000}


def load(root: Path | str | None = None, vocabulary_size: int = 2_912, whole: bool = True) -> ImageTextPairs:
    """Return the labelled pairs, read from the archives or folders under ``root`` (default: ``ADAH_DATA``).

    A pair whose image or caption is missing or does not decode is left out, counted and named in ``provenance``: the
    whole release is reported to have 19,999 caption files for its 20,000 labelled images.

    Args:
        root: folder of releases.
        vocabulary_size: how many words of the captions are tags, the most frequent, ties in alphabetical order.
        whole: whether the release is to be the whole one, with the published counts; False reads a part of it.

    Raises:
        AdahError: an archive is missing, damaged or not of this release, or the counts are not the published ones.
    """
    vocabulary_size = check_whole("vocabulary_size", vocabulary_size, 1)
    release = open_release(Path(root) if root is not None else data_root(), PARTS, HINT)
    regions = read_regions(release)
    label_names, labels = label_matrix(regions, read_word_list(release))
    captions = read_captions(release)
    vocabulary = vocabulary_of(map(words, captions.values()), size=vocabulary_size)
    if whole:
        found = {"pairs": len(regions), "tags": len(vocabulary), "labels": len(label_names)}
        check_counts("iapr-tc12", found, RELEASE_OF["iapr-tc12"].published["iapr-tc12"] | {"tags": vocabulary_size})
    images = photos(release, [number for number in regions if number in captions])
    kept = [int(name) for name in images.names]
    left_out = sorted(set(regions) - set(kept))
    rows = {number: row for row, number in enumerate(regions)}
    return ImageTextPairs(
        name="iapr-tc12",
        ids=images.names,
        images=images,
        tags=bag_of_words([words(captions[i]) for i in kept], vocabulary),
        labels=labels[[rows[i] for i in kept]],
        vocabulary=tuple(vocabulary),
        label_names=label_names,
        image_hash=images.content_hash(),
        captions=tuple(captions[i] for i in kept),
        provenance={
            "title": "IAPR TC-12" if whole else "a part of IAPR TC-12",
            "source": "IAPR TC-12 (Grubinger et al., 2006) with SAIAPR's labels (Escalante et al., CVIU 2010)",
            "licence": "free of charge and without copyright restrictions, say its makers",
            "token_rule": TOKEN_RULE,
            "words_in_captions": len(text_counts(map(words, captions.values()))),
            "cut_pairs": len(regions),
            "left_out": len(left_out),
            "left_out_ids": [str(number) for number in left_out],
        },
    )


def read_regions(release: OpenedRelease) -> dict[int, set[int]]:
    """Return each image's label numbers by image number, from ``saiapr_tc-12/NN/labels.txt``: image region label."""
    files = {name: m for name, m in release.under("saiapr_tc-12").items() if re.fullmatch(r"\d\d/labels\.txt", name)}
    if not files:
        raise AdahError(f"{release.path} has no saiapr_tc-12/NN/labels.txt; {HINT}")
    regions: dict[int, set[int]] = {}
    for member in files.values():
        for place, line in enumerate(release.text(member).splitlines(), start=1):
            found = re.fullmatch(rf"\s*{NUMBER}\s+{NUMBER}\s+{NUMBER}\s*", line)
            if found:
                regions.setdefault(int(found[1]), set()).add(int(found[3]))
            elif line.strip():
                raise AdahError(f"{release.path}: {member}, line {place}: {line!r} is not 'image region label'.")
    return dict(sorted(regions.items()))


def read_word_list(release: OpenedRelease) -> dict[int, str]:
    """Return the label names by number, from ``wlist.txt``: number, tab, name; one name of the release is empty."""
    member, names = release.one("wlist.txt"), {}
    for place, line in enumerate(release.text(member).splitlines(), start=1):
        found = re.fullmatch(rf"\s*{NUMBER}(|\s.*)", line)
        if found and int(found[1]) not in names:
            names[int(found[1])] = found[2].strip() or f"label {found[1]}"
        elif line.strip():
            raise AdahError(f"{release.path}: {member}, line {place}: {line!r} is not a new 'number name'.")
    return names


def label_matrix(regions: dict[int, set[int]], names: dict[int, str]) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the names of the labels in use, in the list's order, and the 0/1 matrix (images, labels)."""
    used = sorted(set().union(*regions.values()))
    unknown = [number for number in used if number not in names]
    if unknown:
        raise AdahError(f"iapr-tc12: labels.txt has label {unknown[0]}, which wlist.txt does not name.")
    columns = {number: column for column, number in enumerate(used)}
    labels = np.zeros((len(regions), len(used)), dtype=np.uint8)
    for row, numbers in enumerate(regions.values()):
        labels[row, [columns[number] for number in numbers]] = 1
    return tuple(names[number] for number in used), labels


def read_captions(release: OpenedRelease) -> dict[int, str]:
    """Return each image's caption by image number, from ``annotations_complete_eng/NN/N.eng``."""
    files = release.under("annotations_complete_eng")
    captions: dict[int, str] = {}
    for name, member in progress(files.items(), desc="captions", unit="file"):
        if found := re.fullmatch(rf"\d\d/{NUMBER}\.eng", name):
            number = int(found[1])
            caption = read_caption(release, member, number)
            if captions.setdefault(number, caption) != caption:
                raise AdahError(f"{release.path}: image {number} has two captions, one of them in {member}.")
    if not captions:
        raise AdahError(f"{release.path} has no annotations_complete_eng/NN/N.eng; {HINT}")
    return captions


def read_caption(release: OpenedRelease, member: str, number: int) -> str:
    """Return the text of ``<DESCRIPTION>``; ``<IMAGE>``, if there, must name the image of the file's name."""
    data = release.read(member, TEXT_LIMIT)
    try:  # the release is Windows' Latin-1, where text that is UTF-8 too hardly occurs unless a copy was re-encoded
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1").translate(WINDOWS)
    found = re.findall(r"<DESCRIPTION>(.*?)</DESCRIPTION>", text, flags=re.DOTALL)
    image = re.search(r"<IMAGE>(.*?)</IMAGE>", text)
    if len(found) != 1 or "\0" in text:
        raise AdahError(f"{release.path}: {member} has {len(found)} <DESCRIPTION> in Latin-1; a caption has one.")
    if image and Path(image[1].strip()).stem != str(number):
        raise AdahError(f"{release.path}: {member} describes {image[1].strip()!r}, not image {number}.")
    return " ".join(html.unescape(found[0]).split())


def photos(release: OpenedRelease, numbers: list[int]) -> ReleaseImages:
    """Return the images of the numbers that are there and decode, from ``iaprtc12/images/NN/N.jpg``."""
    files: dict[int, str] = {}
    for name, member in release.under("images").items():
        found = re.fullmatch(rf"\d\d/{NUMBER}\.jpg", name)
        if found and files.setdefault(int(found[1]), member) != member:
            raise AdahError(f"{release.path}: {member} is a second image {found[1]}; keep one copy of the release.")
    members = {str(number): files[number] for number in numbers if number in files}
    return readable_images(ReleaseImages(release, members), "iapr-tc12")
