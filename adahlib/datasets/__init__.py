"""Data sets: published ones read from their releases, the embedded emoji scenes, and one's own, as ``ImageTextPairs``.

What users need is here::

    pairs = load_dataset("mirflickr25k")  # or "emoji-scenes", or "own.h5"
    split = dataset_split(pairs, seed=0)

``readers`` and ``emoji`` make the pairs of the data sets that have a name; ``releases`` fetches and opens the files of
published ones, and ``catalogue`` says where they come from; ``own`` reads folders, Hugging Face data sets and clean
files; ``mat`` reads ``.mat`` exports. ``texts``, ``photos``, ``splits`` and ``leakage`` serve them all.
"""

import functools
import importlib
import warnings
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from adahlib.datasets.catalogue import find_release
from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.releases.tar import refusal_forgets
from adahlib.datasets.split_files import load_split, save_split
from adahlib.datasets.splits import (
    Split,
    check_labelled_queries,
    class_split_of_size,
    labelled_positions,
    make_class_split,
    make_labelled_split,
    make_split,
    unlabelled,
    with_train_size,
)
from adahlib.deprecation import renamed_arguments
from adahlib.errors import AdahError, unknown_name
from adahlib.files import FileState, file_state
from adahlib.lazy import names_on_use
from adahlib.paths import data_root

if TYPE_CHECKING:  # the names of ON_USE, for readers of types
    from adahlib.datasets.leakage import check_leakage
    from adahlib.datasets.mat.exports import load_mat
    from adahlib.datasets.miniature import miniature_pairs
    from adahlib.datasets.own.clean_file import read_pairs
    from adahlib.datasets.own.clean_write import write_pairs
    from adahlib.datasets.own.convert import convert, convert_own
    from adahlib.datasets.own.folder import read_folder, write_folder
    from adahlib.datasets.own.huggingface import pairs_from_huggingface
    from adahlib.datasets.own.pairs import read_own

# name → module, imported when the name is used, since h5py and Pillow take a while to load
ON_USE = {
    "check_leakage": "leakage",
    "convert": "own.convert",
    "convert_own": "own.convert",
    "load_mat": "mat.exports",
    "miniature_pairs": "miniature",
    "pairs_from_huggingface": "own.huggingface",
    "read_folder": "own.folder",
    "read_own": "own.pairs",
    "read_pairs": "own.clean_file",
    "write_folder": "own.folder",
    "write_pairs": "own.clean_write",
}
__all__ = [
    "DATASETS", "MEASURED", "ImageTextPairs", "Split",
    "load_dataset", "load_with_split", "is_pairs_file", "unknown_dataset",
    "dataset_split", "protocol_sizes", "make_split", "make_class_split", "with_train_size", "unlabelled",
    "save_split", "load_split", "check_leakage",
    "miniature_pairs", "read_own", "read_folder", "write_folder", "pairs_from_huggingface", "load_mat",
    "read_pairs", "write_pairs", "convert", "convert_own",
]  # fmt: skip

# name → module with load(root, …) and SPLIT (the sizes of the published protocol), and which of the module's cuts it is
READERS: dict[str, tuple[str, dict[str, Any]]] = {
    "emoji-scenes": ("emoji.scenes", {}),
    "emoji-scenes-seed1": ("readers.fresh_scenes", {"seed": 1}),
    "emoji-scenes-seed2": ("readers.fresh_scenes", {"seed": 2}),
    "mirflickr25k": ("readers.mirflickr25k", {}),
    "mirflickr25k-labels": ("readers.mirflickr25k", {"name": "mirflickr25k-labels"}),
    "nus-wide-tc21": ("readers.nus_wide", {}),
    "nus-wide-tc10": ("readers.nus_wide", {"name": "nus-wide-tc10"}),
    "nus-wide-images": ("readers.nus_wide_images", {}),
    "iapr-tc12": ("readers.iapr_tc12", {}),
    "cifar10": ("readers.cifar10", {}),
    "cifar10-validation": ("readers.cifar10_validation", {}),
}
#: Names of the data sets that have a reader, as ``load_dataset`` takes them.
DATASETS = tuple(READERS)
#: The two data sets for pairs on which the book's tables are measured.
MEASURED = ("emoji-scenes", "mirflickr25k")
PAIRS_FILES = (".h5", ".hdf5")  # what adah data convert writes

