"""The commands ``adah encode`` and ``adah search``: one's own images and texts, with a trained model."""

import sys
from pathlib import Path

from adahlib.errors import AdahError
from adahlib.printable import printable


def add_search_parsers(commands) -> None:
    """Add ``adah encode`` and ``adah search``."""
    encode = commands.add_parser("encode", help="make an index of a folder of images and a CSV of texts")
    encode.add_argument("--model", type=Path, help="a file that adah run --model wrote")
    encode.add_argument("--images", type=Path, help="folder of images, of any size")
    encode.add_argument("--texts", type=Path, help="CSV with the columns image and text")
    encode.add_argument("--index", type=Path, required=True, help="folder to write the index to")
    encode.add_argument("--codes", type=Path, help="with the index, write the codes to a folder, as NumPy arrays")
    encode.add_argument("--kind", help="flat (exact, default), ivf, hnsw or multihash")
    encode.add_argument("--append", action="store_true", help="add the images of its folder that an index lacks")
    again = "remove images from an index; where their files stay in the folder, the next --append adds them again"
    encode.add_argument("--remove", nargs="+", default=[], metavar="IMAGE", help=again)
    encode.set_defaults(command=encode_command)
    search = commands.add_parser("search", help="ask an index with words or with a picture")
    search.add_argument("--index", type=Path, required=True, help="a folder that adah encode wrote")
    asked = search.add_mutually_exclusive_group(required=True)
    asked.add_argument("--text", help="words to ask with")
    asked.add_argument("--image", type=Path, help="an image file to ask with, of any size")
    search.add_argument("--answers", choices=("images", "texts"), help="what to rank (default: the other modality)")
    search.add_argument("-k", type=int, default=10, help="number of answers (default: 10)")
    search.add_argument("--html", type=Path, help="also write a page with the answers' pictures")
    search.set_defaults(command=search_command)


def encode_command(parsed) -> None:
    """Encode a folder, or change an index that is there, and print what was written."""
    if parsed.append or parsed.remove:
        return grow_command(parsed)
    if not parsed.model or not parsed.images:
        raise AdahError("a new index needs --model and --images; --append and --remove change one that is there.")
    from adahlib.search import SearchIndex, load_model, read_folder
    from adahlib.search.growing import index_lock
    from adahlib.search.search_index import checked_target

    checked_target(parsed.index)
    check_codes(parsed)
    items = read_folder(parsed.images, parsed.texts)
    with index_lock(parsed.index.resolve()):
        index = SearchIndex.build(load_model(parsed.model), parsed.images, items, parsed.kind or "flat")
        index.save(parsed.index, parsed.model)
    print(f"{parsed.index}: {described(index)}")
    codes_of(index, parsed.codes)


def grow_command(parsed) -> None:
    """Add to an index and remove from it, and print what was done."""
    given = [f"--{name}" for name in ("model", "images", "kind") if getattr(parsed, name)]
    if given:
        raise AdahError(
            f"an index keeps its model, its folder of images and its kind; leave out {' and '.join(given)}."
        )
    if parsed.texts and not parsed.append:
        raise AdahError("--texts are those of images that are added; give --append too.")
    from adahlib.search.growing import grow_folder

    check_codes(parsed)
    index, added = grow_folder(parsed.index, parsed.append, parsed.texts, parsed.remove)
    print(f"{parsed.index}: {added} added, {len(set(parsed.remove))} removed; {described(index)}")
    codes_of(index, parsed.codes)


def check_codes(parsed) -> None:
    """Raise AdahError if codes cannot be written to where they shall be, before anything is encoded."""
    if parsed.codes is None:
        return
    from adahlib.search.code_folder import code_folder

    codes, index = code_folder(parsed.codes), parsed.index.resolve()
    if codes.is_relative_to(index) or index.is_relative_to(codes):
        raise AdahError(f"--codes {parsed.codes} and --index {parsed.index} lie in one another; keep them apart.")


def codes_of(index, folder: Path | None) -> None:
    """Write the codes of an index to a folder and print what they are, where one is given."""
    if folder is None:
        return
    from adahlib.search import write_codes

    write_codes(index, folder)
    print(f"{folder}: the codes, with the images' names, as NumPy arrays")


def described(index) -> str:
    """Return how many images and texts an index has, of how many bits, and its kind."""
    images = index.indexes["images"]
    return f"{len(images)} images and {len(index.indexes['texts'])} texts, {images.bits} bits, {images.kind}"


def search_command(parsed) -> None:
    """Ask an index and print the answers as a table."""
    from adahlib.datasets.pictures import read_picture
    from adahlib.files import check_target
    from adahlib.search import SearchIndex
    from adahlib.search.sheet import write_sheet

    if parsed.html:
        check_target(parsed.html)
        if parsed.html.resolve().is_relative_to(parsed.index.resolve()):
            raise AdahError(f"--html {parsed.html} lies in the index, which holds its own files alone; give another.")
    index = SearchIndex.load(parsed.index)
    picture = None if parsed.image is None else read_picture(parsed.image)
    if picture is None:
        hits = index.search_text(parsed.text, parsed.k, parsed.answers or "images")
        if unknown := index.model.unknown_words(parsed.text):
            print(f"adah: left out, since the model does not know it: {', '.join(unknown)}", file=sys.stderr)
    else:
        hits = index.search_image(picture, parsed.k, parsed.answers)
    print("rank  distance  image  text")
    for hit in hits:
        image, text = printable(hit.item.image), printable(hit.item.text[:80])
        print(f"{hit.rank:>4}  {hit.distance:>8}  {image}  {text}")
    if parsed.html:
        title = f"“{parsed.text}”" if picture is None else parsed.image.name
        write_sheet(parsed.html, title, hits, index.folder, picture)
        print(f"pictures of {printable(index.folder)}: {printable(parsed.html)}")
