"""What the random search of image hashing tried: the table of draws, and SSGAH's variants compared at equal draws."""

import pandas as pd

from adahlib.experiments.grids.images import image_draw, image_search
from adahlib.experiments.image_chosen import chosen_image_draws, image_arm_name
from adahlib.experiments.image_draws import IMAGE_ARMS, IMAGE_DRAWS, drawn_image_options
from adahlib.report.pages.image_components import VARIANT_TITLES
from adahlib.report.pages.image_rows import range_in_words
from adahlib.report.records import find_records
from adahlib.report.text import EMPTY, three_decimals
from adahlib.report.titles import IMAGE_METHOD_TITLES

SAME_FOR_ALL = ("epochs", "variant")  # options that a draw does not draw


def search_records() -> pd.DataFrame:
    """Return the records of all draws, one row a record."""
    return find_records(image_search())


def search_scores(records: pd.DataFrame) -> pd.DataFrame:
    """Return the MAP of every draw on validation queries, nan where there is no record: arms down, draws across.

    Args:
        records: as ``search_records`` returns them.
    """
    found = dict(zip(records["path"], records["map"], strict=True)) if len(records) else {}
    rows = [
        [found.get(str(image_draw(*arm, draw).record_path()), float("nan")) for draw in range(IMAGE_DRAWS)]
        for arm in IMAGE_ARMS
    ]
    return pd.DataFrame(rows, pd.MultiIndex.from_tuples(IMAGE_ARMS))


def arm_title(method: str, variant: str) -> str:
    """Return what an arm of the search is called in a table: a method, or a variant of SSGAH."""
    title = IMAGE_METHOD_TITLES[method]
    return f"{title}, {VARIANT_TITLES[variant]}" if variant else title


def search_table(scores: pd.DataFrame) -> pd.DataFrame:
    """Return a row an arm: the MAP of each draw, the chosen one bold, and the options of the chosen draw.

    Args:
        scores: as ``search_scores`` returns them.
    """
    chosen, rows = chosen_image_draws(), []
    for arm in IMAGE_ARMS:
        best = chosen.get(image_arm_name(*arm))
        texts = {f"Draw {draw}": score_text(scores.loc[arm, draw], draw == best) for draw in scores}
        rows.append({"Row": arm_title(*arm)} | texts | {"Chosen": EMPTY if best is None else drawn_text(*arm, best)})
    return pd.DataFrame(rows)


def score_text(score: float, chosen: bool) -> str:
    """Return a MAP with three decimals, bold if it was chosen; a dash for none."""
    return f"**{three_decimals(score)}**" if chosen else three_decimals(score)


def drawn_text(method: str, variant: str, draw: int) -> str:
    """Return the options that a draw gives an arm, without those that are the same for all draws."""
    options = drawn_image_options(method, variant, draw)
    return ", ".join(f"`{name}` = {value}" for name, value in options.items() if name not in SAME_FOR_ALL)


def equal_draws_in_words(scores: pd.DataFrame) -> str:
    """Return by how much variants of SSGAH differ from the baseline where both have the same draw of the options.

    Args:
        scores: as ``search_scores`` returns them.
    """
    variants = scores.loc["ssgah"]
    apart = (variants - variants.loc["baseline"]).drop("baseline").dropna(axis="columns")
    if apart.empty:
        return ""
    told = [f"{range_in_words(own)} ({VARIANT_TITLES[name]})" for name, own in apart.iterrows()]
    return (
        f"In the search on validation queries, where the variants have the same learning rate, dropout and margin with "
        f"the same draw, MAP minus that of the baseline is {', '.join(told)} over {len(apart.columns)} draws."
    )