__getattr__, __dir__ = names_on_use(__name__, ON_USE)


def _reader(name: str) -> tuple[ModuleType, dict]:
    if name not in READERS:
        raise unknown_dataset(name)
    module, cut = READERS[name]
    return importlib.import_module(f"adahlib.datasets.{module}"), cut


def unknown_dataset(name: str | Path) -> AdahError:
    """Return the error for a data set that has no reader, with the nearest name or with what to do with a folder.

    Args:
        name: what was given as the name.

    Example:
        >>> from adahlib.datasets import unknown_dataset
        >>> print(unknown_dataset("mirflickr"))
        unknown data set 'mirflickr'; did you mean 'mirflickr25k'?
    """
    if Path(name).is_dir():
        file = f"{Path(name).resolve().name}.h5"
        return AdahError(f"{name} is a folder; convert it first: adah data convert {name} {file}")
    return unknown_name("data set", name, READERS)


def is_pairs_file(name: str | Path) -> bool:
    """Return whether a data set is given by its file, ``*.h5`` or ``*.hdf5``, and not by its name.

    Args:
        name: a name or a file, which need not exist.

    Example:
        >>> from adahlib.datasets import is_pairs_file
        >>> is_pairs_file("photos.h5"), is_pairs_file("PHOTOS.HDF5"), is_pairs_file("mirflickr25k")
        (True, True, False)
    """
    return Path(name).suffix.lower() in PAIRS_FILES


@renamed_arguments("1.0", root="data_folder")
def load_dataset(name: str | Path, data_folder: Path | str | None = None, **options: Any) -> ImageTextPairs:
    """Return the named data set, read from its release, or that of a file.

    Args:
        name: one of ``DATASETS``, or a file that ``write_pairs`` or ``adah data convert`` wrote.
        data_folder: folder of the releases; default: the environment variable ``ADAH_DATA``, or a folder of the user's.
        options: further arguments of the reader's ``load``, e.g. ``vocabulary_size`` of IAPR TC-12.

    Raises:
        AdahError: the name is unknown, or the release or the file is missing or damaged.

    Example:
        >>> import tempfile
        >>> from adahlib.datasets import load_dataset, miniature_pairs, write_pairs
        >>> file = tempfile.mkdtemp() + "/walls.h5"
        >>> write_pairs(miniature_pairs(), file)
        >>> load_dataset(file)
        <ImageTextPairs 'miniature': 60 pairs, 12 tags, 4 labels>
        >>> load_dataset("mirflickr25k")  # doctest: +SKIP
        <ImageTextPairs 'mirflickr25k': 20,015 pairs, 1,386 tags, 24 labels>
    """
    if is_pairs_file(name):
        from adahlib.datasets.own.clean_file import read_pairs

        return read_pairs(name)
    module, cut = _reader(str(name))
    with refusal_forgets():
        pairs = module.load(data_folder, **cut, **options)
    if not options:
        warn_of_other_pixels(pairs)
    return pairs


def warn_of_other_pixels(pairs: ImageTextPairs) -> None:
    """Warn where images that are made here are not those of the book's records: another Pillow draws other pixels."""
    known = find_release(pairs.name).pixels.get(pairs.name)
    if known and pairs.image_hash != known:
        packages = ", ".join(f"{name} {version}" for name, version in pairs.provenance["packages"].items())
        message = f"{pairs.name} drawn with {packages} has other pixels than the book's records were made from"
        warnings.warn(f"{message}; its numbers cannot be compared with theirs.", RuntimeWarning, stacklevel=3)


