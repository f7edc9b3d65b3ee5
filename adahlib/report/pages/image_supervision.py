"""Page ``image_supervision``: MAP of SSGAH and its baseline by the number of labelled images."""

import pandas as pd

from adahlib.experiments.grids.images import ENDS
from adahlib.report.dots import MARKERS
from adahlib.report.drawing import COLUMN, PALETTE, Chart, new_figure
from adahlib.report.pages.gains import paired
from adahlib.report.pages.image_components import VARIANT_TITLES, with_variants
from adahlib.report.pages.image_rows import MAPS
from adahlib.report.summary import is_stale, summary
from adahlib.report.text import counts_in_words, mean_and_std, signed
from adahlib.report.wide import wide_table

PROTOCOL = 5_000  # labelled images, where a run names no other number


def curve(records: pd.DataFrame) -> pd.DataFrame:
    """Return mean and deviation of MAP by variant, number of labelled images and database, the column ``task``.

    Args:
        records: of the grids ``image-supervision`` and ``image-deep``, those of 48 bits.
    """
    return summary(with_sizes(records), ["variant", "labelled"], {name: name for name in MAPS})


def with_sizes(records: pd.DataFrame) -> pd.DataFrame:
    """Return the records of SSGAH with columns ``variant`` and ``labelled``, the number of labelled images."""
    records = with_variants(records)
    sizes = [record["spec"].get("train_size") or PROTOCOL for record in records.get("record", ())]
    return records.assign(labelled=sizes)


def gains(records: pd.DataFrame) -> pd.Series:
    """Return MAP of SSGAH minus that of its baseline by number of labelled images, the mean over seeds that both have.

    Args:
        records: as for ``curve``.
    """
    found = with_sizes(records)
    if found.empty:
        return pd.Series(dtype=float)
    found = found.assign(mean=found["map"], stale=is_stale(found))
    means = {size: paired(own, "variant", "full", "baseline")["gain"].mean() for size, own in found.groupby("labelled")}
    return pd.Series(means).dropna()


def supervision_table(found: pd.DataFrame) -> pd.DataFrame:
    """Return variants and databases down, numbers of labelled images across; the best of each column is bold.

    Args:
        found: as ``curve`` returns it.
    """
    cells = [
        {"Variant": VARIANT_TITLES[variant], "Database": f"{MAPS[task]} the labelled images"}
        | {"column": f"{row['labelled']:,} labelled", "value": row["mean"], "text": mean_and_std(row)}
        for task in MAPS
        for variant in ENDS
        for _, row in line_of(found, variant, task).iterrows()
    ]
    table = wide_table(pd.DataFrame(cells), "Database")
    counts = {VARIANT_TITLES[variant]: counts_in_words(line_of(found, variant, "map")["n"]) for variant in ENDS}
    return table.assign(n=table["Variant"].map(counts))


def line_of(found: pd.DataFrame, variant: str, task: str) -> pd.DataFrame:
    """Return a variant's rows of ``curve`` in one database, by rising numbers of labelled images."""
    return found[(found["variant"] == variant) & (found["task"] == task)].sort_values("labelled")


def supervision_figure(found: pd.DataFrame, told: str) -> Chart:
    """Return MAP over the number of labelled images, a panel a database and a line a variant.

    Args:
        found: as ``curve`` returns it.
        told: the alternative text.
    """
    figure, axes = new_figure(COLUMN, 3.8, 1, len(MAPS), sharey=True)
    sizes = sorted(set(found["labelled"]))
    for axis, (task, database) in zip(axes[0], MAPS.items(), strict=True):
        for variant, colour, marker in zip(ENDS, PALETTE, MARKERS, strict=False):
            line = line_of(found, variant, task)
            look = {"color": colour, "marker": marker, "label": VARIANT_TITLES[variant]}
            axis.errorbar(line["labelled"], line["mean"], line["std"].fillna(0), capsize=3, **look)
        axis.set(xscale="log", xlabel="labelled images", title=f"{database} the labelled images")
        axis.set_xticks(sizes, [f"{size:,}" for size in sizes], rotation=45)
        axis.minorticks_off()
    axes[0, 0].set_ylabel("MAP")
    axes[0, 0].legend(frameon=True)
    figure.alt = told
    return figure


def curve_in_words(records: pd.DataFrame) -> str:
    """Return what SSGAH adds to its baseline with the fewest and with the most labelled images that both have.

    Args:
        records: as for ``curve``.
    """
    found = gains(records)
    if found.empty:
        return "MAP by the number of labelled images; no number of them has both lines."
    told = [f"{signed(found[size])} with {size:,} labelled images" for size in dict.fromkeys(found.index[[0, -1]])]
    return (
        "In the database with the labelled images MAP of SSGAH minus that of its baseline, over the seeds that both "
        f"have, is {' and '.join(told)}."
    )
