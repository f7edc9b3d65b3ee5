"""Page ``reproduce``: per page of results the command, what it costs, and how closely its numbers should come out."""

import pandas as pd

from adahlib.experiments import RunSpec
from adahlib.experiments.grids.estimate import duration
from adahlib.experiments.grids.lists import grid
from adahlib.report.book.contents import BOOK, ROOT, Page
from adahlib.report.records import find_records
from adahlib.report.text import EMPTY

LEFT_OUT = ("all",)  # the grid of every run, which the page status lists


def result_pages() -> list[Page]:
    """Return the pages that show records of grids, in the order of the book; the first page shows those of others."""
    shown = [page for page in BOOK if page.kind == "records" and page != ROOT]
    return [page for page in shown if set(page.grids) - set(LEFT_OUT)]


def cost_table() -> pd.DataFrame:
    """Return a row for each grid of a page: command, number of runs, how long they took, and their spread."""
    names = dict.fromkeys((page, name) for page in result_pages() for name in page.grids if name not in LEFT_OUT)
    shown = [(page, name) for page, name in names if page == own_page(name)]
    specs = {name: grid(name) for _, name in shown}
    records = find_records([spec for each in specs.values() for spec in each])
    return pd.DataFrame(
        {"Page": f"{{doc}}`{page.stem}`"} | grid_row(name, specs[name], records) for page, name in shown
    )


def own_page(name: str) -> Page:
    """Return the page that a grid is called after, else the first page that shows it."""
    shown = [page for page in result_pages() if name in page.grids]
    called = [page for page in shown if page.stem.replace("_", "-").startswith(name)]
    return (called or shown)[0]


def total_cost(records: pd.DataFrame) -> str:
    """Return how long all runs of the book took, one after another, and how much of it on a GPU, as a sentence."""
    sources = [record["provenance"] for record in records.get("record", [])]
    seconds = [source["seconds"]["total"] for source in sources]
    on_gpu = sum(each for each, source in zip(seconds, sources, strict=True) if source["device"] != "cpu")
    return f"All {len(sources):,} runs together took {time_taken(sum(seconds))}, {time_taken(on_gpu)} of it on a GPU."


def grid_row(name: str, specs: list[RunSpec], records: pd.DataFrame) -> dict[str, str]:
    """Return the row of a grid: its time is that of the records' own machines, one run at a time."""
    records = records[records["path"].isin([str(spec.record_path()) for spec in specs])]
    seconds = sum(record["provenance"]["seconds"]["total"] for record in records.get("record", []))
    on_gpu = sum(record["provenance"]["device"] != "cpu" for record in records.get("record", []))
    return {
        "Command": f"`adah grid {name}`",
        "Runs": f"{len(records)} of {len(specs)}" if specs else "not yet: needs `adah grid image-search`",
        "Time, one run after another": time_taken(seconds),
        "Of these runs on a GPU": str(on_gpu or EMPTY),
        "Standard deviation over seeds: median, largest": spread(records),
    }


def time_taken(seconds: float) -> str:
    """Return a duration as estimates have it; a dash for none."""
    return duration(seconds) if seconds else EMPTY


def spread(records: pd.DataFrame) -> str:
    """Return the median and largest standard deviation of MAP over the seeds of one setting; a dash without two.

    A new seed, or another machine, should come out within about twice the deviation of its cell.
    """
    columns = [name for name in ("map_t2i", "map_i2t", "map") if name in records]
    if records.empty or not columns:
        return EMPTY
    settings = [record.rsplit("-", 1)[0] for record in records["path"].map(str)]  # all but the seed
    deviations = pd.concat([records.groupby(settings)[name].std() for name in columns]).dropna()
    return f"{deviations.median():.3f}, {deviations.max():.3f}" if len(deviations) else EMPTY
