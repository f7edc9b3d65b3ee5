"""SearchIndex: a model and the codes of one's own images and texts, in a folder; asked with words or a picture."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from adahlib.datasets.own.folder import FolderImages, Item
from adahlib.datasets.pictures import read_picture
from adahlib.errors import AdahError, check_whole
from adahlib.files import (
    SUMS,
    check_digests,
    checked_folder,
    file_digest,
    read_json,
    read_unchanged,
    restore,
    whole_folder,
    write_digests,
)
from adahlib.retrieval import BinaryCodes, HammingIndex, load_index, save_index
from adahlib.retrieval.index_files import HOLDS
from adahlib.search.image_model import ImageModel
from adahlib.search.model import EncodingModel, load_model

ABOUT, MODEL = "search.json", "model.pt"
FORMATS = "adahlib-search-"  # of all versions
FORMAT = f"{FORMATS}2"
SIDES = ("images", "texts")


@dataclass(frozen=True)
class Hit:
    """An answer to a search.

    Attributes:
        rank: from 1.
        distance: Hamming distance of its code to the query's, 0..q.
        item: the image and its text.

    Example:
        >>> from adahlib.search import Hit, Item
        >>> Hit(1, 2, Item("beach.jpg", "a beach")).item.text
        'a beach'
    """

    rank: int
    distance: int
    item: Item


class SearchIndex:
    """An index of your own images and texts, as codes of a trained model, which words or a picture search.

    Attributes:
        model: the model.
        folder: where the images are.
        items: images with their texts.
        indexes: the codes of the images, and those of the texts of the items that have one; ids are positions.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> from adahlib.datasets import miniature_pairs, write_folder, write_pairs
        >>> from adahlib.experiments import RunSpec, train
        >>> from adahlib.search import SearchIndex, load_model, read_folder, save_model
        >>> folder, pairs = Path(tempfile.mkdtemp()), miniature_pairs()
        >>> write_pairs(pairs, folder / "walls.h5")
        >>> spec = RunSpec(folder / "walls.h5", "itq", 8, backbone="gist")
        >>> save_model(spec, train(spec), folder / "model.pt")
        >>> table = write_folder(pairs, range(12), folder / "walls")
        >>> items = read_folder(folder / "walls", table)
        >>> index = SearchIndex.build(load_model(folder / "model.pt"), folder / "walls", items)
        >>> hit = index.search_image(pairs.images[3], 5)[0]
        >>> hit.rank, hit.distance
        (1, 0)
    """

    def __init__(
        self, model: EncodingModel | ImageModel, folder: Path, items: Sequence[Item], indexes: dict[str, HammingIndex]
    ):
        self.model, self.folder, self.items, self.indexes = model, Path(folder), list(items), indexes

    @classmethod
    def build(
        cls, model: EncodingModel | ImageModel, folder: Path | str, items: Sequence[Item], kind: str = "flat"
    ) -> "SearchIndex":
        """Encode items and return their index; shows progress.

        Args:
            model: what encodes them.
            folder: where the images are.
            items: images with their texts, as ``read_folder`` returns them.
            kind: of the ``HammingIndex``.

        Raises:
            AdahError: an image cannot be read, or the kind is unknown.
        """
        folder = Path(folder)
        indexes = {side: HammingIndex(model.method.bits, kind) for side in SIDES}
        indexes["images"].add(model.encode_images(FolderImages(folder, items)))
        with_text = [place for place, item in enumerate(items) if model.known_words(item.text)]
        if with_text:
            indexes["texts"].add(model.encode_texts([items[place].text for place in with_text]), with_text)
        return cls(model, folder, items, indexes)

    def search_text(self, text: str, k: int = 10, answers: str = "images") -> list[Hit]:
        """Return the k items whose image (or text, with ``answers="texts"``) is nearest to some words.

        Args:
            text: the words; those that the model does not know are left out.
            k: number of answers, at least 1.
            answers: ``"images"`` or ``"texts"``, whose codes are searched.

        Raises:
            AdahError: the model knows none of the words, or hashes images alone.
        """
        if isinstance(self.model, ImageModel):
            self.model.encode_texts([text])
        if not self.model.known_words(text):
            raise AdahError(f"the model knows no word of {text!r}; it knows {len(self.model.vocabulary)} words.")
        return self._hits(self.model.encode_texts([text]), k, answers)

    def search_image(self, picture: np.ndarray | Path | str, k: int = 10, answers: str | None = None) -> list[Hit]:
        """Return the k items whose text or image is nearest to a picture.

        Args:
            picture: one in memory, or its file.
            k: number of answers.
            answers: ``"texts"`` or ``"images"``; None for texts, and for images where the model hashes images alone.
        """
        answers = answers or ("images" if isinstance(self.model, ImageModel) else "texts")
        picture = picture if isinstance(picture, np.ndarray) else read_picture(picture)
        return self._hits(self.model.encode_images([picture]), k, answers)

    def _hits(self, codes: BinaryCodes, k: int, answers: str) -> list[Hit]:
        if answers not in SIDES:
            raise AdahError(f"answers={answers!r} must be images or texts.")
        if not len(self.indexes[answers]):
            raise AdahError("no item of this index has a text that the model knows; ask for images instead.")
        k = min(check_whole("k", k, 1), len(self.items))
        found = zip(*(part[0] for part in self.indexes[answers].search(codes, k)), strict=True)
        kept = [(int(distance), int(place)) for distance, place in found if place >= 0]
        return [Hit(rank, distance, self.items[place]) for rank, (distance, place) in enumerate(kept, start=1)]

    def save(self, target: Path | str, model_file: Path | str) -> None:
        """Write the index, with a copy of its model's file, as a new folder or in place of an older index.

        Args:
            target: the folder.
            model_file: the file that ``save_model`` wrote.

        Raises:
            AdahError: the folder is there and holds something else, or the model's file is another one by now.
        """
        with whole_folder(checked_target(target)) as temporary:
            for side in SIDES:
                save_index(self.indexes[side], temporary / side)
            shutil.copyfile(model_file, temporary / MODEL)
            if self.model.digest and file_digest(temporary / MODEL) != self.model.digest:
                raise AdahError(f"{model_file} is not the model that encoded these items; give the same command again.")
            about = {"format": FORMAT, "folder": str(self.folder.resolve()), "items": [asdict(i) for i in self.items]}
            (temporary / ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")
            write_digests(temporary)

    @classmethod
    def load(cls, source: Path | str) -> "SearchIndex":
        """Read an index back; codes stay on the disk until they are searched.

        Raises:
            AdahError: the folder is no search index, or one of its files is missing, truncated, damaged or foreign.
        """
        source = Path(source)
        restore(source)
        return read_unchanged(source, lambda: cls._read(source))

    @classmethod
    def _read(cls, source: Path) -> "SearchIndex":
        folder, items = read_about(source)
        check_digests(source)
        indexes = {side: load_index(source / side, memory_map=True) for side in SIDES}
        if any(len(index) and index.ids[-1] >= len(items) for index in indexes.values()):
            raise AdahError(f"{source} has codes of more items than it names; make it again with adah encode.")
        return cls(load_model(source / MODEL), folder, items, indexes)


def read_about(source: Path) -> tuple[Path, list[Item]]:
    """Return where the images of a search index are, and its items.

    Raises:
        AdahError: the folder is no search index, or one of another format.
    """
    try:
        about = read_json(source / ABOUT)
        if about["format"] != FORMAT:
            raise AdahError(f"{source} is a search index of another format; make it again with adah encode.")
        items = [Item(**item) for item in about["items"]]
        texts = [about["folder"], *(text for item in items for text in (item.image, item.text))]
        if not all(isinstance(text, str) for text in texts):
            raise ValueError("names and texts that are none")
    except AdahError:
        raise
    except (OSError, ValueError, TypeError, LookupError) as error:
        raise AdahError(f"{source} is no search index of adahlib; make one with adah encode.") from error
    return Path(about["folder"]), items


def checked_target(target: Path | str) -> Path:
    """Return the folder that an index is written to; raise AdahError if anything else is in it."""
    holds = {ABOUT, MODEL, *(f"{side}/{name}" for side in SIDES for name in (*HOLDS, SUMS))}
    return checked_folder(target, "a search index", holds, ABOUT, FORMATS)
