"""Page ``image_hashing``: MAP with the labelled images in the database and without them."""

import pandas as pd

from adahlib.experiments.grids.images import FEATURES
from adahlib.report.pages.image_rows import MAPS, ranges_in_words, with_features
from adahlib.report.pages.image_shallow_rows import TITLES
from adahlib.report.summary import summary
from adahlib.report.text import counts_in_words, mean_and_std
from adahlib.report.titles import IMAGE_METHOD_TITLES
from adahlib.report.wide import wide_table

SMALL = 0.001  # a difference of MAP that is not worth a number


def database_cells(records: pd.DataFrame) -> pd.DataFrame:
    """Return MAP in both databases, the labelled images among them or not, in the order of features and methods.

    Columns are those of ``summary`` by features, method and bits; task names the database.
    """
    found = summary(with_features(records), ["features", "method", "bits"], {name: name for name in MAPS})
    ranks = {name: rank for rank, name in enumerate((*FEATURES, *IMAGE_METHOD_TITLES, *MAPS))}
    found = found.sort_values(["features", "method", "task"], key=lambda names: names.map(ranks), kind="stable")
    return found.assign(method=found["method"].map(IMAGE_METHOD_TITLES), task=found["task"].map(MAPS))


def both_databases_table(cells: pd.DataFrame, bits: int) -> pd.DataFrame:
    """Return MAP in both databases at one code length: methods down, features and databases across.

    Args:
        cells: as ``database_cells`` returns them.
        bits: code length.
    """
    cells = cells[cells["bits"] == bits]
    if cells.empty:
        return pd.DataFrame()
    wide = pd.DataFrame({"Method": cells["method"], "column": cells["features"].map(TITLES) + ", " + cells["task"]})
    texts = [mean_and_std(row) for _, row in cells.iterrows()]
    shown = wide_table(wide.assign(value=cells["mean"], text=texts))
    return shown.assign(n=[counts_in_words(cells.loc[cells["method"] == name, "n"]) for name in shown["Method"]])


def database_in_words(cells: pd.DataFrame) -> str:
    """Return by how much MAP changes without the labelled images in the database, for each method.

    Args:
        cells: as ``database_cells`` returns them.
    """
    wide = cells.pivot_table("mean", ["method", "features", "bits"], "task", sort=False)
    changed = wide["without"] - wide["with"]
    large = changed.abs().groupby(level=0).transform("max") >= SMALL
    said = [ranges_in_words(changed[large])] if large.any() else []
    said += [f"less than {SMALL} for {'the other methods' if large.any() else 'every method'}"] * (not large.all())
    return f"Without the labelled images in the database the MAP changes by {', and by '.join(said)}."
