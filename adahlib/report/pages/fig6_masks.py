"""Page ``fig6_masks``: pictures with their attention masks, and how well the masks find the true foreground."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from adahlib.errors import AdahError
from adahlib.report.drawing import new_figure, show
from adahlib.report.summary import lookup, summary
from adahlib.report.text import counts_of_rows, mean_and_std
from adahlib.report.titles import MASK_TITLES
from adahlib.retrieval import mask_scores

GREY = 0.94  # what stands in place of a masked part, 0 (black) to 1 (white)


@dataclass(frozen=True, eq=False)
class Examples:
    """Some query pairs of a run: their ids and attention masks Z^I, (k, h, w) bool."""

    ids: list[str]
    masks: np.ndarray


def mask_examples(records: pd.DataFrame, count: int = 6) -> Examples:
    """Return the first ``count`` examples of the first record that keeps masks.

    Raises:
        AdahError: no record keeps masks.
    """
    for record in records["record"]:
        if kept := record.get("examples"):
            masks = [[[cell == "1" for cell in row] for row in mask] for mask in kept["masks"]]
            return Examples(kept["ids"][:count], np.array(masks, dtype=bool)[:count])
    asked = records.iloc[0]["path"] if len(records) else "runs/"
    raise AdahError(f"{asked} keeps no attention masks; make it again with `adah run --force`, with visual attention.")


def positions_of(pairs, ids: list[str]) -> list[int]:
    """Return where the ids stand in the data set; raise AdahError if one is not there."""
    places = {identifier: place for place, identifier in enumerate(pairs.ids)}
    unknown = [identifier for identifier in ids if identifier not in places]
    if unknown:
        raise AdahError(f"{pairs.name} has no pair {unknown[0]!r}; the record was made from other data.")
    return [places[identifier] for identifier in ids]


def mask_figure(pictures: Sequence[np.ndarray], masks: Sequence[np.ndarray], true_masks=None) -> Figure:
    """Return Fig. 6: a column per picture; rows: picture, mask, attended, unattended, and the true mask if given."""
    names = ["image", "mask", "attended", "unattended"] + (["true foreground"] if true_masks is not None else [])
    figure, axes = new_figure(1.35 * len(pictures) + 0.4, 1.35 * len(names), len(names), len(pictures))
    for column, (picture, mask) in enumerate(zip(pictures, masks, strict=True)):
        mask = np.asarray(mask, dtype=bool)
        shown = [picture, mask, masked(picture, mask), masked(picture, ~mask)]
        shown += [np.asarray(true_masks[column])] if true_masks is not None else []
        for row, panel in enumerate(shown):
            show(axes[row, column], panel)
    for row, name in enumerate(names):
        axes[row, 0].set_ylabel(name, fontsize=9)
    return figure


def masked(picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return the picture (height, width, 3) uint8 with grey where the mask (h, w) is 0."""
    kept = enlarged(mask, *picture.shape[:2])[..., None].astype(bool)
    return np.where(kept, picture, np.uint8(255 * GREY))


def enlarged(mask: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return a mask (h, w) on the pixels of its picture (height, width): each cell becomes its block."""
    rows, columns = (np.arange(size) * cells // size for size, cells in zip((height, width), mask.shape, strict=True))
    return np.asarray(mask)[np.ix_(rows, columns)]


def mask_table(records: pd.DataFrame) -> pd.DataFrame:
    """Return how well the attended cells agree with the true foreground, for records that measured it."""
    columns = ["Bits", "Attention", *MASK_TITLES.values(), "n"]
    if "attended_given_foreground" not in records:
        return pd.DataFrame(columns=columns)
    records = records.dropna(subset=["attended_given_foreground"])
    records = records[records["attention"].isin(["visual", "both"])]
    gap = records["attended_given_foreground"] - records["attended_given_background"]
    scores = summary(records.assign(gap=gap), ["bits", "attention"], {name: name for name in MASK_TITLES})
    rows = []
    for q, attention in dict.fromkeys(zip(scores["bits"], scores["attention"], strict=True)):
        found = {name: lookup(scores, bits=q, attention=attention, task=name) for name in MASK_TITLES}
        cells = {MASK_TITLES[name]: mean_and_std(score) for name, score in found.items()}
        rows.append({"Bits": q, "Attention": attention} | cells | {"n": counts_of_rows(*found.values())})
    return pd.DataFrame(rows, columns=columns)


def example_table(examples, true_masks) -> pd.DataFrame:
    """Return the mask scores of single examples; the attended share only, where no true mask is known."""
    rows = []
    for place, (name, mask) in enumerate(zip(examples.ids, examples.masks, strict=True)):
        scores = {"attended_fraction": mask.mean()}
        if true_masks is not None:
            scores = mask_scores(mask[None], true_masks[place][None])
        row = {title: f"{scores[score]:.3f}" for score, title in MASK_TITLES.items() if score in scores}
        rows.append({"Pair": name} | row)
    return pd.DataFrame(rows)
