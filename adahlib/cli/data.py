"""The commands ``adah data list | get | check | describe | convert | split``: sets of releases and of one's own."""

import sys
from pathlib import Path

from adahlib.errors import AdahError, check_whole
from adahlib.printable import printable
from adahlib.visible import visible_of_kind

SOURCE = "folder of images with a CSV (image, text, labels; without text: images alone) or of class folders; or .mat"


def add_data_parsers(commands) -> None:
    """Add ``adah data`` with its commands; without one it lists."""
    data = commands.add_parser("data", help="data sets: list, get, check, describe, convert, split")
    data.set_defaults(command=list_command)
    kinds = data.add_subparsers(metavar="list | get | check | describe | convert | split")
    listed = kinds.add_parser("list", help="all data sets, and which of their archives are here")
    listed.set_defaults(command=list_command)
    get = kinds.add_parser("get", help="fetch a release's files into ADAH_DATA; goes on where it stopped")
    get.add_argument("name", help="as adah data list shows it")
    get.add_argument("--mirror", action="append", default=[], metavar="URL", help="folder to try first; repeatable")
    get.set_defaults(command=get_command)
    check = kinds.add_parser("check", help="whether the files are the release's, and the counts and the split right")
    check.add_argument("name", help="a data set, or a file that adah data convert wrote")
    check.set_defaults(command=check_command)
    describe = kinds.add_parser("describe", help="what a data set is, where it comes from, and what was read")
    describe.add_argument("name", help="a data set, or a file that adah data convert wrote")
    describe.set_defaults(command=describe_command)
    convert = kinds.add_parser("convert", help="one clean file of a folder of your own, or of a .mat export")
    convert.add_argument("source", type=Path, help=SOURCE)
    convert.add_argument("target", type=Path, help="file to write, *.h5; adah run --dataset takes it")
    convert.add_argument("--texts", type=Path, help="of a folder: the CSV, if it is not the only one in it")
    convert.add_argument("--minimum-count", type=int, help="of a folder: texts with a word (default: 1)")
    convert.add_argument("--axes", help="of a .mat export: the order of its photos' axes, as NCWH (default: found)")
    convert.add_argument("--photos", type=Path, help="of a .mat export: the folder of the photos that it names")
    convert.add_argument("--split", type=Path, help="folder of ids by part, as adah data split writes it")
    convert.set_defaults(command=convert_command)
    split = kinds.add_parser("split", help="write the ids of each part as text, with a sha256")
    split.add_argument("name", help="a data set, or a file that adah data convert wrote")
    split.add_argument("folder", type=Path, help="where query.txt, database.txt, train.txt and validation.txt go")
    split.add_argument("--split-seed", type=int, default=0, help="of the random split (default: 0)")
    split.set_defaults(command=split_command)


def list_command(parsed) -> None:
    """Print a line for every data set."""
    from adahlib.datasets.catalogue import RELEASE_OF
    from adahlib.paths import data_root

    for name, release in RELEASE_OF.items():
        there = sum((data_root() / file.name).exists() for file in release.files)
        form = ", one needs a form" if any(file.form for file in release.files) else ""
        state = f"{there} of {len(release.files)} archives there{form}" if release.files else "made here"
        counts = ", ".join(f"{count:,} {what}" for what, count in release.published[name].items())
        print(f"{name:20}{counts}; {state}")


def get_command(parsed) -> int:
    """Fetch the files of a release one after another. Returns 1 if one of them is still missing, else 0."""
    from adahlib.datasets.catalogue import find_release
    from adahlib.datasets.releases.download import check_mirrors, fetch
    from adahlib.paths import data_root

    release, missing = find_release(parsed.name), 0
    check_mirrors(parsed.mirror)
    print(f"{release.title}, {release.page}; licence: {release.licence}", flush=True)
    for file in release.files:
        try:
            fetch(file, data_root(), parsed.mirror, say=lambda text: print(text, flush=True))
        except AdahError as error:
            print(f"adah: {error}", file=sys.stderr, flush=True)
            missing += 1
    if release.note:
        print(f"then: {release.note}")
    if not release.files:
        print("made here: nothing to fetch")
    return int(missing > 0)


