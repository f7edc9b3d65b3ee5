"""Page ``image_hashing``: the shallow rows of the table on each kind of features, beside the printed ones."""

from collections.abc import Iterable, Sequence

import pandas as pd

from adahlib.experiments import RunSpec
from adahlib.experiments.grids.images import FEATURES
from adahlib.experiments.grids.lists import grid, matching, select
from adahlib.report.pages.image_rows import (
    PRINTED_FEATURES,
    image_cells,
    range_in_words,
    ranges_in_words,
    slide_rows,
    with_features,
)
from adahlib.report.slides import SLIDE_BITS
from adahlib.report.summary import summary
from adahlib.report.titles import IMAGE_METHOD_TITLES

TITLES = {"GIST": "GIST", "CNN 64": "CNN (64 px)", "CNN 128": "CNN (128 px)"}  # of features, in figures and tables
OURS = {"GIST": "ours", "CNN 64": "ours, 64 px", "CNN 128": "ours, 128 px"}  # in a table with the printed row


def shallow_row_runs(methods: Sequence[str], bits: Sequence[int]) -> list[RunSpec]:
    """Return the runs of the shallow rows; those of ITQ are followed by ITQ fitted on the labelled images alone."""
    specs = select("image-shallow", methods=methods, bits=bits)
    return specs + (matching(grid("image-itq-labelled"), {"bits": bits}) if "itq" in methods else [])


def shallow_cells(records: pd.DataFrame, bits: Iterable[int] = SLIDE_BITS) -> dict[str, pd.DataFrame]:
    """Return MAP of the shallow methods by the name of their features, each beside the printed row of its kind.

    Args:
        records: of the grids ``image-shallow`` and ``image-itq-labelled``.
        bits: code lengths.
    """
    records, found = with_features(records), {}
    for name in (name for name in FEATURES if name in set(records["features"])):
        own = records[records["features"] == name]
        ours = summary(own, ["method", "bits"], {"map": "map"})
        paper = slide_rows(PRINTED_FEATURES[name])
        titles = {method: title for method, title in IMAGE_METHOD_TITLES.items() if method in set(own["method"])}
        found[name] = image_cells(ours, paper, "method", titles, bits)
    return found


def by_printed_features(cells: dict[str, pd.DataFrame]) -> dict[str, dict[str, pd.DataFrame]]:
    """Return the cells of ``shallow_cells`` by the features of the printed rows, then by what ours are called there."""
    found: dict[str, dict[str, pd.DataFrame]] = {}
    for name, own in cells.items():
        found.setdefault(PRINTED_FEATURES[name], {})[OURS[name]] = own
    return found


def shallow_in_words(cells: dict[str, pd.DataFrame]) -> str:
    """Return in two sentences what larger images change, and what ITQ loses with the labelled images alone.

    Args:
        cells: as ``shallow_cells`` returns them.
    """
    ours = {name: own.set_index(["row", "bits"])["ours"] for name, own in cells.items()}
    said: list[str] = []
    if not ours:
        return ""
    if {"CNN 64", "CNN 128"} <= set(ours):
        grown = (ours["CNN 128"] - ours["CNN 64"]).reindex(ours["CNN 128"].index).dropna()
        said.append(f"From images of 64 px to images of 128 px the MAP changes by {ranges_in_words(grown)}.")
    found = pd.concat(ours).unstack("row")
    titles = [IMAGE_METHOD_TITLES[name] for name in ("itq", "itq-labelled")]
    every, few = (found.reindex(columns=titles)[title] for title in titles)
    lost = (few - every).dropna()
    if len(lost):
        said.append(
            f"ITQ fitted on the labelled images alone differs from ITQ fitted on the whole database by "
            f"{range_in_words(lost)}."
        )
    return " ".join(said)
