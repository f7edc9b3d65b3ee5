"""Page ``table2_top500``: top-500 MAP of our methods beside the paper's on other data, and ADAH minus the others."""

from collections.abc import Iterable

import pandas as pd

from adahlib.report.pages.gains import gain_cells
from adahlib.report.pages.table1_map import named_cells, named_paper
from adahlib.report.summary import of_datasets
from adahlib.report.titles import OWN_TITLES, dataset_title

PRINTED_ON = "iapr-tc12"
OTHERS = ("dvsh", "dcmh")


def top_cells(records: pd.DataFrame, bits: Iterable[int]) -> pd.DataFrame:
    """Return top-500 MAP on one of our data sets beside the paper's on its own, as ``result_cells`` has it."""
    return named_cells(records, named_paper(PRINTED_ON, 2), bits)


def ahead_cells(records: pd.DataFrame, bits: Iterable[int]) -> pd.DataFrame:
    """Return ADAH minus each other method on each of our data sets beside the paper's, as ``gain_cells`` has it."""
    paper = named_paper(PRINTED_ON, 2)
    parts = []
    for name, own in of_datasets(records):
        pairs = {f"minus {OWN_TITLES[m]}, {dataset_title(name)}": (("adah", m), ("adah", m)) for m in OTHERS}
        parts.append(gain_cells(own, paper, "method", pairs, bits))
    return pd.concat(parts, ignore_index=True)