def check_command(parsed) -> int:
    """Print whether files, counts and split are as they should be. Returns 1 if something is not, else 0."""
    from adahlib.datasets import check_leakage, dataset_split, load_dataset
    from adahlib.datasets.catalogue import RELEASE_OF

    release = RELEASE_OF.get(parsed.name)
    right = [file_is_right(file) for file in release.files] if release else []
    pairs = load_dataset(parsed.name)
    published = release.published[parsed.name] if release else {}
    for what, count in pairs.counts().items():
        left_out = pairs.provenance.get("left_out", 0) if what == "pairs" else 0
        right.append(published.get(what, count + left_out) == count + left_out)
        more = f" (and {left_out:,} left out)" if left_out else ""
        print(f"{what}: {count:,}{more}" + (f", published {published[what]:,}" if published else ""))
    leakage = check_leakage(pairs, dataset_split(pairs))
    print(printable(f"leakage of the split: {'none' if leakage.clean else f'found{chr(10)}{leakage}'}", lines=True))
    return int(not (all(right) and leakage.clean))


def file_is_right(file) -> bool:
    """Print what a release's file is; return False if it is another file. One that is absent may lie unpacked."""
    from adahlib.datasets.releases.hashes import checked
    from adahlib.paths import data_root

    path = data_root() / file.name
    if not path.exists():
        print(f"{file.name}: not there")
        return True
    try:
        print(f"{file.name}: there, {checked(file, path)}")
    except AdahError as error:
        print(error)
        return False
    return True


def describe_command(parsed) -> None:
    """Print what is known of a data set, then load it and print its counts and provenance."""
    from adahlib.datasets import load_dataset
    from adahlib.datasets.catalogue import RELEASE_OF

    release = RELEASE_OF.get(parsed.name)
    if release:
        for name in ("title", "about", "licence", "page", "evidence"):
            print(f"{name}: {getattr(release, name)}")
        counts = ", ".join(f"{count:,} {what}" for what, count in release.published[parsed.name].items())
        print(f"published: {counts}\n\nas it is here:", flush=True)
    pairs = load_dataset(parsed.name)
    print_facts(pairs.counts() | {"content_hash": pairs.content_hash()} | pairs.provenance)


def convert_command(parsed) -> None:
    """Write one clean file and print what it holds; with ``--split`` it holds somebody else's split."""
    from adahlib.datasets import DATASETS, convert, convert_own, is_pairs_file

    if not is_pairs_file(parsed.target):
        raise AdahError(f"{parsed.target}: a clean file is HDF5 and its name ends in .h5.")
    if not parsed.source.exists() and parsed.source.suffix.lower() != ".mat" and str(parsed.source) not in DATASETS:
        raise AdahError(
            f"{parsed.source} is missing; give a folder of pictures, a .mat export, or a data set of adah data list."
        )
    if parsed.source.is_dir() and not visible_of_kind(parsed.source, ".mat"):
        refuse_flags(parsed, "a folder of your own", ("axes", "photos"))
        minimum_count = 1 if parsed.minimum_count is None else parsed.minimum_count
        facts = convert_own(parsed.source, parsed.target, parsed.texts, minimum_count, parsed.split)
    elif str(parsed.source) in DATASETS:
        refuse_flags(parsed, "a named data set", ("texts", "minimum_count", "axes", "photos"))
        facts = convert(parsed.source, parsed.target, split=parsed.split)
    else:
        refuse_flags(parsed, "no folder of your own", ("texts", "minimum_count"))
        facts = convert(parsed.source, parsed.target, parsed.axes, parsed.photos, parsed.split)
    print_facts({"file": parsed.target} | facts)


def refuse_flags(parsed, what: str, names: tuple[str, ...]) -> None:
    """Raise AdahError if a flag was given that says nothing of this kind of source."""
    for name in names:
        if getattr(parsed, name) is not None:
            flag = f"--{name.replace('_', '-')}"
            raise AdahError(f"{flag} says nothing of {parsed.source}, which is {what}; leave it out.")


def split_command(parsed) -> None:
    """Write the split of a data set as files of ids, and print how many are in each."""
    from adahlib.datasets import dataset_split, load_dataset, save_split
    from adahlib.datasets.split_files import HOLDS
    from adahlib.files import checked_folder

    check_whole("--split-seed", parsed.split_seed, 0)
    checked_folder(parsed.folder, "a split", HOLDS)
    pairs = load_dataset(parsed.name)
    split = dataset_split(pairs, parsed.split_seed)
    save_split(split, pairs, parsed.folder)
    print_facts({"folder": parsed.folder} | split.counts())


def print_facts(facts: dict) -> None:
    """Print one ``name: value`` a line; the items of a list stand below its name."""
    for name, value in facts.items():
        shown = "".join(f"\n  {printable(item)}" for item in value) if isinstance(value, list) else f" {value}"
        print(printable(f"{name}:{shown}", lines=True))
