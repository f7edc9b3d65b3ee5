"""From one's own folder, or from what is in circulation, to one clean file: ``adah data convert SOURCE TARGET.h5``.

A clean file has its split in it, so that this is also how somebody else's split is used: ``--split FOLDER`` puts it
into the file, and ``adah run --dataset TARGET.h5`` trains and evaluates by it.
"""

from pathlib import Path
from typing import Any

from adahlib.datasets import DATASETS, PAIRS_FILES, dataset_split, is_pairs_file, load_dataset
from adahlib.datasets.leakage import check_leakage
from adahlib.datasets.mat.exports import MatExport, load_mat
from adahlib.datasets.own.clean_write import write_pairs
from adahlib.datasets.own.pairs import read_own
from adahlib.datasets.own.summary import first_of, summary
from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.split_files import load_parts, load_split
from adahlib.datasets.splits import Split, check_labelled_queries
from adahlib.errors import AdahError
from adahlib.files import check_target

COUNTED = {
    "no_texts": "images alone",
    "rows_merged": "rows merged",
    "without_words": "pairs without words",
    "without_labels": "pairs without labels",
    "token_rule": "words",
    "minimum_count": "minimum count",
}


def convert(
    source: Path | str,
    target: Path | str,
    axes: str | None = None,
    photos: Path | str | None = None,
    split: Path | str | None = None,
) -> dict[str, object]:
    """Write a clean file of a ``.mat`` export or of a named data set, and return what was found, by name.

    Args:
        source: a ``.mat`` file, a folder of them, or the name of a data set that is read from its release.
        target: the clean file, ``*.h5``; one that is there is replaced when the new one is whole.
        axes, photos: as in ``load_mat``.
        split: folder of ids by part (``load_split``), in the place of the export's or the published split; what leaks
            in it is among what was found.

    Raises:
        AdahError: the source is in doubt or damaged, the split is none, or the target is no ``.h5`` file.

    Example:
        >>> import tempfile
        >>> import scipy.io
        >>> from adahlib.datasets import convert, miniature_pairs
        >>> pairs, folder = miniature_pairs(), tempfile.mkdtemp()
        >>> features = pairs.images.reshape(60, -1) / 255
        >>> variables = {"FAll": features, "YAll": pairs.tags.toarray(), "LAll": pairs.labels}
        >>> scipy.io.savemat(f"{folder}/walls.mat", variables)
        >>> facts = convert(f"{folder}/walls.mat", f"{folder}/walls.h5")
        >>> facts["layout"], facts["pairs"], facts["tags"]
        ('fall-yall-lall', 60, 12)
    """
    if not is_pairs_file(target):
        raise AdahError(f"{target}: a clean file is HDF5 and its name ends in {PAIRS_FILES[0]}.")
    check_target(target)
    chosen: Split | None
    export = None if str(source) in DATASETS else load_mat(source, axes, photos)
    pairs = load_dataset(str(source)) if export is None else export.pairs()
    facts: dict[str, Any] = {}
    if export is not None:
        facts |= {"layout": export.layout, "axes": export.axes, "shapes": export.shapes}
    if split is not None:
        chosen, facts["leakage"] = split_of_files(pairs, split)
    else:
        chosen = dataset_split(pairs) if export is None else _own_split(export, pairs)
    write_pairs(pairs, target, chosen)
    facts |= pairs.counts() | {"content_hash": pairs.content_hash()} | summary(pairs)
    return facts | {"split": chosen.counts() if chosen else pairs.provenance.get("no_split", "none")}


def _own_split(export: MatExport, pairs: ImageTextPairs) -> Split | None:
    """Return the export's split, if it has one that holds here; if not, the reason enters provenance."""
    try:
        return export.split
    except AdahError as error:
        pairs.provenance["no_split"] = str(error)
        return None


def convert_own(
    folder: Path | str,
    target: Path | str,
    table: Path | str | None = None,
    minimum_count: int = 1,
    split: Path | str | None = None,
) -> dict[str, object]:
    """Write a clean file of your own folder, as ``read_own`` reads it, and return what was found, by name.

    Args:
        folder, table, minimum_count: as in ``read_own``.
        target: the clean file.
        split: folder of ids by part (``load_split``); without it the split is drawn when it is needed.

    Raises:
        AdahError: the folder or the CSV is of another form, or the split is none.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> from adahlib.datasets import convert_own, miniature_pairs, write_folder
        >>> folder = Path(tempfile.mkdtemp())
        >>> table = write_folder(miniature_pairs(), range(20), folder / "walls")
        >>> facts = convert_own(folder / "walls", folder / "walls.h5")
        >>> facts["pairs"], facts["labels"]
        (20, 4)
    """
    check_target(target)
    pairs = read_own(folder, table, minimum_count)
    chosen, leakage = split_of_files(pairs, split) if split else (None, None)
    write_pairs(pairs, target, chosen)
    counted = {title: pairs.provenance[name] for name, title in COUNTED.items() if name in pairs.provenance}
    lonely = {"pictures without a row": first_of(pairs.provenance["left_out_ids"])}
    facts = pairs.counts() | lonely | counted | summary(pairs)
    return facts | ({"split": chosen.counts(), "leakage": leakage} if chosen else {})


def split_of_files(pairs: ImageTextPairs, folder: Path | str) -> tuple[Split, str]:
    """Return the split that a folder of ids describes, and what leaks in it, in words."""
    leakage = check_leakage(pairs, load_parts(pairs, folder))
    chosen = load_split(pairs, folder)
    if not pairs.vocabulary:
        check_labelled_queries(pairs, chosen)
    return chosen, "none" if leakage.clean else f"found\n{leakage}"
