"""Page ``image_supervision``: MAP of SSGAH and its baseline by the number of labelled images."""

import pandas as pd

from adahlib.experiments.grids.images import ENDS
from adahlib.report.dots import MARKERS
from adahlib.report.drawing import COLUMN, PALETTE, Chart, new_figure
from adahlib.report.pages.image_components import VARIANT_TITLES, with_variants
from adahlib.report.summary import summary
from adahlib.report.text import mean_and_std, signed
from adahlib.report.wide import wide_table

PROTOCOL = 5_000  # labelled images, where a run names no other number


def curve(records: pd.DataFrame) -> pd.DataFrame:
    """Return mean and deviation of MAP by variant and number of labelled images.

    Args:
        records: of the grids ``image-supervision`` and ``image-deep``, those of 48 bits.
    """
    records = with_variants(records)
    sizes = [record["spec"].get("train_size") or PROTOCOL for record in records.get("record", ())]
    return summary(records.assign(labelled=sizes), ["variant", "labelled"], {"map": "map"})


def supervision_table(found: pd.DataFrame) -> pd.DataFrame:
    """Return the variants down and the numbers of labelled images across; the best of each column is bold.

    Args:
        found: as ``curve`` returns it.
    """
    cells = [
        {"Variant": VARIANT_TITLES[row["variant"]], "Whose": "ours", "column": f"{row['labelled']:,} labelled"}
        | {"value": row["mean"], "text": mean_and_std(row)}
        for variant in ENDS
        for _, row in found[found["variant"] == variant].sort_values("labelled").iterrows()
    ]
    return wide_table(pd.DataFrame(cells), "Whose").drop(columns="Whose")


def supervision_figure(found: pd.DataFrame) -> Chart:
    """Return MAP over the number of labelled images, a line a variant; bars are deviations over seeds.

    Args:
        found: as ``curve`` returns it.
    """
    figure, axes = new_figure(COLUMN, 3.8)
    axis = axes[0, 0]
    for variant, colour, marker in zip(ENDS, PALETTE, MARKERS, strict=False):
        line = found[found["variant"] == variant].sort_values("labelled")
        spread, look = line["std"].fillna(0), {"color": colour, "marker": marker, "label": VARIANT_TITLES[variant]}
        axis.errorbar(line["labelled"], line["mean"], spread, capsize=3, **look)
    sizes = sorted(set(found["labelled"]))
    axis.set(xscale="log", xlabel="labelled images", ylabel="MAP, whole database")
    axis.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axis.minorticks_off()
    axis.legend(frameon=True)
    figure.alt = curve_in_words(found)
    return figure


def curve_in_words(found: pd.DataFrame) -> str:
    """Return what SSGAH adds to its baseline with the fewest and with the most labelled images that both have."""
    means = found.pivot(index="labelled", columns="variant", values="mean").reindex(columns=ENDS).dropna()
    gains = (means["full"] - means["baseline"]).sort_index()
    if gains.empty:
        return "MAP by the number of labelled images; no number of them has both lines."
    told = [f"{signed(gains[size])} with {size:,} labelled images" for size in dict.fromkeys(gains.index[[0, -1]])]
    return f"MAP of SSGAH minus that of its baseline is {' and '.join(told)}."
