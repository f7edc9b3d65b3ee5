"""Page ``image_hashing``: the deep rows of the table, and what lacks of their runs."""

from collections.abc import Iterable, Sequence

import pandas as pd
from IPython.display import Markdown

from adahlib.experiments import RunSpec
from adahlib.experiments.grids.images import unchosen_arms
from adahlib.experiments.grids.lists import grid, matching, missing
from adahlib.experiments.image_draws import IMAGE_ARMS
from adahlib.report.display import missing_note
from adahlib.report.pages.image_rows import image_cells, range_in_words, slide_rows, whole_methods
from adahlib.report.slides import SLIDE_BITS
from adahlib.report.summary import summary
from adahlib.report.titles import IMAGE_METHOD_TITLES

FALLEN = 0.95  # of its first value: a loss that has not fallen below it has hardly been learned from
NO_SEARCH = "first `adah grid image-search` searches the options"
DEEP_METHODS = tuple(dict.fromkeys(method for method, _ in IMAGE_ARMS))


def image_runs(
    name: str, methods: Sequence[str] = (), bits: Sequence[int] = (), seeds: Sequence[int] = ()
) -> list[RunSpec]:
    """Return the runs of a grid of deep methods as ``select`` does; none of what no options were chosen for yet."""
    return matching(grid(name), {"method": methods, "bits": bits, "seed": seeds})


def deep_note(
    specs: list[RunSpec], shown: str, methods: Sequence[str] = DEEP_METHODS, name: str = "image-deep"
) -> Markdown | None:
    """Return what lacks of the runs of deep methods, to stand before what is shown of them; None if nothing does.

    Args:
        specs: as ``image_runs`` gives them.
        shown: what there is without them, as the sentence goes on: ``this page shows the plan``.
        methods: that the page shows.
        name: of the grid whose arms it shows.
    """
    lacking = missing(specs)
    if not specs or len(lacking) == len(specs):
        why = f"`{lacking[0].command()}` makes the first" if specs else NO_SEARCH
        return Markdown(f"**No results yet**: {shown}; the runs have not been made ({why}).")
    notes = [missing_note(specs).data] if lacking else []
    if waiting := unchosen_arms(name, methods):
        notes.append(f"{', '.join(waiting)}: no row yet, since the draws of the search are not all made.")
    return Markdown("\n\n".join(notes)) if notes else None


def deep_cells(records: pd.DataFrame, bits: Iterable[int] = SLIDE_BITS) -> pd.DataFrame:
    """Return MAP of the deep methods beside the printed rows; SSGAH as its variant ``full``.

    Args:
        records: of the grid ``image-deep``.
        bits: code lengths.
    """
    ours = summary(whole_methods(records), ["method", "bits"], {"map": "map"})
    paper = slide_rows("")
    titles = {name: title for name, title in IMAGE_METHOD_TITLES.items() if name in set(paper["method"])}
    return image_cells(ours, paper, "method", titles, bits)


def deep_in_words(cells: pd.DataFrame, shallow: dict[str, pd.DataFrame]) -> str:
    """Return where SSGAH stands among the measured deep rows, and beside SDH on the features that they begin with.

    Args:
        cells: as ``deep_cells`` returns them.
        shallow: as ``shallow_cells`` returns them.
    """
    ours = cells.pivot(index="bits", columns="row", values="ours").dropna(axis="columns")
    ssgah, sdh = IMAGE_METHOD_TITLES["ssgah"], IMAGE_METHOD_TITLES["sdh"]
    if ssgah not in ours or len(ours.columns) < 2:
        return ""
    last, first = ((ours.rank(axis="columns", ascending=up)[ssgah] == 1).sum() for up in (True, False))
    said = (
        f"Among the {len(ours.columns)} deep rows that are measured here at every code length, SSGAH has the lowest "
        f"MAP at {last} of {len(ours)} code lengths and the highest at {first}."
    )
    own = shallow.get("CNN 64", pd.DataFrame(columns=["row", "bits", "ours"]))
    apart = (ours[ssgah] - own[own["row"] == sdh].set_index("bits")["ours"]).dropna()
    if apart.empty:
        return said
    return f"{said} Its MAP minus that of SDH on the same features (CNN, 64 px) is {range_in_words(apart)}."


def losses_in_words(records: pd.DataFrame) -> str:
    """Return from where to where the loss of each run of the papers' own networks goes, and whether it falls at all.

    Args:
        records: of the grid ``image-own``.
    """
    said = [loss_in_words(record) for record in records.get("record", ())]
    return f"With the networks of their papers {'; '.join(said)}." if said else ""


def loss_in_words(record: dict) -> str:
    """Return the loss of a run in its first and last epoch; where it hardly falls, in how many steps that is."""
    (name,) = record["history"][0]
    first, last = (record["history"][epoch][name] for epoch in (0, -1))
    told = f"the loss of {IMAGE_METHOD_TITLES[record['spec']['method']]} goes from {first:.2f} to {last:.2f}"
    if last < FALLEN * first:
        return told
    options = record["options"]
    steps = options["epochs"] * -(-record["data"]["counts"]["train"] // options["batch_size"])
    return f"{told}, so that it has hardly learned in these {steps:,} steps"
