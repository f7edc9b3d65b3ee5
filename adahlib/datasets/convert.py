"""From what is in circulation to one clean file: ``adah data convert SOURCE TARGET.h5``."""

from pathlib import Path

from adahlib.datasets import DATASETS, dataset_split, load_dataset
from adahlib.datasets.clean_file import write_pairs
from adahlib.datasets.mat_exports import MatExport, load_mat
from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.splits import Split
from adahlib.errors import AdahError

SUFFIXES = (".h5", ".hdf5")


def convert(
    source: Path | str, target: Path | str, axes: str | None = None, photos: Path | str | None = None
) -> dict[str, object]:
    """Write a clean file of a data set and return what was found, by name, to be printed.

    Args:
        source: a ``.mat`` file, a folder of them, or the name of a data set that is read from its release.
        target: the clean file, ``*.h5``; one that is there is replaced when the new one is whole.
        axes, photos: as in ``load_mat``.

    Raises:
        AdahError: the source is in doubt or damaged, or the target is no ``.h5`` file.
    """
    if Path(target).suffix not in SUFFIXES:
        raise AdahError(f"{target}: a clean file is HDF5 and its name ends in {SUFFIXES[0]}.")
    if str(source) in DATASETS:
        pairs = load_dataset(str(source))
        split, facts = dataset_split(pairs), {}
    else:
        export = load_mat(source, axes, photos)
        pairs = export.pairs()
        split, facts = _split_and_facts(export, pairs)
    write_pairs(pairs, target, split)
    facts |= pairs.counts() | {"content_hash": pairs.content_hash()}
    return facts | ({"split": split.counts()} if split else {})


def _split_and_facts(export: MatExport, pairs: ImageTextPairs) -> tuple[Split | None, dict[str, object]]:
    """Return the export's split, if it has one that holds here, and what was found; the reason enters provenance."""
    facts = {"layout": export.layout, "shapes": export.shapes}
    if export.axes:
        facts["axes"] = export.axes
    try:
        return export.split, facts
    except AdahError as error:
        pairs.provenance["no_split"] = str(error)
        return None, facts | {"no_split": str(error)}
