"""Data sets: each reader turns a published release into ImageTextPairs."""

from pathlib import Path

from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.splits import Split, make_split
from adahlib.errors import unknown_name

__all__ = ["DATASETS", "ImageTextPairs", "Split", "dataset_split", "is_pairs_file", "load_dataset", "make_split"]

# name -> module with load(root) and SPLIT (the sizes of the published protocol)
DATASETS = ("emoji-scenes", "mirflickr25k")
PAIRS_FILES = (".h5", ".hdf5")  # what adah data convert writes


def _module(name: str):
    from adahlib.datasets import emoji_scenes, mirflickr25k

    modules = {"emoji-scenes": emoji_scenes, "mirflickr25k": mirflickr25k}
    if name not in modules:
        raise unknown_name("data set", name, modules)
    return modules[name]


def is_pairs_file(name: str | Path) -> bool:
    """Return whether a data set is meant by its file, as ``adah data convert`` writes it, and not by its name."""
    return Path(name).suffix in PAIRS_FILES


def load_dataset(name: str | Path, root: Path | str | None = None) -> ImageTextPairs:
    """Return the named data set, read from its release under ``root`` (default: ``ADAH_DATA``), or that of a file."""
    if is_pairs_file(name):
        from adahlib.datasets.clean_file import read_pairs

        return read_pairs(name)
    return _module(name).load(root)


def dataset_split(pairs: ImageTextPairs, seed: int = 0) -> Split:
    """Return the split of the data set's published protocol, drawn with ``seed``.

    Where there is no protocol, as for one's own data, a tenth of the pairs are queries, a twentieth validates and all
    others train.
    """
    if pairs.name in DATASETS:
        return make_split(pairs, **_module(pairs.name).SPLIT, seed=seed)
    query, validation = max(1, len(pairs) // 10), len(pairs) // 20
    return make_split(pairs, query, len(pairs) - query - validation, validation, seed)
