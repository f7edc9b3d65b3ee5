"""Page ``image_components``: the component analysis of SSGAH, as printed and as measured, and its paired intervals."""

from collections.abc import Iterable

import pandas as pd

from adahlib.report.measured import rows_apart
from adahlib.report.pages.image_rows import DATASET, image_cells
from adahlib.report.slides import SLIDE_BITS, slide_components
from adahlib.report.summary import summary
from adahlib.report.text import STALE, signed

STARRED = " \\*: the interval *seeds and queries, all rows* of the difference to the baseline excludes zero."
# variant → its losses, from the least to the most
VARIANT_TITLES = {
    "baseline": "baseline: L_sr",
    "ar": "with L_ar",
    "ssr": "with L_ssr",
    "full": "with L_ssr and L_ar",
}


def with_variants(records: pd.DataFrame) -> pd.DataFrame:
    """Return the records of SSGAH with column ``variant``."""
    records = records[records["method"] == "ssgah"] if len(records) else records
    return records.assign(variant=[record["options"]["variant"] for record in records.get("record", ())])


def component_cells(
    records: pd.DataFrame, bits: Iterable[int] = SLIDE_BITS, dataset: str = DATASET, metric: str = "map"
) -> pd.DataFrame:
    """Return MAP by variant of SSGAH beside the printed component analysis, as ``result_cells`` has it.

    Args:
        records: of the grid ``image-deep``, or of another data set ``image-nuswide``.
        bits: code lengths.
        dataset: of the printed numbers: ``cifar10``, ``nus-wide``, or "" for none.
        metric: of ours: ``map``, or ``map_unlabelled`` for the database without the labelled images.
    """
    ours = summary(with_variants(records), ["variant", "bits"], {"map": metric})
    paper = slide_components()
    return image_cells(ours, paper[paper["dataset"] == dataset], "variant", VARIANT_TITLES, bits)


def differing_variants(measured: dict) -> set[tuple[str, str, int]]:
    """Return (row, task, bits) of the variants that differ from the baseline, for ``grid_table``; none if it is stale.

    Args:
        measured: the analysis ``components``, whose intervals over seeds and queries hold for all of its rows together.
    """
    apart = rows_apart(measured, against="baseline")
    return {(VARIANT_TITLES[row["variant"]], "map", row["bits"]) for row in apart}


def component_intervals_table(measured: dict, stale: str) -> pd.DataFrame:
    """Return the differences of MAP between variants with their intervals, of the analysis ``components``.

    Args:
        measured: of the analysis.
        stale: why it is not current, or "".
    """
    mark = STALE if stale else ""

    def between(row: dict, name: str) -> str:
        return f"{signed(row[f'{name}_low'])} to {signed(row[f'{name}_high'])}{mark}"

    return pd.DataFrame(
        {
            "Variants": f"{VARIANT_TITLES[row['variant']]} − {VARIANT_TITLES[row['against']]}",
            "Bits": row["bits"],
            "Difference": signed(row["difference"]) + mark,
            "Queries alone": between(row, "queries"),
            "Seeds and queries": between(row, "seeds"),
            "Seeds and queries, all rows": between(row, "family"),
            "n": row["n"],
        }
        for row in measured["rows"]
    )


def played_in_words(records: pd.DataFrame) -> str:
    """Return for what share of the anchors L_ar was not zero in the steps of G, by epoch; "" without such runs.

    Args:
        records: of the grid ``image-deep``; the share is the mean over a variant's runs, of all code lengths.
    """
    said = []
    for variant, own in with_variants(records).groupby("variant"):
        ends = [[record["history"][epoch].get("played") for epoch in (0, -1)] for record in own["record"]]
        if any(None in pair for pair in ends):
            continue
        first, last = pd.DataFrame(ends).mean()
        said.append(f"from {first:.2f} to {last:.2f} {VARIANT_TITLES[variant]}")
    if not said:
        return ""
    return (
        "In the steps of the generator, the share of anchors for which L_ar was not zero went from the first epoch to "
        f"the last, in the mean over all runs of this page, {', and '.join(said)}. From the other anchors the "
        "generator learned nothing by this loss."
    )