def dataset_split(pairs: ImageTextPairs, seed: int = 0) -> Split:
    """Return the split of a data set: its own, or that of its published protocol, drawn with ``seed``.

    Where there is no protocol, as for one's own data, a tenth of the pairs are queries, a twentieth validates and all
    others train. Of images alone it is so of those that have a label (``make_labelled_split``).

    Args:
        pairs: the data set.
        seed: seed of the draw, at least 0.

    Raises:
        AdahError: a seed other than 0 where nothing is drawn; too few pairs for the parts; among images alone, a query
            without a label, or fewer than three images with one.

    Example:
        >>> from adahlib.datasets import dataset_split, miniature_pairs
        >>> dataset_split(miniature_pairs(), seed=1).query.tolist()
        [24, 25, 27, 31, 44, 58]
    """
    if pairs.split is not None:
        if seed:
            raise AdahError(f"{pairs.name} brings its own split along: there is none with split_seed={seed}.")
        if not pairs.vocabulary:
            check_labelled_queries(pairs, pairs.split)
        return pairs.split
    if pairs.name not in READERS and not pairs.vocabulary:
        return make_labelled_split(pairs, seed)
    if pairs.name not in READERS:
        query, validation = max(1, len(pairs) // 10), len(pairs) // 20
        return make_split(pairs, query, len(pairs) - query - validation, validation, seed)
    sizes = _reader(pairs.name)[0].SPLIT
    draw = make_class_split if is_split_by_class(pairs.name) else make_split
    return draw(pairs, **sizes, seed=seed)


def protocol_sizes(dataset: str | Path) -> dict[str, int]:
    """Return the sizes of the parts of a data set's published protocol, by name; none for one's own data.

    Args:
        dataset: a name or a file.

    Example:
        >>> from adahlib.datasets import protocol_sizes
        >>> protocol_sizes("mirflickr25k"), protocol_sizes("photos.h5")
        ({'query': 2000, 'train': 10000, 'validation': 1000}, {})
    """
    return dict(_reader(str(dataset))[0].SPLIT) if str(dataset) in READERS else {}


def load_with_split(dataset: str | Path, split_seed: int, train_size: int = 0) -> tuple[ImageTextPairs, Split]:
    """Return a data set with its split; the two that were used last are read again only if their files have changed.

    Hashing, training and evaluating a run all need both.

    Args:
        dataset: as in ``load_dataset``.
        split_seed: as in ``dataset_split``.
        train_size: number of training pairs, as in ``with_train_size``, or of labelled images, as many of each class; 0
            means the protocol's.

    Raises:
        AdahError: as ``load_dataset``, ``dataset_split`` and ``with_train_size`` do.

    Example:
        >>> import tempfile
        >>> from adahlib.datasets import load_with_split, miniature_pairs, write_pairs
        >>> file = tempfile.mkdtemp() + "/walls.h5"
        >>> write_pairs(miniature_pairs(), file)
        >>> pairs, split = load_with_split(file, split_seed=1, train_size=30)
        >>> len(pairs), len(split.train)
        (60, 30)
    """
    pairs, split = _load_with_split(str(dataset), split_seed, data_state(dataset))
    if train_size and is_split_by_class(dataset):
        return pairs, class_split_of_size(pairs, protocol_sizes(dataset), train_size, split_seed)
    among = None if pairs.vocabulary else labelled_positions(pairs)
    return pairs, with_train_size(split, train_size, split_seed, among)


def is_split_by_class(dataset: str | Path) -> bool:
    """Return whether a data set's protocol draws queries and labelled images class by class."""
    return "query_per_class" in protocol_sizes(dataset)


def data_state(dataset: str | Path) -> tuple[FileState, ...]:
    """Return what changes when files of a data set are written anew: the state of its file, or of all releases.

    Of a release that was unpacked it is the state of its folder; files that change deeper inside are not noticed.
    """
    try:
        files = [dataset] if is_pairs_file(dataset) else sorted(data_root().iterdir())
    except OSError:  # there are no releases
        files = []
    return tuple(filter(None, map(file_state, files)))


@functools.lru_cache(maxsize=2)
def _load_with_split(dataset: str, split_seed: int, state: tuple[FileState, ...]) -> tuple[ImageTextPairs, Split]:
    pairs = load_dataset(dataset)
    return pairs, dataset_split(pairs, seed=split_seed)
