"""Data sets: each reader turns a published release into ImageTextPairs."""

from pathlib import Path

from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.splits import Split, make_split
from adahlib.errors import AdahError, unknown_name

__all__ = ["DATASETS", "ImageTextPairs", "Split", "dataset_split", "load_dataset", "make_split"]

# name -> module with load(root) and SPLIT (the sizes of the published protocol)
DATASETS = ("emoji-scenes", "mirflickr25k")


def _module(name: str):
    from adahlib.datasets import emoji_scenes, mirflickr25k

    modules = {"emoji-scenes": emoji_scenes, "mirflickr25k": mirflickr25k}
    if name not in modules:
        raise unknown_name("data set", name, modules)
    return modules[name]


def load_dataset(name: str, root: Path | str | None = None) -> ImageTextPairs:
    """Return the named data set, read from its release under ``root`` (default: ``ADAH_DATA``)."""
    return _module(name).load(root)


def dataset_split(pairs: ImageTextPairs, seed: int = 0) -> Split:
    """Return the split that the data set brings along, or else that of its published protocol, drawn with ``seed``.

    Raises:
        AdahError: a seed other than 0 where nothing is drawn.
    """
    if pairs.split is not None:
        if seed:
            raise AdahError(f"{pairs.name} brings its own split along: there is none with split_seed={seed}.")
        return pairs.split
    return make_split(pairs, **_module(pairs.name).SPLIT, seed=seed)
