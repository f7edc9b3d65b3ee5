"""A search index with items more or less: what it has is not encoded again, and it is as if it were made anew.

Encoding takes nearly all the time of making an index, and its codes are small: eight bytes an image at 64 bits. So the
folder is written anew, in one step, from the codes that are there and those of the new items.
"""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np

from adahlib.datasets.own.folder import Item, read_folder
from adahlib.errors import AdahError
from adahlib.files import waiting_lock
from adahlib.printable import printable
from adahlib.retrieval import BinaryCodes, HammingIndex
from adahlib.search.search_index import MODEL, SIDES, SearchIndex, checked_target, read_about


def grown(index: SearchIndex, items: Sequence[Item], remove: Collection[str] = ()) -> SearchIndex:
    """Return an index with items more and items less, equal to one built of all of them.

    Args:
        index: stays as it is.
        items: those whose image the index has are left out: they keep the text that they have there.
        remove: images, named as in ``index.items``, which are left out.

    Raises:
        AdahError: an image to remove is not in the index, or nothing would be left in it.
    """
    held, gone = {item.image for item in index.items}, set(remove)
    if unknown := sorted(gone - held):
        raise AdahError(f"{unknown[0]!r} is no image of the index; name it as adah search prints it.")
    new = [item for item in items if item.image not in held]
    everything = sorted([item for item in index.items if item.image not in gone] + new, key=lambda item: item.image)
    if not everything:
        raise AdahError("nothing would be left in the index; delete its folder if that is meant.")
    added = [SearchIndex.build(index.model, index.folder, new)] if new else []
    places = {item.image: place for place, item in enumerate(everything)}
    sides = {side: joined([index, *added], side, places) for side in SIDES}
    return SearchIndex(index.model, index.folder, everything, sides)


def as_named(image: str, held: Collection[str]) -> str:
    """Return the image that a name means: its own, or the one that ``adah search`` prints so, with escapes."""
    shown = [name for name in held if printable(name) == image]
    return shown[0] if len(shown) == 1 else image


def index_lock(target: Path) -> AbstractContextManager[None]:
    """Return the lock under which an index is made or changed: ``with`` it, others that do so wait."""
    return waiting_lock(target.with_name(f".{target.name}.lock"), f"a change to {target}")


def joined(sources: Sequence[SearchIndex], side: str, places: dict[str, int]) -> HammingIndex:
    """Return the codes that some indexes have of one side, under the new places of their items; others are left out.

    Args:
        sources: the first one's kind and settings are those of the result.
        side: ``"images"`` or ``"texts"``.
        places: image → place.
    """
    first = sources[0].indexes[side]
    packed, ids = [first.codes.packed[:0]], []
    for source in sources:
        names = [source.items[place].image for place in source.indexes[side].ids]
        kept = [row for row, name in enumerate(names) if name in places]
        packed.append(source.indexes[side].codes.packed[kept])
        ids += [places[names[row]] for row in kept]
    result = HammingIndex(first.bits, first.kind, **first.settings)
    result.add(BinaryCodes(np.concatenate(packed), first.bits), np.array(ids, np.int64))
    return result


def grow_folder(
    target: Path | str, append: bool, texts: Path | str | None = None, remove: Collection[str] = ()
) -> tuple[SearchIndex, int]:
    """Change the index in a folder, in one step; a second process that does so waits.

    Args:
        target: a folder that ``SearchIndex.save`` wrote.
        append: add the images of its folder of images that it does not have.
        texts: their texts, as ``read_folder`` takes them.
        remove: images to remove, by their names or as ``adah search`` prints these; they are not added again by the
            same call.

    Returns:
        The index as it is now, and how many items were added.

    Raises:
        AdahError: the folder is no search index or damaged, its images are not where they were, or as ``grown``.
    """
    target = Path(target).resolve()
    read_about(target)  # before a lock is left beside what is no index
    checked_target(target)  # before anything is encoded
    with index_lock(target):
        index = SearchIndex.load(target)
        held = {item.image for item in index.items}
        remove = {as_named(image, held) for image in remove}
        items = new_items(index, texts, remove) if append else []
        result = grown(index, items, remove)
        added = len(result.items) - (len(index.items) - len(remove))
        if added or remove:
            result.save(target, target / MODEL)
    return result, added


def new_items(index: SearchIndex, texts: Path | str | None, remove: Collection[str]) -> list[Item]:
    """Return the items of an index's folder of images, without those to remove.

    Raises:
        AdahError: the folder is not there any more, or as ``read_folder``.
    """
    if not index.folder.is_dir():
        raise AdahError(
            f"{index.folder}, the folder of images of this index, is not there; move the images back, or make a new "
            "index with adah encode --model and --images."
        )
    return [item for item in read_folder(index.folder, texts) if item.image not in remove]
