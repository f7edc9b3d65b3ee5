"""Page ``image_supervision``: MAP of SSGAH and its baseline by the number of labelled images."""

import pandas as pd
from matplotlib.figure import Figure

from adahlib.report.drawing import PALETTE, new_figure
from adahlib.report.pages.image_components import VARIANT_TITLES, with_variants
from adahlib.report.summary import lookup, summary
from adahlib.report.text import mean_and_std, seeds_of

SHOWN = ("baseline", "full")
PROTOCOL = 5_000  # labelled images, where a run names no other number


def curve(records: pd.DataFrame) -> pd.DataFrame:
    """Return mean and deviation of MAP by variant and number of labelled images.

    Args:
        records: of the grids ``image-supervision`` and ``image-deep``, those of 48 bits.
    """
    records = with_variants(records)
    sizes = [record["spec"].get("train_size") or PROTOCOL for record in records.get("record", ())]
    return summary(records.assign(labelled=sizes), ["variant", "labelled"], {"map": "map"})


def supervision_table(records: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each number of labelled images, with the MAP of each variant."""
    found, rows = curve(records), []
    for size in sorted(set(found["labelled"])):
        cells = {variant: lookup(found, variant=variant, labelled=size) for variant in SHOWN}
        row = {"Labelled images": f"{size:,}"}
        row |= {VARIANT_TITLES[variant]: mean_and_std(cell) for variant, cell in cells.items()}
        rows.append(row | {"n": seeds_of(*cells.values())})
    return pd.DataFrame(rows)


def supervision_figure(records: pd.DataFrame) -> Figure:
    """Return MAP over the number of labelled images, a line a variant; bars are deviations over seeds."""
    found = curve(records)
    figure, axes = new_figure(6.4, 3.8)
    axis = axes[0, 0]
    for variant, colour in zip(SHOWN, PALETTE, strict=False):
        line = found[found["variant"] == variant].sort_values("labelled")
        spread = line["std"].fillna(0)
        axis.errorbar(
            line["labelled"], line["mean"], spread, color=colour, marker="o", capsize=3, label=VARIANT_TITLES[variant]
        )
    axis.set(xscale="log", xlabel="labelled images", ylabel="MAP, whole database")
    axis.set_xticks(sorted(set(found["labelled"])), [f"{size:,}" for size in sorted(set(found["labelled"]))])
    axis.minorticks_off()
    axis.legend(frameon=True)
    return figure
