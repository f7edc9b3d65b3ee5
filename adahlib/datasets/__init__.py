"""Data sets: each reader turns a published release into ImageTextPairs."""

import importlib
from pathlib import Path
from types import ModuleType

from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.splits import Split, make_class_split, make_split
from adahlib.errors import AdahError, unknown_name

__all__ = [
    *("DATASETS", "MEASURED", "ImageTextPairs", "Split", "dataset_split", "is_pairs_file", "load_dataset"),
    "make_split",
]

# name → module with load(root, …) and SPLIT (the sizes of the published protocol), and which of the module's cuts it is
READERS = {
    "emoji-scenes": ("emoji.scenes", {}),
    "mirflickr25k": ("readers.mirflickr25k", {}),
    "mirflickr25k-labels": ("readers.mirflickr25k", {"name": "mirflickr25k-labels"}),
    "nus-wide-tc21": ("readers.nus_wide", {}),
    "nus-wide-tc10": ("readers.nus_wide", {"name": "nus-wide-tc10"}),
    "iapr-tc12": ("readers.iapr_tc12", {}),
    "cifar10": ("readers.cifar10", {}),
}
DATASETS = tuple(READERS)
MEASURED = ("emoji-scenes", "mirflickr25k")  # those that the book's records are about
PAIRS_FILES = (".h5", ".hdf5")  # what adah data convert writes


def _reader(name: str) -> tuple[ModuleType, dict]:
    if name not in READERS:
        raise unknown_name("data set", name, READERS)
    module, cut = READERS[name]
    return importlib.import_module(f"adahlib.datasets.{module}"), cut


def is_pairs_file(name: str | Path) -> bool:
    """Return whether a data set is meant by its file, as ``adah data convert`` writes it, and not by its name."""
    return Path(name).suffix in PAIRS_FILES


def load_dataset(name: str | Path, root: Path | str | None = None, **options) -> ImageTextPairs:
    """Return the named data set, read from its release under ``root`` (default: ``ADAH_DATA``), or that of a file.

    Args:
        name: one of ``DATASETS``, or a file that ``adah data convert`` wrote.
        root: folder of releases.
        options: further arguments of the reader's ``load``, e.g. ``vocabulary_size`` of IAPR TC-12.
    """
    if is_pairs_file(name):
        from adahlib.datasets.own.clean_file import read_pairs

        return read_pairs(name)
    module, cut = _reader(name)
    return module.load(root, **cut, **options)


def dataset_split(pairs: ImageTextPairs, seed: int = 0) -> Split:
    """Return the split that the data set brings along, or else that of its published protocol, drawn with ``seed``.

    Where there is no protocol, as for one's own data, a tenth of the pairs are queries, a twentieth validates and all
    others train.

    Raises:
        AdahError: a seed other than 0 where nothing is drawn.
    """
    if pairs.split is not None:
        if seed:
            raise AdahError(f"{pairs.name} brings its own split along: there is none with split_seed={seed}.")
        return pairs.split
    if pairs.name not in READERS:
        query, validation = max(1, len(pairs) // 10), len(pairs) // 20
        return make_split(pairs, query, len(pairs) - query - validation, validation, seed)
    sizes = _reader(pairs.name)[0].SPLIT
    draw = make_class_split if "query_per_class" in sizes else make_split
    return draw(pairs, **sizes, seed=seed)
