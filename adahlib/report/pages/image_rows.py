"""What the pages of image hashing share: printed rows and ours in one form, by method, features and bits."""

from collections.abc import Iterable, Mapping

import pandas as pd

from adahlib.experiments.grids.images import FEATURES
from adahlib.report.results_table import result_cells
from adahlib.report.slides import slide_results
from adahlib.report.text import signed

DATASET = "cifar10"
MAPS = {"map": "with", "map_unlabelled": "without"}  # the labelled images in the database
NAMES = {inputs: name for name, inputs in FEATURES.items()}
PRINTED_FEATURES = {"GIST": "GIST", "CNN 64": "CNN", "CNN 128": "CNN"}  # ours → those of the printed row


def slide_rows(features: str) -> pd.DataFrame:
    """Return the slides' cells of CIFAR-10 on these features: GIST, CNN, or "" for networks of their own."""
    cells = slide_results()
    return cells[(cells["dataset"] == DATASET) & (cells["features"] == features)]


def features_of(row: pd.Series) -> str:
    """Return the name of a record's features in ``FEATURES``, or "" for others."""
    spec = row["record"]["spec"]
    return NAMES.get((spec["backbone"], spec["image_size"]), "")


def with_features(records: pd.DataFrame) -> pd.DataFrame:
    """Return the records with column ``features``: the name of what they learn from."""
    return records.assign(features=[features_of(row) for _, row in records.iterrows()])


def image_cells(
    ours: pd.DataFrame, paper: pd.DataFrame, column: str, titles: Mapping[str, str], bits: Iterable[int]
) -> pd.DataFrame:
    """Return MAP of image hashing beside the printed numbers, as ``result_cells`` has it, in one direction.

    Args:
        ours: as ``summary`` returns it, by ``column`` and bits, of the task ``map``.
        paper: cells of the slides, with the same column.
        column: that tells the rows apart.
        titles: its values → what the rows are called.
        bits: code lengths.
    """
    rows = {name: name for name in titles}
    cells = result_cells(ours, paper.assign(task="map"), column, rows, bits, ("map",))
    return cells.assign(row=cells["row"].map(titles))


def whole_methods(records: pd.DataFrame) -> pd.DataFrame:
    """Return the records of the grid ``image-deep`` without those of SSGAH's lesser variants."""
    if not len(records):
        return records
    return records[[record["options"].get("variant", "full") == "full" for record in records["record"]]]


def ranges_in_words(values: pd.Series) -> str:
    """Return the range of each method's values: ``+0.090 to +0.110 (ITQ), …``; methods are the index's first level."""
    groups = values.groupby(level=0, sort=False)
    return ", ".join(f"{range_in_words(own)} ({name})" for name, own in groups)


def range_in_words(values: pd.Series) -> str:
    """Return the range of differences, ``+0.090 to +0.110``, or one number where both ends read alike."""
    return " to ".join(dict.fromkeys((signed(values.min()), signed(values.max()))))
