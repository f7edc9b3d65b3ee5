"""Data sets: each reader turns a published release into ImageTextPairs."""

import importlib
from pathlib import Path
from types import ModuleType

from adahlib.datasets.class_splits import make_class_split
from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.splits import Split, make_split
from adahlib.errors import AdahError, unknown_name

__all__ = ["DATASETS", "MEASURED", "ImageTextPairs", "Split", "dataset_split", "load_dataset", "make_split"]

# name → module with load(root, …) and SPLIT (the sizes of the published protocol), and which of the module's cuts it is
READERS = {
    "emoji-scenes": ("emoji_scenes", {}),
    "mirflickr25k": ("mirflickr25k", {}),
    "mirflickr25k-labels": ("mirflickr25k", {"name": "mirflickr25k-labels"}),
    "nus-wide-tc21": ("nus_wide", {}),
    "nus-wide-tc10": ("nus_wide", {"name": "nus-wide-tc10"}),
    "iapr-tc12": ("iapr_tc12", {}),
    "cifar10": ("cifar10", {}),
}
DATASETS = tuple(READERS)
MEASURED = ("emoji-scenes", "mirflickr25k")  # those that the book's records are about


def _reader(name: str) -> tuple[ModuleType, dict]:
    if name not in READERS:
        raise unknown_name("data set", name, READERS)
    module, cut = READERS[name]
    return importlib.import_module(f"adahlib.datasets.{module}"), cut


def load_dataset(name: str, root: Path | str | None = None, **options) -> ImageTextPairs:
    """Return the named data set, read from its release under ``root`` (default: ``ADAH_DATA``).

    Args:
        name: one of ``DATASETS``.
        root: folder of releases.
        options: further arguments of the reader's ``load``, e.g. ``vocabulary_size`` of IAPR TC-12.
    """
    module, cut = _reader(name)
    return module.load(root, **cut, **options)


def dataset_split(pairs: ImageTextPairs, seed: int = 0) -> Split:
    """Return the split that the data set brings along, or else that of its published protocol, drawn with ``seed``.

    Raises:
        AdahError: a seed other than 0 where nothing is drawn.
    """
    if pairs.split is not None:
        if seed:
            raise AdahError(f"{pairs.name} brings its own split along: there is none with split_seed={seed}.")
        return pairs.split
    sizes = _reader(pairs.name)[0].SPLIT
    draw = make_class_split if "query_per_class" in sizes else make_split
    return draw(pairs, **sizes, seed=seed)
