"""Page ``image_hashing``, the other half of the slides' table: NUS-WIDE, whose photos have to be brought along."""

from collections.abc import Iterable

import pandas as pd

from adahlib.experiments.grids.images import SHALLOW_IMAGES
from adahlib.report.pages.image_rows import image_cells, whole_methods, with_features
from adahlib.report.slides import SLIDE_BITS, slide_results
from adahlib.report.summary import summary
from adahlib.report.titles import IMAGE_METHOD_TITLES


def nuswide_cells(records: pd.DataFrame, bits: Iterable[int] = SLIDE_BITS) -> pd.DataFrame:
    """Return MAP on NUS-WIDE beside every printed row, as ``result_cells`` has it, in the order of the slides.

    Args:
        records: of the grid ``image-nuswide``; there may be none.
        bits: code lengths.
    """
    records = with_features(whole_methods(records))
    kinds = [row_title(row["method"], row["features"]) for _, row in records.iterrows()]
    ours = summary(records.assign(kind=kinds), ["kind", "bits"], {"map": "map"})
    paper = slide_results().query("dataset == 'nus-wide'")
    paper = paper.assign(kind=[row_title(row["method"], row["features"]) for _, row in paper.iterrows()])
    return image_cells(ours, paper, "kind", {title: title for title in dict.fromkeys(paper["kind"])}, bits)


def row_title(method: str, features: str) -> str:
    """Return what a row is called, as the slides print it: shallow methods on CNN features are ``SDH + CNN``."""
    on_network = method in SHALLOW_IMAGES and features.startswith("CNN")
    return IMAGE_METHOD_TITLES[method] + " + CNN" * on_network
